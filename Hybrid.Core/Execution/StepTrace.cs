using Hybrid.Planning;

namespace Hybrid.Execution;

/// <summary>What a step did cost at one party.</summary>
/// <param name="Step">The step.</param>
/// <param name="Seconds">
/// This party's computing time: the time passed, less the time spent waiting for the peer. What was computed of a step while its input came is its own.
/// </param>
/// <param name="WallSeconds">The time passed.</param>
/// <param name="BytesSent">Frames sent, headers included.</param>
/// <param name="BytesReceived">Frames received, headers included.</param>
/// <param name="Messages">Messages sent or received.</param>
public sealed record StepTrace(PlanStep Step, double Seconds, double WallSeconds, long BytesSent, long BytesReceived, long Messages);
