namespace Hybrid.Seal.Ring;

/// <summary>The computing core behind <see cref="NegacyclicNtt"/>: operands have been checked, every span has N canonical residues.</summary>
internal abstract class NttTransform
{
    /// <summary>Coefficients to values, in place.</summary>
    public abstract void Forward(Span<ulong> polynomial);

    /// <summary>Values to coefficients, in place.</summary>
    public abstract void Inverse(Span<ulong> values);

    /// <summary>destination[i] = a[i] b[i] mod p; the destination may be a or b.</summary>
    public abstract void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination);
}
