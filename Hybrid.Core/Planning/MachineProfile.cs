using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hybrid.Planning;

/// <summary>What a machine's primitives take, by name; backends say which they have, and what those take where nobody measured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Processor">The processor it was measured on; empty if nowhere.</param>
/// <param name="Values">What was measured of each primitive.</param>
public sealed record MachineProfile(string Name, string Processor, ImmutableSortedDictionary<string, double> Values)
{
    /// <summary>Nothing measured: what backends hold to be usual.</summary>
    public static MachineProfile Default { get; } = new("default", string.Empty, ImmutableSortedDictionary<string, double>.Empty);

    /// <summary>What a primitive takes.</summary>
    public double this[MachinePrimitive primitive]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(primitive);
            return Values.TryGetValue(primitive.Name, out double value) ? value : primitive.Usual;
        }
    }

    /// <summary>Whether it was measured on a processor like this machine's, or nowhere.</summary>
    public bool IsOfThisMachine => Processor.Length == 0 || Processor == ThisProcessor();

    /// <summary>This machine's processor, as profiles name it: Linux says its model; elsewhere architecture and cores have to do.</summary>
    public static string ThisProcessor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;
        return $"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores";
    }
}
