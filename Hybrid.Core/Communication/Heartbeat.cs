namespace Hybrid.Communication;

/// <summary>
/// Runs an action at a steady pace on a thread of its own: a party whose kernels occupy every pool thread for minutes must still be heard.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly Func<bool> _beat;
    private readonly TimeSpan _interval;
    private readonly ManualResetEventSlim _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the thread.</summary>
    /// <param name="beat">Called once an interval; returns false to end.</param>
    /// <param name="interval">The pace.</param>
    public Heartbeat(Func<bool> beat, TimeSpan interval)
    {
        _beat = beat;
        _interval = interval;
        new Thread(Run, StackBytes) { IsBackground = true, Name = "Hybrid heartbeat" }.Start();
    }

    /// <summary>Asks the thread to end, without waiting.</summary>
    public void Stop() => _stop.Set();

    /// <summary>Ends the thread and waits for it; an error of the action that it did not handle is thrown here.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.Set();
        await _ended.Task.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stop.Wait(_interval) && _beat())
            {
            }

            _ended.SetResult();
        }
        catch (Exception error)
        {
            _ended.SetException(error);
        }
    }
}
