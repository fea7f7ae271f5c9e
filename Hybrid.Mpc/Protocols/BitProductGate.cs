using System.Collections.Immutable;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Protocols;

/// <summary>The AND of two to four secret bits, all opened under dealt masks. As many bits each way.</summary>
/// <remarks>Source: Ohata and Nuida, "Communication-Efficient (Client-Aided) Secure Two-Party Protocols and Its Application" (2020).</remarks>
internal sealed class BitProductGate : ExchangeGate
{
    private readonly ImmutableArray<BitWire> _factors;
    private readonly BitWire _product;
    private readonly BitProductMask _kind;

    /// <summary>The gate.</summary>
    /// <param name="factors">Two to four tensors of bits of one shape.</param>
    /// <param name="product">Their AND.</param>
    public BitProductGate(ImmutableArray<BitWire> factors, BitWire product)
        : base([.. factors.Select(factor => factor.Id)], [product.Id])
    {
        _factors = factors;
        _product = product;
        _kind = new BitProductMask(factors.Length);
    }

    public override string Name => $"and of {_factors.Length} × {_product.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(_kind, _product.Count)];

    public override int AddedWords => 0;

    public override int BitWords => checked(_factors.Length * PlaneWords);

    private int PlaneWords => (_product.Count + 63) / 64;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        for (int chunk = 0; chunk < drawn[0].Chunks; chunk++)
        {
            (int start, int words) = drawn[0].Planes(chunk);
            Span<ulong> masks = drawn[0].Early(0, chunk);
            Span<ulong> opened = mine.Slice(_factors.Length * start, _factors.Length * words);
            for (int factor = 0; factor < _factors.Length; factor++)
            {
                ReadOnlySpan<ulong> bits = values.Bits(_factors[factor].Id).Slice(start, words);
                System.Numerics.Tensors.TensorPrimitives.Xor(bits, masks.Slice(factor * words, words), opened.Slice(factor * words, words));
            }
        }
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(_product);
        Correlation masks = drawn[0];
        while (await masks.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            (int start, int words) = masks.Planes(masks.Chunk);
            BitProduct.Evaluate(
                opened.Span.Slice(_factors.Length * start, _factors.Length * words), masks.Early(0, masks.Chunk), masks.Late(1),
                values.IsFirst, _factors.Length, words, values.Bits(_product.Id).Slice(start, words));
        }
    }
}
