using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// b · x for a secret bit b and a word x that was opened masked, truncated or not: with d = b ⊕ s opened, b x is s x where d is 0, and
/// x − s x where it is 1. One bit each way.
/// </summary>
/// <remarks>Gives b as a word, too: s where d is 0, and 1 − s where it is 1.</remarks>
internal sealed class MaskedSelectionGate(BitWire bits, MaskedSelection selection, Wire? word) : ExchangeGate(
    [bits.Id, selection.Masked.Id, selection.Masked.Value.Id],
    word is null ? [selection.Product.Id, selection.Opened.Id] : [selection.Product.Id, selection.Opened.Id, word.Id])
{
    public override string Name => $"select {bits.Shape} of masked, selection {selection.Number}";

    public override ImmutableArray<CorrelationDraw> Draws => [];

    public override int AddedWords => 0;

    public override int BitWords => (bits.Count + 63) / 64;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        TensorPrimitives.Xor<ulong>(values.Bits(bits.Id), values.Get<MaskedTensor>(selection.Masked.Id).Bits(selection.Number), mine);

    public override ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        MaskedTensor tensor = values.Get<MaskedTensor>(selection.Masked.Id);
        if (word is not null)
        {
            BitArithmetic.ToWords(opened.Span, tensor.BitWords(selection.Number), values.IsFirst, values.New(word));
        }

        BitArithmetic.Choose(opened.Span, tensor.Products(selection.Number), values.Words(selection.Masked.Value.Id), values.New(selection.Product));
        opened.Span.CopyTo(values.New(selection.Opened));
        return ValueTask.CompletedTask;
    }
}

/// <summary>b · x for a secret bit and a secret word: both are opened masked. 8 bytes and one bit each way for one.</summary>
internal sealed class SelectionGate(BitWire bits, Wire x, Wire product) : ExchangeGate([bits.Id, x.Id], [product.Id])
{
    public override string Name => $"select {bits.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new SelectionMask(), x.Count)];

    public override int AddedWords => x.Count;

    public override int BitWords => (x.Count + 63) / 64;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        RingVector.Add(values.Words(x.Id), drawn[0].Early(0), mine[..x.Count]);
        TensorPrimitives.Xor<ulong>(values.Bits(bits.Id), drawn[0].Early(1), mine[x.Count..]);
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(product);
        Correlation masks = drawn[0];
        while (await masks.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = masks.Elements(masks.Chunk);
            BitArithmetic.Select(
                opened.Span[x.Count..][(here.Start.Value / 64)..], opened.Span[..x.Count][here], masks.Early(0, masks.Chunk), masks.Late(2), masks.Late(3),
                values.IsFirst, values.Words(product.Id)[here]);
        }
    }
}

/// <summary>A secret bit as the word 0 or 1: with d = b ⊕ s opened, s where d is 0 and 1 − s where it is 1. One bit each way.</summary>
internal sealed class BitToWordGate(BitWire bits, Wire word) : ExchangeGate([bits.Id], [word.Id])
{
    public override string Name => $"bits to words {bits.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new BitMask(), bits.Count)];

    public override int AddedWords => 0;

    public override int BitWords => (bits.Count + 63) / 64;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        TensorPrimitives.Xor<ulong>(values.Bits(bits.Id), drawn[0].Early(0), mine);

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(word);
        Correlation masks = drawn[0];
        while (await masks.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = masks.Elements(masks.Chunk);
            BitArithmetic.ToWords(opened.Span[(here.Start.Value / 64)..], masks.Late(1), values.IsFirst, values.Words(word.Id)[here]);
        }
    }
}
