using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;
using Hybrid.Tensors;

namespace Hybrid.Seal;

/// <summary>
/// What a stretch of linear ops with the server's constants comes to: one layer and one bias. Products and sums compose to one matrix; a
/// convolution has only sums after it. The server composes them once, in the clear and exactly, so that however long the stretch is,
/// ciphertexts are multiplied once.
/// </summary>
/// <param name="Layer">The matrix product or the convolution.</param>
/// <param name="InputBits">Bits of an integer that enters, the sign included.</param>
/// <param name="OutputBits">Bits of an integer that comes out, the sign included.</param>
/// <param name="NormBound">A public bound, 1 at least, on the sum of magnitudes of the weights that meet in one result.</param>
/// <param name="WeightBound">A public bound, 1 at least, on the magnitude of any weight.</param>
/// <param name="Before">How the value is held before it enters.</param>
/// <param name="After">How the result is held.</param>
/// <param name="Leaving">What the result carries beyond itself when it goes to shares.</param>
internal sealed record LinearStretch(
    RingPackedShape Layer, int InputBits, int OutputBits, Int128 NormBound, Int128 WeightBound, Scheme Before = Scheme.Plain, Scheme After = Scheme.Plain, Surplus Leaving = default)
{
    /// <summary>Whether integers come from shares or go to shares, and so are right modulo 2^64.</summary>
    public bool IsShared => Before == Scheme.Shares || After == Scheme.Shares;

    /// <summary>Numbers that are added to results: one for each column, or for each output channel.</summary>
    public int Biases => Layer is Conv2dShape convolution ? convolution.OutputChannels : ((MatMulShape)Layer).Columns;

    /// <summary>Results one after the other that the same number is added to.</summary>
    public int BiasRun => Layer is Conv2dShape convolution ? convolution.OutputHeight * convolution.OutputWidth : 1;

    /// <summary>No tiling has more polynomials of one kind than this; of a convolution as many as pixels of results times channels.</summary>
    public long MostPieces => Math.Max(
        Math.Max(Layer.InputLength, Layer.OutputLength),
        Layer is Conv2dShape convolution ? (long)convolution.Images * BiasRun * convolution.Channels : 0);

    /// <summary>The stretch; null if it is no such one.</summary>
    public static LinearStretch? Of(Stretch stretch)
    {
        if (stretch.Entries.Length != 1 || stretch.Entry.Shape.ElementCount == 0)
        {
            return null;
        }

        RingPackedShape? layer = null;
        Int128 norm = 1;
        Int128 weight = 1;
        Node before = stretch.Entry;
        foreach (Node op in stretch.Ops)
        {
            if (!Takes(op, before))
            {
                return null;
            }

            before = op;
            if (op.Op is AddOp)
            {
                // Before a convolution a sum would not reach the padding.
                if (!IsBias(op) || (layer is null && op.Shape.Rank != 2))
                {
                    return null;
                }

                continue;
            }

            layer = op.Op is MatMulOp ? Then(layer, op) : layer is null ? ConvolutionOf(op) : null;
            if (layer is null)
            {
                return null;
            }

            // A weight of A B is at most A's largest times the norm of B.
            Int128 next = ((ConstantOp)op.Inputs[1].Op).NormBound;
            weight = op == FirstProduct(stretch) ? op.Inputs[1].Magnitude : WordRange.Product(weight, next);
            norm = WordRange.Product(norm, next);
        }

        if (layer is null)
        {
            return null;
        }

        bool isShared = stretch.Before == Scheme.Shares || stretch.After == Scheme.Shares;
        int outputBits = isShared ? stretch.Last.Bits : stretch.Nodes[1..].Max(node => node.Bits);
        return new LinearStretch(layer, stretch.Entry.Bits, outputBits, Int128.Max(1, norm), Int128.Max(1, weight), stretch.Before, stretch.After, stretch.Leaving);
    }

    /// <summary>The first product, at which ciphertexts are multiplied.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Node FirstProduct(Stretch stretch)
    {
        // The value that enters may be a product too, of another scheme's.
        foreach (Node op in stretch.Ops)
        {
            if (op.Op is MatMulOp or Conv2dOp)
            {
                return op;
            }
        }

        throw new InvalidOperationException("The stretch has no product.");
    }

    /// <summary>The layer of so many times the rows or images.</summary>
    public RingPackedShape Times(int parts) => Layer switch
    {
        MatMulShape product => product with { Rows = checked(product.Rows * parts) },
        Conv2dShape convolution => convolution with { Images = checked(convolution.Images * parts) },
        _ => throw new InvalidOperationException($"{Layer} is neither a product nor a convolution."),
    };

    private static bool Takes(Node op, Node value) =>
        op.Op is MatMulOp or Conv2dOp or AddOp && op.Inputs[0] == value && op.Shape.ElementCount > 0
        && op.Inputs[1].Op is ConstantOp constant && constant.Visibility == Visibility.Private(Party.Server);

    // A number for each column of a matrix (m, n), or for each channel of images (N, O, H, W).
    private static bool IsBias(Node op)
    {
        Shape value = op.Inputs[0].Shape;
        Shape bias = op.Inputs[1].Shape;
        int least = value.Rank - 1;
        return value.Rank is 2 or 4 && op.Shape.Equals(value) && (bias.Rank == least || bias.Rank == value.Rank)
            && bias[bias.Rank - least] == value[1] && bias.ElementCount == value[1];
    }

    private static MatMulShape? Then(RingPackedShape? layer, Node op) => (layer, op.Inputs[0].Shape.Rank, op.Inputs[1].Shape.Rank) switch
    {
        (null, 2, 2) => new MatMulShape(op.Shape[0], op.Inputs[0].Shape[1], op.Shape[1]),
        (MatMulShape before, 2, 2) => before with { Columns = op.Shape[1] },
        _ => null,
    };

    private static Conv2dShape? ConvolutionOf(Node op)
    {
        Conv2dGeometry geometry = ((Conv2dOp)op.Op).Geometry;
        Shape images = op.Inputs[0].Shape;
        Shape kernels = op.Inputs[1].Shape;
        return geometry is { DilationRows: 1, DilationColumns: 1 }
            ? new Conv2dShape(images[1], images[2], images[3], kernels[0], kernels[2], kernels[3])
            {
                Images = images[0],
                StrideHeight = geometry.StrideRows,
                StrideWidth = geometry.StrideColumns,
                PadTop = geometry.PadTop,
                PadLeft = geometry.PadLeft,
                PadBottom = geometry.PadBottom,
                PadRight = geometry.PadRight,
                Groups = geometry.Groups,
            }
            : null;
    }
}
