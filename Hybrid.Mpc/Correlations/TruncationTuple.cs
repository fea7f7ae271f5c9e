using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Hybrid.Mpc.Correlations;

/// <summary>Shares of a uniform word r, of its upper bits r >> f and of its highest bit: one truncation by f bits.</summary>
/// <remarks>After Escudero et al., "Improved primitives for MPC over mixed arithmetic-binary circuits" (2020), with the one bit of
/// the mask that its wrap needs.</remarks>
public sealed record TruncationTuple : CorrelationKind
{
    /// <summary>The kind for truncation by <paramref name="bits"/>.</summary>
    /// <exception cref="ParameterException">The bits are not in [1, 62].</exception>
    public TruncationTuple(int bits)
    {
        if (bits is < 1 or > 62)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A truncation by {bits} bits was asked for: choose 1 to 62.");
        }

        Bits = bits;
    }

    /// <summary>f, how many bits are cut off, in [1, 62].</summary>
    public int Bits { get; }

    /// <inheritdoc/>
    public override string Name => $"truncation tuples of {Bits} bits";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Shared), new(1, Dealing.Derived), new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values) => Derive(values[0], Bits, values[1], values[2]);

    /// <summary>A mask's upper bits and its highest.</summary>
    internal static void Derive(ReadOnlySpan<ulong> mask, int bits, Span<ulong> upper, Span<ulong> highest)
    {
        TensorPrimitives.ShiftRightLogical(mask, bits, upper);
        TensorPrimitives.ShiftRightLogical(mask, 63, highest);
    }
}
