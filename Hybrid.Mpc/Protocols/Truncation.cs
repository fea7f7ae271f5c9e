using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// x / 2^f for x in [-2^62, 2^62), rounded up or down: with c = x + 2^62 + r opened, the result is
/// (c >> f) − (r >> f) + msb(r) (1 − msb(c)) 2^(64−f) − 2^(62−f).
/// </summary>
/// <remarks>
/// <para>
/// Why it is right: y = x + 2^62 is in [0, 2^63), so c = y + r − w 2^64 wraps (w = 1) just when msb(r) = 1 and msb(c) = 0: without
/// a wrap c is at least r. Then (c >> f) − (r >> f) + w 2^(64−f) is the floor of y / 2^f, plus one if the lowest f bits of c are below
/// those of r; and 2^62 / 2^f is whole. Nothing wraps, and the error is less than one unit. The one is added with the probability of
/// the fraction cut off, so that the rounding is right on average.
/// </para>
/// <para>Source: Escudero et al., "Improved primitives for MPC over mixed arithmetic-binary circuits" (2020).</para>
/// </remarks>
internal sealed class Truncation : RoundStep
{
    private const ulong Shift = 1UL << 62;

    private readonly ArithmeticShare _x;
    private readonly int _bits;
    private readonly ShareLayout _quotient;

    public Truncation(ArithmeticShare x, int bits)
    {
        if (bits < 1 || bits > x.FractionBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A truncation by {bits} bits was asked for, of a {x}: choose 1 to its fraction bits.");
        }

        _x = x;
        _bits = bits;
        _quotient = x.Layout.With(x.Shape, x.FractionBits - bits);
    }

    public Pending<ArithmeticShare> Result { get; } = new();

    public override string Name => $"truncate {_x.Shape} by {_bits}";

    public override ProtocolCost Cost => ProtocolCost.Truncate(_x.Shape.ElementCount, _bits);

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        RingVector.Add(_x.Words, correlation!.Vectors[0], mine);
        if (_x.Party == 0)
        {
            TensorPrimitives.Add(mine, Shift, mine);
        }

        GC.KeepAlive(_x);
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs)
    {
        CorrelationVectors tuple = correlation!.Vectors;
        Span<ulong> upper = tuple[1];
        Span<ulong> highest = tuple[2];
        var result = new ArithmeticShare(_quotient);
        foreach (Range block in Blocks.Of(mine.Length))
        {
            Span<ulong> c = mine[block];
            RingVector.Add(c, theirs[block], c);
            Quotient(c, upper[block], highest[block], result.Words[block]);
        }

        Result.Set(result);
    }

    // One block; the correlation's words serve as working memory.
    private void Quotient(Span<ulong> c, Span<ulong> upper, Span<ulong> highest, Span<ulong> result)
    {
        if (_x.Party == 0)
        {
            TensorPrimitives.ShiftRightLogical<ulong>(c, _bits, result);
            RingVector.Subtract(result, upper, result);
            TensorPrimitives.Subtract(result, Shift >> _bits, result);
        }
        else
        {
            RingVector.Negate(upper, result);
        }

        // All ones where msb(c) is 0.
        Span<long> signs = MemoryMarshal.Cast<ulong, long>(c);
        TensorPrimitives.ShiftRightArithmetic<long>(signs, 63, signs);
        TensorPrimitives.OnesComplement<ulong>(c, c);
        TensorPrimitives.ShiftLeft<ulong>(highest, 64 - _bits, highest);
        TensorPrimitives.BitwiseAnd<ulong>(highest, c, highest);
        RingVector.Add(result, highest, result);
    }
}
