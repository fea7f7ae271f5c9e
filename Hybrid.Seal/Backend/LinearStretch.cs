using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Seal;

/// <summary>
/// What a stretch of products and sums with the server's constants comes to: one matrix and one bias, since linear maps compose. The
/// server composes them once, in the clear and exactly, so that however long the stretch is, ciphertexts are multiplied once.
/// </summary>
/// <param name="Rows">Rows of the value that enters.</param>
/// <param name="Inputs">Columns of the value that enters.</param>
/// <param name="Outputs">Columns of the last op's value.</param>
/// <param name="InputBits">Bits of an integer that enters, the sign included.</param>
/// <param name="OutputBits">Bits of an integer that comes out, the sign included.</param>
/// <param name="NormBound">A public bound, 1 at least, on the sum of magnitudes of a column of the composed matrix.</param>
internal sealed record LinearStretch(int Rows, int Inputs, int Outputs, int InputBits, int OutputBits, Int128 NormBound)
{
    /// <summary>The stretch; null if an op is neither MatMul nor Add with a constant, or none is a MatMul.</summary>
    public static LinearStretch? Of(Stretch stretch)
    {
        if (stretch.Entry.Shape.Rank != 2 || stretch.Entry.Shape.ElementCount == 0)
        {
            return null;
        }

        Int128? norm = null;
        foreach (Node op in stretch.Ops)
        {
            if (op.Op is not (MatMulOp or AddOp) || op.Inputs[1].Op is not ConstantOp constant
                || constant.Visibility != Visibility.Private(Party.Server) || op.Shape.ElementCount == 0
                || op.Inputs[1].Shape.Rank != (op.Op is MatMulOp ? 2 : 1))
            {
                return null;
            }

            if (op.Op is MatMulOp)
            {
                // The graph has bounded the product of all norms with the input, so this does not wrap.
                norm = norm is { } before ? before * constant.NormBound : constant.NormBound;
            }
        }

        return norm is { } bound
            ? new LinearStretch(
                stretch.Entry.Shape[0], stretch.Entry.Shape[1], stretch.Last.Shape[1], stretch.Entry.Bits, stretch.Nodes[1..].Max(node => node.Bits), Int128.Max(1, bound))
            : null;
    }

    /// <summary>The first product, at which ciphertexts are multiplied.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Node FirstProduct(Stretch stretch)
    {
        // The value that enters may be a product too, of another scheme's.
        foreach (Node op in stretch.Ops)
        {
            if (op.Op is MatMulOp)
            {
                return op;
            }
        }

        throw new InvalidOperationException("The stretch has no product.");
    }
}
