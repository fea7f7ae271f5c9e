namespace Hybrid.Seal.Ring;

/// <summary>The computing core behind <see cref="NegacyclicNtt"/>: operands have been checked, every span has N canonical residues.</summary>
internal abstract class NttTransform(ResidueKernels residues)
{
    /// <summary>Coefficients to values, in place.</summary>
    public abstract void Forward(Span<ulong> polynomial);

    /// <summary>Values to coefficients, in place.</summary>
    public abstract void Inverse(Span<ulong> values);

    /// <summary>
    /// <see cref="ResidueKernels.Rebase"/>, then <see cref="Forward"/>: a transform that can take both in one pass overrides this.
    /// </summary>
    public virtual void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        residues.Rebase(source, from, destination);
        Forward(destination);
    }
}
