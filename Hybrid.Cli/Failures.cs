using System.Net.Sockets;

namespace Hybrid.Cli;

/// <summary>Says in one sentence why a verb ended early.</summary>
internal static class Failures
{
    private const string TraceVariable = "HYBRID_TRACE";

    /// <summary>Whether the user asked to see where errors come from.</summary>
    public static bool IsTraced => Environment.GetEnvironmentVariable(TraceVariable) == "1";

    /// <summary>Writes the sentence.</summary>
    /// <param name="error">What ended the verb.</param>
    /// <param name="interruption">The exit code of the signal that came before, if one did.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="trace">Whether to say where the error came from, too.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception error, int? interruption, TextWriter writer, bool trace)
    {
        (int code, string sentence) = Describe(error, interruption);
        writer.WriteLine($"hybrid: {sentence.ReplaceLineEndings(" ")}");
        if (trace)
        {
            writer.WriteLine(error);
        }

        return code;
    }

    private static (int Code, string Sentence) Describe(Exception error, int? interruption) => error switch
    {
        // Work on several threads wraps what went wrong on each; the first is the cause.
        AggregateException { InnerException: { } first } => Describe(first, interruption),
        OperationCanceledException when interruption is { } code => (code, "interrupted; what was under way has been dropped."),
        HybridException or IOException or UnauthorizedAccessException or SocketException => (ExitCode.Failure, error.Message),
        _ => (ExitCode.Bug, $"{error.GetType().Name}: {error.Message} (this is a bug; {TraceVariable}=1 shows where)"),
    };
}
