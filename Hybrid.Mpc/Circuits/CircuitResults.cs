using System.Numerics.Tensors;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Circuits;

/// <summary>What one party has after a run of a circuit: what was opened to it, and its shares of what was kept.</summary>
public sealed class CircuitResults : IDisposable
{
    private readonly Dictionary<Opening, long[]> _opened = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Wire, ArithmeticShare> _kept = [];

    private readonly Dictionary<WeightMask, PrivateWeights> _weights = [];

    internal CircuitResults()
    {
    }

    /// <summary>The integers of an opening, row by row.</summary>
    /// <exception cref="InvalidOperationException">It was not opened to this party.</exception>
    public ReadOnlySpan<long> Integers(Opening opening)
    {
        ArgumentNullException.ThrowIfNull(opening);
        return _opened.TryGetValue(opening, out long[]? integers)
            ? integers
            : throw new InvalidOperationException($"{opening.Name} was not opened to this party.");
    }

    /// <summary>The numbers of an opening.</summary>
    /// <exception cref="InvalidOperationException">It was not opened to this party.</exception>
    public Tensor<double> Numbers(Opening opening)
    {
        ReadOnlySpan<long> integers = Integers(opening);
        var numbers = new double[integers.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = FixedPointFormat.Decode(integers[i], opening.Value.FractionBits);
        return Tensor.Create(numbers, [.. opening.Value.Shape.Lengths.Select(length => (nint)length)]);
    }

    /// <summary>This party's share of a tensor that was kept; owned by these results.</summary>
    /// <exception cref="InvalidOperationException">It was not kept.</exception>
    public ArithmeticShare Share(Wire wire) => _kept.TryGetValue(wire, out ArithmeticShare? share)
        ? share
        : throw new InvalidOperationException($"The {wire} was not kept.");

    /// <summary>The same, which the caller takes over.</summary>
    /// <exception cref="InvalidOperationException">It was not kept, or has been taken.</exception>
    public ArithmeticShare TakeShare(Wire wire) => _kept.Remove(wire, out ArithmeticShare? share)
        ? share
        : throw new InvalidOperationException($"The {wire} was not kept, or has been taken.");

    /// <summary>Wipes the shares.</summary>
    public void Dispose()
    {
        foreach (ArithmeticShare share in _kept.Values)
            share.Dispose();
        foreach (PrivateWeights weights in _weights.Values)
            weights.Dispose();
    }

    /// <summary>This party's end of weights that were opened; the caller takes it over.</summary>
    /// <exception cref="InvalidOperationException">They were not opened in this run, or have been taken.</exception>
    public PrivateWeights TakeWeights(WeightMask mask) => _weights.Remove(mask, out PrivateWeights? weights)
        ? weights
        : throw new InvalidOperationException($"The run has no {mask} to give.");

    internal void Add(PrivateWeights weights) => _weights.Add(weights.Mask, weights);

    internal void Add(Opening opening, long[] integers) => _opened.Add(opening, integers);

    internal void Add(Wire wire, ArithmeticShare share) => _kept.Add(wire, share);
}
