using System.Collections.Immutable;

namespace Hybrid.Planning;

/// <summary>What primitives take on a machine, in seconds each, by name; backends say which they have, and what those take where nobody measured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Processor">The processor it was measured on; empty if nowhere.</param>
/// <param name="Seconds">Seconds of each primitive that was measured.</param>
public sealed record MachineProfile(string Name, string Processor, ImmutableSortedDictionary<string, double> Seconds)
{
    /// <summary>Nothing measured: what backends hold to be usual.</summary>
    public static MachineProfile Default { get; } = new("default", string.Empty, ImmutableSortedDictionary<string, double>.Empty);

    /// <summary>Seconds of a primitive.</summary>
    public double this[MachinePrimitive primitive]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(primitive);
            return Seconds.TryGetValue(primitive.Name, out double seconds) ? seconds : primitive.UsualSeconds;
        }
    }

    /// <summary>This machine's processor, as profiles name it.</summary>
    public static string ThisProcessor => ProcessorName.Value;

    private static Lazy<string> ProcessorName { get; } = new(ReadProcessorName);

    // Linux says it; elsewhere architecture and cores have to do.
    private static string ReadProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;
        return $"{model ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores";
    }
}

/// <summary>Something that backends do many times, and that a machine's speed is measured by.</summary>
/// <param name="Name">Its name, as in shares.round.</param>
/// <param name="UsualSeconds">What it takes on a usual machine.</param>
public sealed record MachinePrimitive(string Name, double UsualSeconds);
