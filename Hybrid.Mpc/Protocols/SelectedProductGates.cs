using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// The first half of a matrix product H · W, H being a masked selection whose bits d are not open yet: the party without the weights has two
/// words that its share of each element may become, P where d is 0 and X − P where d is 1, and sends both masked, D = P − A and
/// E = (X − 2 P) − T. 16 bytes one way for each element, at once with the bits.
/// </summary>
/// <remarks>
/// A and T are uniform and known to the sender alone, so the owner of the weights learns two uniform words whatever the bits turn out to be.
/// </remarks>
internal sealed class SelectedOperandGate(MaskedSelection selection, int inner, int columns, WeightMask weights, int operand)
    : ExchangeGate([selection.Masked.Id, selection.Masked.Value.Id], [operand])
{
    private int Count => selection.Product.Count;

    public override string Name => $"either way of selection {selection.Number} of {Count} for {inner} by {columns} of {weights.Name}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new SelectedProduct(inner, columns, weights), Count / inner)];

    public override int AddedWords => 2 * Count;

    public override int? Sender => 1 - weights.Owner;

    public override int? Receiver => weights.Owner;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        Span<ulong> product = values.Get<MaskedTensor>(selection.Masked.Id).Products(selection.Number);
        RingVector.Subtract(product, drawn[0].Early(SelectedProduct.Base), mine[..Count]);
        Span<ulong> difference = mine[Count..];
        RingVector.Subtract(values.Words(selection.Masked.Value.Id), product, difference);
        RingVector.Subtract(difference, product, difference);
        RingVector.Subtract(difference, drawn[0].Early(SelectedProduct.Step), difference);
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        var either = new SelectedOperand(Count, inner, columns, values.Memory);
        values.Set(operand, either);
        Correlation dealt = drawn[0];
        if (values.Party == weights.Owner)
        {
            opened.Span[..Count].CopyTo(either.Base);
            opened.Span[Count..].CopyTo(either.Step);
        }
        else
        {
            dealt.Early(SelectedProduct.Base).CopyTo(either.Base);
            dealt.Early(SelectedProduct.Step).CopyTo(either.Step);
        }

        while (await dealt.NextAsync(cancellationToken).ConfigureAwait(false))
            either.Take(dealt);
    }
}

/// <summary>
/// One party's end of what a product's left side will be, a + d t: the masks A and T, or what was sent under them; and its shares of the masks'
/// products with the weights' mask.
/// </summary>
internal sealed class SelectedOperand : IDisposable
{
    private readonly int _count;
    private readonly int _columns;
    private readonly SecretBuffer<ulong> _words;
    private readonly SecretBuffer<ulong> _products;

    public SelectedOperand(int count, int inner, int columns, SecretPool memory)
    {
        _count = count;
        _columns = columns;
        _words = new SecretBuffer<ulong>(checked(2 * count), memory);
        _products = new SecretBuffer<ulong>(checked(((count / inner) + count) * columns), memory);
    }

    /// <summary>What counts whatever is selected.</summary>
    public Span<ulong> Base => _words.Span[.._count];

    /// <summary>What counts besides where d is 1.</summary>
    public Span<ulong> Step => _words.Span[_count..];

    private Span<ulong> BaseProducts => _products.Span[..^(_count * _columns)];

    private Span<ulong> StepProducts => _products.Span[^(_count * _columns)..];

    /// <summary>Takes the current chunk of what is dealt.</summary>
    public void Take(Correlation dealt)
    {
        int first = dealt.Elements(dealt.Chunk).Start.Value;
        Span<ulong> products = dealt.Late(SelectedProduct.BaseProducts);
        Span<ulong> steps = dealt.Late(SelectedProduct.StepProducts);
        int inner = steps.Length / products.Length;
        products.CopyTo(BaseProducts[(first * _columns)..]);
        steps.CopyTo(StepProducts[(first * inner * _columns)..]);
    }

    /// <summary>left += a + d t.</summary>
    /// <param name="d">The plane of d, which is open.</param>
    /// <param name="left">As many words as there are elements.</param>
    public void AddSelected(ReadOnlySpan<ulong> d, Span<ulong> left)
    {
        Span<ulong> picked = stackalloc ulong[BitArithmetic.Block];
        for (int start = 0; start < left.Length; start += BitArithmetic.Block)
        {
            Span<ulong> block = left.Slice(start, Math.Min(BitArithmetic.Block, left.Length - start));
            Span<ulong> step = picked[..block.Length];
            BitArithmetic.Flips(d, start, step);
            TensorPrimitives.BitwiseAnd(step, Step.Slice(start, block.Length), step);
            RingVector.Add(block, Base.Slice(start, block.Length), block);
            RingVector.Add(block, step, block);
        }

        picked.Clear();
    }

    /// <summary>result = this party's share of (A + d T) · B.</summary>
    /// <param name="d">The plane of d, which is open.</param>
    /// <param name="result">Rows of as many columns as the weights have.</param>
    public void SumProducts(ReadOnlySpan<ulong> d, Span<ulong> result)
    {
        BaseProducts.CopyTo(result);
        int inner = _count / (result.Length / _columns);
        for (int word = 0; word < d.Length; word++)
        {
            for (ulong bits = d[word]; bits != 0; bits &= bits - 1)
            {
                int element = (64 * word) + BitOperations.TrailingZeroCount(bits);
                if (element >= _count)
                {
                    return; // padding
                }

                Span<ulong> row = result.Slice(element / inner * _columns, _columns);
                RingVector.Add(row, StepProducts.Slice(element * _columns, _columns), row);
            }
        }
    }

    public void Dispose()
    {
        _words.Dispose();
        _products.Dispose();
    }
}

/// <summary>
/// The second half: with d open, H · W is local. The owner's share is (H'' + D + d E) W + C'', H'' being its own share of H, the other party's is
/// (A + d T) F + C', where F = W − B is open and C' + C'' = (A + d T) B is picked from what was dealt.
/// </summary>
internal static class SelectedProductStep
{
    /// <summary>Computes a party's share of the product.</summary>
    public static void Run(GateValues values, BilinearMap map, MaskedSelection selection, int operand, WeightMask weights, Wire product)
    {
        SelectedOperand either = values.Get<SelectedOperand>(operand);
        PrivateWeights held = values.Weights(weights);
        ReadOnlySpan<ulong> d = values.Bits(selection.Opened.Id);
        Span<ulong> z = values.New(product);
        using var left = new SecretBuffer<ulong>(selection.Product.Count, values.Memory);
        if (held.IsOwner)
        {
            values.Words(selection.Product.Id).CopyTo(left.Span);
        }

        either.AddSelected(d, left.Span);
        either.SumProducts(d, z);
        map.MultiplyAdd(left.Span, held.Words, z);
        GC.KeepAlive(held);
    }
}
