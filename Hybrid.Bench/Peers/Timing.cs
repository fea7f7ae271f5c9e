namespace Hybrid.Bench.Peers;

/// <summary>The median time of one operation in one round.</summary>
/// <param name="Name">The operation: for ours, followed by how it was called, after a comma.</param>
/// <param name="Bits">Bits of n.</param>
/// <param name="Microseconds">Median.</param>
/// <param name="Engine">What computed it; for ours, empty.</param>
internal sealed record Timing(string Name, int Bits, double Microseconds, string Engine = "")
{
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
