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
/// Brings numbers that are open under a mask to their mantissas, and gives public functions of their exponents: sums of
/// b · x · 2^shift and of b · weight over the bits b, each opened masked. One bit each way for each.
/// </summary>
internal sealed class ExponentGate : ExchangeGate
{
    private const int Block = BitArithmetic.Block;

    private readonly MaskedWire _masked;
    private readonly ImmutableArray<BitWire> _bits;
    private readonly ImmutableArray<ExponentTerm> _terms;
    private readonly ImmutableArray<Wire> _results;

    /// <summary>The gate.</summary>
    /// <param name="masked">The numbers x, dealt for as many selections as there are bits.</param>
    /// <param name="bits">The bits.</param>
    /// <param name="terms">What each is worth.</param>
    /// <param name="results">The mantissa, then the weighted sums.</param>
    public ExponentGate(MaskedWire masked, ImmutableArray<BitWire> bits, ImmutableArray<ExponentTerm> terms, ImmutableArray<Wire> results)
        : base([masked.Id, .. bits.Select(bit => bit.Id)], [.. results.Select(result => result.Id)])
    {
        _masked = masked;
        _bits = bits;
        _terms = terms;
        _results = results;
    }

    public override string Name =>
        $"mantissas of {_masked.Value.Shape} by {string.Join("; ", _terms.Select(term => $"{term.Shift} {term.Mantissa} {string.Join(' ', term.Weights)}"))}";

    public override ImmutableArray<CorrelationDraw> Draws => [];

    public override int AddedWords => 0;

    public override int BitWords => checked(_bits.Length * PlaneWords);

    private int Count => _masked.Value.Count;

    private int PlaneWords => (Count + 63) / 64;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        MaskedTensor tensor = values.Get<MaskedTensor>(_masked.Id);
        for (int bit = 0; bit < _bits.Length; bit++)
            TensorPrimitives.Xor<ulong>(values.Bits(_bits[bit].Id), tensor.Bits(bit), mine.Slice(bit * PlaneWords, PlaneWords));
    }

    public override ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        foreach (Wire result in _results)
            values.New(result);
        MaskedTensor tensor = values.Get<MaskedTensor>(_masked.Id);
        Span<ulong> flips = stackalloc ulong[Block];
        Span<ulong> x = stackalloc ulong[Block];
        Span<ulong> word = stackalloc ulong[Block];
        Span<ulong> product = stackalloc ulong[Block];
        for (int start = 0; start < Count; start += Block)
        {
            int count = Math.Min(Block, Count - start);
            Span<ulong> mantissa = values.Words(_results[0].Id).Slice(start, count);
            ReadOnlySpan<ulong> c = tensor.Opened.Slice(start, count);
            BitArithmetic.Unmask(c, tensor.Mask.Slice(start, count), values.IsFirst, x[..count]);
            for (int bit = 0; bit < _bits.Length; bit++)
            {
                ReadOnlySpan<ulong> s = tensor.BitWords(bit).Slice(start, count);
                BitArithmetic.Flips(opened.Span.Slice(bit * PlaneWords, PlaneWords), start, flips[..count]);
                BitArithmetic.ToWordsBlock(flips[..count], s, values.IsFirst, word[..count]);
                if (_terms[bit].Shift >= 0)
                {
                    BitArithmetic.SelectBlock(flips[..count], c, x[..count], s, tensor.Products(bit).Slice(start, count), product[..count]);
                    TensorPrimitives.ShiftLeft<ulong>(product[..count], _terms[bit].Shift, product[..count]);
                    RingVector.Add(mantissa, product[..count], mantissa);
                }

                Accumulate(word[..count], _terms[bit].Mantissa, mantissa);
                for (int sum = 0; sum < _terms[bit].Weights.Length; sum++)
                    Accumulate(word[..count], _terms[bit].Weights[sum], values.Words(_results[1 + sum].Id).Slice(start, count));
            }
        }

        x.Clear();
        word.Clear();
        product.Clear();
        return ValueTask.CompletedTask;
    }

    private static void Accumulate(ReadOnlySpan<ulong> word, long weight, Span<ulong> sum)
    {
        if (weight != 0)
        {
            TensorPrimitives.MultiplyAdd(word, unchecked((ulong)weight), sum, sum);
        }
    }
}
