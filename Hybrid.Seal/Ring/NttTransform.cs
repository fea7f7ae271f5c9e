namespace Hybrid.Seal.Ring;

/// <summary>The computing core behind <see cref="NegacyclicNtt"/>: operands have been checked, every span has N canonical residues.</summary>
internal abstract class NttTransform
{
    /// <summary>Coefficients to values, in place.</summary>
    public abstract void Forward(Span<ulong> polynomial);

    /// <summary>Values to coefficients, in place.</summary>
    public abstract void Inverse(Span<ulong> values);
}
