using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Protocols;

/// <summary>The owner of weights W sends F = W − B, B being uniform and known to it alone: once for all products with W.</summary>
internal sealed class WeightOpening : RoundStep
{
    private readonly WeightMask _mask;
    private readonly int _party;
    private readonly ReadOnlyMemory<ulong> _weights;
    private readonly FixedPointFormat _format;

    public WeightOpening(WeightMask mask, int party, ReadOnlyMemory<ulong> weights, int fractionBits)
    {
        int expected = party == mask.Owner ? mask.K * mask.N : 0;
        if (weights.Length != expected)
        {
            throw new ArgumentException($"Weights of {mask.K} × {mask.N} have {expected} words; here are {weights.Length}.", nameof(weights));
        }

        _mask = mask;
        _party = party;
        _weights = weights;
        _format = FixedPointFormat.Widest(fractionBits);
    }

    public Pending<PrivateWeights> Result { get; } = new();

    public override string Name => $"open party {_mask.Owner}'s weights {_mask.Weights}, {_mask.K} × {_mask.N} with {_format.FractionBits} fraction bits";

    public override ProtocolCost Cost => ProtocolCost.OpenWeights(_mask);

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        if (_party == _mask.Owner)
        {
            RingVector.Subtract(_weights.Span, correlation!.Vectors[0], mine);
        }
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs) =>
        Result.Set(new PrivateWeights(_mask, _party, _format, _party == _mask.Owner ? _weights.Span : theirs));
}
