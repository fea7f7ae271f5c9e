using System.Numerics.Tensors;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// One party's end of a tensor x that was opened as c = x + r: for each selection a uniform bit s and shares of s · x, or of s times x
/// truncated. Both are local once c is known, for they are linear in what was dealt.
/// </summary>
internal sealed class MaskedTensor : IDisposable
{
    private readonly int _count;
    private readonly int _selections;
    private readonly SecretBuffer<ulong> _words;
    private readonly SecretBuffer<ulong> _bits;

    public MaskedTensor(int count, int selections, SecretPool? memory = null)
    {
        _count = count;
        _selections = selections;
        _words = new SecretBuffer<ulong>(checked(2 * selections * count), memory);
        _bits = new SecretBuffer<ulong>(checked(selections * PlaneWords), memory);
    }

    private int PlaneWords => (_count + 63) / 64;

    /// <summary>The plane of a selection's bit s.</summary>
    public Span<ulong> Bits(int selection) => _bits.Span.Slice(selection * PlaneWords, PlaneWords);

    /// <summary>The shares of s as words.</summary>
    public Span<ulong> BitWords(int selection) => _words.Span.Slice(selection * _count, _count);

    /// <summary>The shares of s · x, or of s times x truncated.</summary>
    public Span<ulong> Products(int selection) => _words.Span.Slice((_selections + selection) * _count, _count);

    /// <summary>Takes the current chunk of a comparison's mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="opened">c of the chunk.</param>
    /// <param name="scratch">As many words at least.</param>
    public void Take(Correlation mask, ReadOnlySpan<ulong> opened, Span<ulong> scratch)
    {
        var kind = (ComparisonMask)mask.Draw.Kind;
        Range here = mask.Elements(mask.Chunk);
        int start = here.Start.Value;
        int count = opened.Length;
        int planes = (count + 63) / 64;
        for (int selection = 0; selection < _selections; selection++)
        {
            Range part = (selection * count)..((selection + 1) * count);
            ReadOnlySpan<ulong> s = mask.Late(ComparisonMask.SelectionWords)[part];
            ReadOnlySpan<ulong> dealt = mask.Late(ComparisonMask.SelectionProducts)[part];
            Span<ulong> products = Products(selection)[here];
            mask.Early(ComparisonMask.SelectionBits, mask.Chunk).Slice(selection * planes, planes).CopyTo(Bits(selection)[(start / 64)..]);
            s.CopyTo(BitWords(selection)[here]);
            if (kind.Truncation == 0)
            {
                RingVector.Multiply(opened, s, products);
                RingVector.Subtract(products, dealt, products);
                continue;
            }

            Span<ulong> c = scratch[..count];
            TensorPrimitives.Add(opened, TruncationArithmetic.Shift, c);
            TruncationArithmetic.Product(kind.Truncation, c, s, dealt, mask.Late(kind.HighestProducts)[part], products);
        }
    }

    public void Dispose()
    {
        _words.Dispose();
        _bits.Dispose();
    }
}
