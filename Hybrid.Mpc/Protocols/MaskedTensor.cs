using Hybrid.Mpc.Correlations;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>One party's end of a tensor opened under a mask: the masked words, and what selections by secret bits need of the mask.</summary>
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
        _words = new SecretBuffer<ulong>(checked((2 + (2 * selections)) * count), memory);
        _bits = new SecretBuffer<ulong>(checked(selections * PlaneWords), memory);
    }

    private int PlaneWords => (_count + 63) / 64;

    /// <summary>c = x + r, known to all.</summary>
    public Span<ulong> Opened => _words.Span[.._count];

    /// <summary>The share of r.</summary>
    public Span<ulong> Mask => _words.Span.Slice(_count, _count);

    /// <summary>The plane of a selection's bit s.</summary>
    public Span<ulong> Bits(int selection) => _bits.Span.Slice(selection * PlaneWords, PlaneWords);

    /// <summary>The shares of s as words.</summary>
    public Span<ulong> BitWords(int selection) => _words.Span.Slice((2 + selection) * _count, _count);

    /// <summary>The shares of r · s.</summary>
    public Span<ulong> Products(int selection) => _words.Span.Slice((2 + _selections + selection) * _count, _count);

    /// <summary>Takes what selections need from the current chunk of a comparison's mask.</summary>
    public void Take(Correlation mask)
    {
        int chunk = mask.Chunk;
        Range here = mask.Elements(chunk);
        (int start, int count) = here.GetOffsetAndLength(_count);
        int planes = (count + 63) / 64;
        mask.Early(ComparisonMask.Word, chunk).CopyTo(Mask[here]);
        for (int selection = 0; selection < _selections; selection++)
        {
            mask.Early(ComparisonMask.SelectionBits, chunk).Slice(selection * planes, planes).CopyTo(Bits(selection)[(start / 64)..]);
            mask.Late(ComparisonMask.SelectionWords).Slice(selection * count, count).CopyTo(BitWords(selection)[here]);
            mask.Late(ComparisonMask.SelectionProducts).Slice(selection * count, count).CopyTo(Products(selection)[here]);
        }
    }

    public void Dispose()
    {
        _words.Dispose();
        _bits.Dispose();
    }
}
