namespace Hybrid.Communication;

/// <summary>
/// Says which step of the plan a message belongs to, so that parties whose plans differ find out at the first message
/// and not from a wrong result. Only the number travels.
/// </summary>
public readonly record struct StepTag
{
    /// <summary>The first number that belongs to the channel itself; steps use the numbers below.</summary>
    public const uint FirstReserved = 0xFFFF_FFF0;

    internal const uint Goodbye = 0xFFFF_FFFD;
    internal const uint Abort = 0xFFFF_FFFE;
    internal const uint Heartbeat = 0xFFFF_FFFF;

    /// <summary>Makes the tag of a step.</summary>
    /// <param name="value">The step's number, below <see cref="FirstReserved"/>; the same at both parties.</param>
    /// <param name="name">What the step is called in this party's messages; it does not travel and does not count in comparisons.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is reserved.</exception>
    public StepTag(uint value, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, FirstReserved);
        Value = value;
        Name = name;
    }

    /// <summary>The number that travels.</summary>
    public uint Value { get; }

    /// <summary>The name used in messages, if the step has one.</summary>
    public string? Name { get; }

    /// <summary>Two tags are equal when their numbers are.</summary>
    public bool Equals(StepTag other) => Value == other.Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>"step 5, reveal", or "step 5" without a name.</summary>
    public override string ToString() => Name is null ? $"step {Value}" : $"step {Value}, {Name}";
}
