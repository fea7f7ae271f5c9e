using System.Numerics.Tensors;
using Hybrid.Mpc.Correlations;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>One party's end of a tensor that was truncated from the opening it was compared by: what one selection by a secret bit needs.</summary>
internal sealed class TruncatedTensor : IDisposable
{
    private readonly SecretBuffer<ulong> _products;
    private readonly SecretBuffer<ulong> _bits;

    public TruncatedTensor(int count, SecretPool? memory = null)
    {
        _products = new SecretBuffer<ulong>(count, memory);
        _bits = new SecretBuffer<ulong>((count + 63) / 64, memory);
    }

    /// <summary>The plane of the selection's bit s.</summary>
    public Span<ulong> Bits => _bits.Span;

    /// <summary>The shares of s · q, q being the quotients.</summary>
    public Span<ulong> Products => _products.Span;

    /// <summary>Takes the current chunk.</summary>
    /// <param name="first">Whether public terms are this party's.</param>
    /// <param name="mask">The correlation, at the chunk.</param>
    /// <param name="opened">x + r of the chunk.</param>
    /// <param name="scratch">As many words at least.</param>
    /// <param name="quotient">Takes the shares of q.</param>
    public void Take(bool first, Correlation mask, ReadOnlySpan<ulong> opened, Span<ulong> scratch, Span<ulong> quotient)
    {
        var kind = (ComparisonMask)mask.Draw.Kind;
        Range here = mask.Elements(mask.Chunk);
        Span<ulong> c = scratch[..opened.Length];
        mask.Early(ComparisonMask.SelectionBits, mask.Chunk).CopyTo(Bits[(here.Start.Value / 64)..]);
        TensorPrimitives.Add(opened, TruncationArithmetic.Shift, c);
        TruncationArithmetic.Quotient(first, kind.Truncation, c, mask.Late(kind.Upper), mask.Late(kind.Highest), quotient);
        TensorPrimitives.Add(opened, TruncationArithmetic.Shift, c);
        TruncationArithmetic.Product(
            kind.Truncation, c, mask.Late(ComparisonMask.SelectionWords), mask.Late(ComparisonMask.SelectionProducts), mask.Late(kind.HighestProducts), Products[here]);
    }

    public void Dispose()
    {
        _products.Dispose();
        _bits.Dispose();
    }
}
