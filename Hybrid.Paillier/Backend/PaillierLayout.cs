using System.Numerics;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Paillier;

/// <summary>
/// How much room the values of a stretch take in plaintexts: both parties derive the same from the stretch and the key's length, for quotes
/// and for execution.
/// </summary>
/// <remarks>
/// <para>
/// Plaintexts are integers and do not wrap at 2^64, shares do. What enters from shares is the sum of two signed words, 65 bits with the
/// sign, right modulo 2^64 only; products and sums widen it by their constants' bounds.
/// </para>
/// <para>
/// A value v of b bits that is to be read modulo 2^64 leaves as v + 2^(b-1) + r, with r uniform below 2^(b + <see cref="HidingBits"/>): not
/// negative, so slots do not borrow from one another, and below 2^(b + <see cref="HidingBits"/> + 1). Two values' distributions are at most
/// 2^-<see cref="HidingBits"/> apart, since the shift is that much shorter than r's range. Where the client is to learn the value's word
/// itself, r and the shift are multiples of 2^64 and hide what is above it, which would tell of the weights.
/// Source: Demmler, Schneider, Zohner, "ABY" (2015), section III, on Paillier's multiplication triples.
/// </para>
/// </remarks>
internal sealed class PaillierLayout
{
    /// <summary>Statistical security of a masked value, in bits.</summary>
    public const int HidingBits = 40;

    private const int WordBits = 64;

    private PaillierLayout(int valueBits, bool isMasked, bool isFromShares, int weightBits, int keyBits)
    {
        ValueBits = valueBits;
        IsMasked = isMasked;
        IsFromShares = isFromShares;
        WeightBits = weightBits;
        // Two bits are left free, so that the packed number stays within (-n/2, n/2).
        Slots = (keyBits - 2) / SlotBits;
    }

    /// <summary>Bits of the widest value in a slot, the sign included.</summary>
    public int ValueBits { get; }

    /// <summary>Whether values come from shares or go to shares, so that they are right modulo 2^64 and leave under a mask.</summary>
    public bool IsMasked { get; }

    /// <summary>Whether values come from shares, so that the server adds its own.</summary>
    public bool IsFromShares { get; }

    /// <summary>Bits of a mask.</summary>
    public int MaskBits => ValueBits + HidingBits;

    /// <summary>Bits of a slot.</summary>
    public int SlotBits => IsMasked ? MaskBits + 1 : ValueBits;

    /// <summary>Bits that the weights of all products come to, together: what a reply's noise has to drown.</summary>
    public int WeightBits { get; }

    /// <summary>Slots of a plaintext.</summary>
    public int Slots { get; }

    /// <summary>The layout of a stretch; null if Paillier cannot compute it, or not with a key of so many bits.</summary>
    public static PaillierLayout? Of(Stretch stretch, int keyBits)
    {
        if (stretch.Entries.Length != 1 || stretch.Entry.Shape.Rank != 2 || stretch.Entry.Shape.ElementCount == 0)
        {
            return null;
        }

        Node before = stretch.Entry;
        int weightBits = 1;
        foreach (Node op in stretch.Ops)
        {
            if (op.Inputs.IsEmpty || op.Inputs[0] != before || op.Shape.ElementCount == 0 || !(IsProduct(op) || IsSum(op)))
            {
                return null;
            }

            weightBits += op.Op is MatMulOp ? NormBits(op) : 0;
            before = op;
        }

        bool isShared = stretch.Before == Scheme.Shares || stretch.After == Scheme.Shares;
        if (weightBits > PaillierRandomiser.MaximumWeightBits
            || (stretch.Before == Scheme.Shares && stretch.Entry.Bits > WordBits) || (isShared && stretch.Last.Bits > WordBits))
        {
            return null;
        }

        int valueBits = stretch.Before == Scheme.Shares ? BitsFromShares(stretch) : stretch.RoomBits;
        var layout = new PaillierLayout(valueBits, isShared, stretch.Before == Scheme.Shares, weightBits, keyBits);
        return layout.Slots > 0 && (isShared || valueBits <= SlotPacking.MaximumSlotBits) ? layout : null;
    }

    /// <summary>Bits of a product's weights: no column's sum of magnitudes has more.</summary>
    public static int NormBits(Node product) => 128 - (int)Int128.LeadingZeroCount(((ConstantOp)product.Inputs[1].Op).NormBound);

    /// <summary>Ciphertexts of a matrix: as many for each column as its rows need slots.</summary>
    public int Ciphertexts(Shape shape) => checked(shape[1] * Blocks(shape));

    /// <summary>Ciphertexts of a column.</summary>
    public int Blocks(Shape shape) => (shape[0] + Slots - 1) / Slots;

    private static bool IsProduct(Node op) => op.Op is MatMulOp && IsServerConstant(op.Inputs[1]) && op.Inputs[1].Shape.Rank == 2;

    // One number for each column, the same in all rows.
    private static bool IsSum(Node op) => op.Op is AddOp && IsServerConstant(op.Inputs[1]) && op.Shape.Equals(op.Inputs[0].Shape)
        && op.Inputs[1].Shape is { Rank: 1 or 2 } bias && bias.ElementCount == op.Shape[1] && bias[bias.Rank - 1] == op.Shape[1];

    private static bool IsServerConstant(Node node) =>
        node.Op is ConstantOp constant && constant.Visibility == Visibility.Private(Party.Server);

    // Of two words from -2^63 to 2^63 - 1, and what becomes of their sum.
    private static int BitsFromShares(Stretch stretch)
    {
        BigInteger magnitude = BigInteger.One << WordBits;
        BigInteger most = magnitude;
        foreach (Node op in stretch.Ops)
        {
            magnitude = op.Op is MatMulOp ? magnitude * ((ConstantOp)op.Inputs[1].Op).NormBound : magnitude + op.Inputs[1].Magnitude;
            most = BigInteger.Max(most, magnitude);
        }

        return (int)most.GetBitLength() + 1;
    }
}
