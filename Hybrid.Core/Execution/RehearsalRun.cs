namespace Hybrid.Execution;

/// <summary>What a run of a plan with both parties in one process did cost, and what came out.</summary>
/// <param name="Client">What each step cost at the client.</param>
/// <param name="Server">What each step cost at the server.</param>
/// <param name="WallSeconds">From the first step's start to the last one's end at both.</param>
/// <param name="PreparationSeconds">What getting ready took before, with what does not depend on inputs.</param>
/// <param name="BytesDealt">Bytes that a dealer sent both parties for this run; null where there is none.</param>
/// <param name="Results">What was revealed, by the numbers of the reveals: the real numbers, row-major.</param>
public sealed record RehearsalRun(
    IReadOnlyList<StepTrace> Client,
    IReadOnlyList<StepTrace> Server,
    double WallSeconds,
    double PreparationSeconds,
    long? BytesDealt,
    IReadOnlyDictionary<int, double[]> Results)
{
    /// <summary>Bytes from client to server.</summary>
    public long BytesUp => Client.Sum(step => step.BytesSent);

    /// <summary>Bytes from server to client.</summary>
    public long BytesDown => Server.Sum(step => step.BytesSent);

    /// <summary>The client's computing time.</summary>
    public double ClientSeconds => Client.Sum(step => step.Seconds);

    /// <summary>The server's computing time.</summary>
    public double ServerSeconds => Server.Sum(step => step.Seconds);
}
