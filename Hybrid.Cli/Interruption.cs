using System.Runtime.InteropServices;

namespace Hybrid.Cli;

/// <summary>Turns the first Ctrl-C or request to end into a cancellation; a second one ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _exitCode;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, Cli.ExitCode.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, Cli.ExitCode.Terminated));
    }

    public CancellationToken Token => _source.Token;

    /// <summary>What to end with if a signal came, else null.</summary>
    public int? ExitCode => _source.IsCancellationRequested ? _exitCode : null;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) == 0)
        {
            context.Cancel = true;
            _source.Cancel();
        }
    }
}
