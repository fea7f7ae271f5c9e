using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>What one bit of an exponent is worth: of the bits of one number, just one is 1.</summary>
/// <param name="Shift">x · 2^shift goes into the mantissa; none where it is negative.</param>
/// <param name="Mantissa">Goes into the mantissa.</param>
/// <param name="Weights">Go into the weighted sums, one each.</param>
internal readonly record struct ExponentTerm(int Shift, long Mantissa, ImmutableArray<long> Weights);

/// <summary>
/// Brings numbers to their mantissas, and gives public functions of their exponents: sums of b · x · 2^shift and of b · weight over the
/// bits b of the exponent. Numbers and bits are opened masked: 8 bytes and a bit for each exponent each way.
/// </summary>
internal sealed class ExponentGate : ExchangeGate
{
    private const int Block = BitArithmetic.Block;

    private readonly Wire _x;
    private readonly ImmutableArray<BitWire> _bits;
    private readonly ImmutableArray<ExponentTerm> _terms;
    private readonly ImmutableArray<Wire> _results;

    /// <summary>The gate.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="bits">The bits, of which one of each number is 1.</param>
    /// <param name="terms">What each is worth.</param>
    /// <param name="results">The mantissa, then the weighted sums.</param>
    public ExponentGate(Wire x, ImmutableArray<BitWire> bits, ImmutableArray<ExponentTerm> terms, ImmutableArray<Wire> results)
        : base([x.Id, .. bits.Select(bit => bit.Id)], [.. results.Select(result => result.Id)])
    {
        _x = x;
        _bits = bits;
        _terms = terms;
        _results = results;
    }

    public override string Name =>
        $"mantissas of {_x.Shape} by {string.Join("; ", _terms.Select(term => $"{term.Shift} {term.Mantissa} {string.Join(' ', term.Weights)}"))}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new ExponentMask(_bits.Length), _x.Count)];

    public override int AddedWords => _x.Count;

    public override int BitWords => checked(_bits.Length * ((_x.Count + 63) / 64));

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        RingVector.Add(values.Words(_x.Id), drawn[0].Early(ExponentMask.Word), mine[.._x.Count]);
        for (int chunk = 0; chunk < drawn[0].Chunks; chunk++)
        {
            (int start, int words) = drawn[0].Planes(chunk);
            Span<ulong> opened = Planes(mine, start, words);
            Span<ulong> masks = drawn[0].Early(ExponentMask.Bits, chunk);
            for (int bit = 0; bit < _bits.Length; bit++)
            {
                ReadOnlySpan<ulong> plane = values.Bits(_bits[bit].Id).Slice(start, words);
                TensorPrimitives.Xor(plane, masks.Slice(bit * words, words), opened.Slice(bit * words, words));
            }
        }
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        foreach (Wire result in _results)
            values.New(result);
        while (await drawn[0].NextAsync(cancellationToken).ConfigureAwait(false))
            Finish(values, drawn[0], opened.Span);
    }

    // One chunk, block by block.
    private void Finish(GateValues values, Correlation mask, Span<ulong> opened)
    {
        (int start, int words) = mask.Planes(mask.Chunk);
        Range here = mask.Elements(mask.Chunk);
        int chunk = here.End.Value - here.Start.Value;
        ReadOnlySpan<ulong> planes = Planes(opened, start, words);
        ReadOnlySpan<ulong> r = mask.Early(ExponentMask.Word, mask.Chunk);
        Span<ulong> flips = stackalloc ulong[Block];
        Span<ulong> x = stackalloc ulong[Block];
        Span<ulong> word = stackalloc ulong[Block];
        Span<ulong> product = stackalloc ulong[Block];
        for (int at = 0; at < chunk; at += Block)
        {
            int count = Math.Min(Block, chunk - at);
            ReadOnlySpan<ulong> c = opened[here].Slice(at, count);
            Span<ulong> mantissa = values.Words(_results[0].Id)[here].Slice(at, count);
            BitArithmetic.Unmask(c, r.Slice(at, count), values.IsFirst, x[..count]);
            for (int bit = 0; bit < _bits.Length; bit++)
            {
                ReadOnlySpan<ulong> s = mask.Late(ExponentMask.BitWords).Slice((bit * chunk) + at, count);
                BitArithmetic.Flips(planes.Slice(bit * words, words), at, flips[..count]);
                BitArithmetic.ToWordsBlock(flips[..count], s, values.IsFirst, word[..count]);
                if (_terms[bit].Shift >= 0)
                {
                    ReadOnlySpan<ulong> rs = mask.Late(ExponentMask.Products).Slice((bit * chunk) + at, count);
                    BitArithmetic.SelectBlock(flips[..count], c, x[..count], s, rs, product[..count]);
                    TensorPrimitives.ShiftLeft<ulong>(product[..count], _terms[bit].Shift, product[..count]);
                    RingVector.Add(mantissa, product[..count], mantissa);
                }

                Accumulate(word[..count], _terms[bit].Mantissa, mantissa);
                for (int sum = 0; sum < _terms[bit].Weights.Length; sum++)
                    Accumulate(word[..count], _terms[bit].Weights[sum], values.Words(_results[1 + sum].Id)[here].Slice(at, count));
            }
        }

        x.Clear();
        word.Clear();
        product.Clear();
    }

    private Span<ulong> Planes(Span<ulong> all, int start, int words) =>
        all[_x.Count..].Slice(_bits.Length * start, _bits.Length * words);

    private static void Accumulate(ReadOnlySpan<ulong> word, long weight, Span<ulong> sum)
    {
        if (weight != 0)
        {
            TensorPrimitives.MultiplyAdd(word, unchecked((ulong)weight), sum, sum);
        }
    }
}
