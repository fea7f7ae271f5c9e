namespace Hybrid.Seal.Ring;

/// <summary>The computing core behind <see cref="NegacyclicNtt"/>: operands have been checked, every span has N canonical residues.</summary>
internal abstract class NttTransform(ResidueKernels residues)
{
    /// <summary>Coefficients to values, in place.</summary>
    public abstract void Forward(Span<ulong> polynomial);

    /// <summary>The same where only so many coefficients, the lowest, are not zero: a transform that gains by that overrides this.</summary>
    public virtual void ForwardShort(Span<ulong> polynomial, int length) => Forward(polynomial);

    /// <summary>Values to coefficients, which may go elsewhere.</summary>
    public abstract void Inverse(ReadOnlySpan<ulong> values, Span<ulong> coefficients);

    /// <summary>
    /// <see cref="ResidueKernels.Rebase"/>, then <see cref="Forward"/>: a transform that can take both in one pass overrides this.
    /// </summary>
    public virtual void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        residues.Rebase(source, from, destination);
        Forward(destination);
    }

    /// <summary>The same, after which both other polynomials, which need not be in the cache, will be multiplied by the result.</summary>
    public virtual void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination, nint firstFactor, nint secondFactor) =>
        ForwardRebased(source, from, destination);

    /// <summary>
    /// destination = addend + (minuend - transform of the rebased source) w; the addend may be empty for zero, the scratch's content is lost.
    /// </summary>
    public virtual void ForwardQuotient(
        ReadOnlySpan<ulong> source, Modulus from, Span<ulong> scratch, ReadOnlySpan<ulong> minuend, ulong w, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        ForwardRebased(source, from, scratch);
        if (addend.IsEmpty)
        {
            residues.SubtractScale(minuend, scratch, w, destination);
        }
        else
        {
            residues.SubtractScaleAdd(minuend, scratch, w, addend, destination);
        }
    }
}
