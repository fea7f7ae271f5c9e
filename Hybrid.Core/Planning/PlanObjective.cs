namespace Hybrid.Planning;

/// <summary>What a plan is to keep small: time, bytes, or a weighting of both.</summary>
/// <param name="SecondsWeight">What a second counts.</param>
/// <param name="MegabyteWeight">What a million bytes, either way, count.</param>
public readonly record struct PlanObjective(double SecondsWeight, double MegabyteWeight)
{
    /// <summary>
    /// How many queries a session is expected to have: its set-up, keys and weights that are sent once, counts for each with an equal part. 0: so
    /// many that it does not count.
    /// </summary>
    public double Queries { get; init; }

    /// <summary>The time from start to end.</summary>
    public static PlanObjective Latency { get; } = new(1, 0);

    /// <summary>The bytes, either way; time only where plans send as many.</summary>
    public static PlanObjective Bytes { get; } = new(1e-6, 1);
}
