using System.Net.Sockets;

namespace Hybrid.Cli;

/// <summary>Says in one sentence why a verb ended early.</summary>
internal static class Failures
{
    /// <summary>Set to 1 to see where an error came from.</summary>
    public const string TraceVariable = "HYBRID_TRACE";

    /// <summary>Writes the sentence to standard error.</summary>
    /// <param name="error">What ended the verb.</param>
    /// <param name="interruption">The exit code of the signal that came before, if one did.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception error, int? interruption)
    {
        (int code, string sentence) = Describe(error, interruption);
        Console.Error.WriteLine($"hybrid: {sentence.ReplaceLineEndings(" ")}");
        if (Environment.GetEnvironmentVariable(TraceVariable) == "1")
        {
            Console.Error.WriteLine(error);
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
