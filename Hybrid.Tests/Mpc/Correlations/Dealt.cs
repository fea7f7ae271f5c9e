using Hybrid.Mpc.Correlations;

namespace Hybrid.Tests.Mpc.Correlations;

/// <summary>Both parties' sources of one demand, and what their parts add up to.</summary>
internal sealed class Dealt : IDisposable
{
    public Dealt(byte seed, CorrelationDemand demand)
    {
        using var dealer = new LocalDealer(demand, new RandomWords(seed).Source);
        Sources = [dealer.GiveSource(0), dealer.GiveSource(1)];
    }

    public ICorrelationSource[] Sources { get; }

    public async Task<Correlation[]> DrawAsync(CorrelationKind kind, int count) =>
        [await Sources[0].DrawAsync(kind, count), await Sources[1].DrawAsync(kind, count)];

    /// <summary>A vector's value from both parts.</summary>
    public static ulong[] Value(Correlation[] parts, int vector)
    {
        ulong[] left = parts[0].Vectors[vector].ToArray();
        ulong[] right = parts[1].Vectors[vector].ToArray();
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length == 0 ? right : left;
        }

        bool bitwise = parts[0].Kind is BitTriple;
        return [.. left.Zip(right, (a, b) => bitwise ? a ^ b : unchecked(a + b))];
    }

    public void Dispose()
    {
        foreach (ICorrelationSource source in Sources)
            source.Dispose();
    }
}
