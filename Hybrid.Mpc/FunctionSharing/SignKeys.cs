using System.Diagnostics;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>
/// One party's keys for the signs of a batch of words x that are shared by addition modulo 2^64: one word opened each way, then a share
/// of msb(x), or of [x &lt; p] for any public p, without another message.
/// </summary>
/// <remarks>
/// <para>
/// The dealer draws r, uniform, of which each party expands its share from its seed. The parties open c = x + r, which tells nothing of
/// x; then msb(x) = msb(c) ⊕ msb(r) ⊕ [c mod 2^63 &lt; r mod 2^63], the last of which is a comparison key's answer.
/// As x − p + r = c − p, the same keys and the same c also give the sign of x − p: one opening serves all knots of a spline.
/// </para>
/// <para>
/// Cost: 1 round of 8 bytes each way and sign. Bits: 912 bytes of key and 57 AES blocks a party and evaluation; words: 1496 bytes and 125
/// blocks. Party 1 has one bit or word more, its share of msb(r), and each party one seed of 16 bytes for the batch.
/// Reveals nothing to either party. A mask hides one input only, so <see cref="Mask"/> works once.
/// Source: Boyle et al., "Function Secret Sharing for Mixed-Mode and Fixed-Point Secure Computation" (2021).
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SignKeys : IDisposable
{
    /// <summary>Input bits of the comparison within.</summary>
    internal const int InputBits = 63;

    private readonly ComparisonKeys _comparison;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _masks;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _offsets;
    private int _masked;

    /// <summary>Keeps the comparison keys and the offsets, which it will dispose of.</summary>
    internal SignKeys(ComparisonKeys comparison, ReadOnlySpan<byte> seed, SecretBuffer<ulong> offsets)
    {
        _comparison = comparison;
        _masks = SeedExpansion.Masks(seed, comparison.Count);
        _offsets = offsets;
    }

    /// <summary>Whose keys these are: 0 or 1.</summary>
    public int Party => _comparison.Party;

    /// <summary>How many signs they are for.</summary>
    public int Count => _comparison.Count;

    /// <summary>What they yield shares of.</summary>
    public ComparisonOutput Output => _comparison.Output;

    /// <summary>How many words the shares of bits take: 64 bits a word.</summary>
    public int BitWords => _comparison.BitWords;

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public int EncodedBytes => _comparison.SignHeader().TotalBytes;

    /// <summary>
    /// This party's shares of the masks r: what a product with r, as a ReLU takes, is dealt for. Whoever reads them keeps the keys
    /// alive meanwhile (<see cref="GC.KeepAlive"/>).
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ReadOnlySpan<ulong> Masks => _masks.Span;

    /// <summary>This party's shares of c = x + r, to be sent to the other party; c itself is the sum of both parties'. Once only.</summary>
    /// <param name="shares">This party's shares of x.</param>
    /// <param name="masked">Where the shares of c go; may be <paramref name="shares"/>.</param>
    /// <exception cref="ArgumentException">There are not as many words as signs.</exception>
    /// <exception cref="InvalidOperationException">The masks are on other inputs already.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void Mask(ReadOnlySpan<ulong> shares, Span<ulong> masked)
    {
        RequireCount(shares.Length, nameof(shares));
        RequireCount(masked.Length, nameof(masked));
        ReadOnlySpan<ulong> masks = Masks;
        if (Interlocked.Exchange(ref _masked, 1) != 0)
        {
            throw new InvalidOperationException($"The {this} have masked inputs before, and a mask hides one only; take a new batch.");
        }

        Ring64.RingVector.Add(shares, masks, masked);
        GC.KeepAlive(this);
    }

    /// <summary>This party's shares of the bits [x &lt; p], x and p signed, which are the exclusive or of both parties' shares.</summary>
    /// <param name="opened">The words c, the same for both parties.</param>
    /// <param name="bits">The shares: sign i's is bit i mod 64 of word i / 64; bits beyond the last sign's are 0.</param>
    /// <param name="threshold">p, public: 0 for the sign of x. The difference x − p must be in [−2^63, 2^63).</param>
    /// <exception cref="ArgumentException">There is not one word for each sign, or not one of bits for each 64.</exception>
    /// <exception cref="InvalidOperationException">The keys yield words.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void EvaluateBits(ReadOnlySpan<ulong> opened, Span<ulong> bits, ulong threshold = 0) =>
        EvaluateBits(opened, bits, threshold, KernelChoice.Best);

    /// <summary>This party's shares of [x &lt; p], as the words 0 or 1, which are the sum of both parties' shares modulo 2^64.</summary>
    /// <param name="opened">The words c, the same for both parties.</param>
    /// <param name="words">The shares, one for each sign.</param>
    /// <param name="threshold">p, public: 0 for the sign of x. The difference x − p must be in [−2^63, 2^63).</param>
    /// <exception cref="ArgumentException">There are not as many words as signs.</exception>
    /// <exception cref="InvalidOperationException">The keys yield bits.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void EvaluateWords(ReadOnlySpan<ulong> opened, Span<ulong> words, ulong threshold = 0) =>
        EvaluateWords(opened, words, threshold, KernelChoice.Best);

    /// <summary>Writes the keys, to be sent to their party and nobody else: a header of 48 bytes and words, little endian.</summary>
    /// <param name="destination"><see cref="EncodedBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidOperationException">The keys have masked inputs already, and would do so again elsewhere.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void Write(Span<byte> destination)
    {
        if (Volatile.Read(ref _masked) != 0)
        {
            throw new InvalidOperationException($"The {this} have masked inputs already; only fresh keys are sent.");
        }

        Span<byte> rest = _comparison.WriteAfter(_comparison.SignHeader(), destination);
        if (Party == 1)
        {
            KeyHeader.WriteWords(_offsets.Span, rest);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; memory is reserved for what is there, never for what is announced.</summary>
    /// <param name="source">The whole batch; copied.</param>
    /// <exception cref="FormatRefusedException">The bytes are not a batch of sign keys.</exception>
    public static SignKeys Read(ReadOnlySpan<byte> source)
    {
        KeyHeader header = KeyHeader.Read(source, isSign: true);
        if (header.Party == 0)
        {
            return new SignKeys(ComparisonKeys.Read(header, source), header.Seed, Offsets(header.Seed, header.Layout));
        }

        var offsets = new SecretBuffer<ulong>(header.OffsetWords);
        KeyHeader.ReadWords(source[^(header.OffsetWords * sizeof(ulong))..], offsets.Span);
        if (!offsets.Span.IsEmpty && (offsets.Span[^1] & ~LastWord(header.Layout)) != 0)
        {
            offsets.Dispose();
            throw new FormatRefusedException(
                $"The {header.Layout.Count} sign keys have offset bits beyond the last key's; ask the dealer for the batch again.");
        }

        return new SignKeys(ComparisonKeys.Read(header, source), header.Seed, offsets);
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _comparison.Dispose();
        _masks.Dispose();
        _offsets.Dispose();
    }

    /// <summary>Names count, output and party, never a key.</summary>
    public override string ToString() =>
        $"{Count} sign keys of party {Party}, with {(Output == ComparisonOutput.Bit ? "bits" : "words")} as output";

    /// <summary>How many words the shares of msb(r) take.</summary>
    internal static int OffsetWords(KeyLayout layout) => layout.Output == ComparisonOutput.Bit ? layout.Chunks : layout.Count;

    /// <summary>Party 0's shares of msb(r), from its seed; party 1's are what is missing.</summary>
    internal static SecretBuffer<ulong> Offsets(ReadOnlySpan<byte> seed, KeyLayout layout)
    {
        SecretBuffer<ulong> offsets = SeedExpansion.Offsets(seed, OffsetWords(layout));
        if (layout.Count > 0)
        {
            offsets.Span[^1] &= LastWord(layout);
        }

        return offsets;
    }

    /// <summary>The bits' shares, by the chosen kernels.</summary>
    internal void EvaluateBits(ReadOnlySpan<ulong> opened, Span<ulong> bits, ulong threshold, KernelChoice choice)
    {
        _comparison.EvaluateBits(opened, threshold, bits, choice);
        ReadOnlySpan<ulong> offsets = _offsets.Span;
        ulong first = Party == 0 ? 1UL : 0;
        for (int word = 0; word < bits.Length; word++)
        {
            ReadOnlySpan<ulong> chunk = opened.Slice(word * 64, Math.Min(64, opened.Length - (word * 64)));
            ulong signs = 0;
            for (int index = 0; index < chunk.Length; index++)
                signs |= (((chunk[index] - threshold) >> 63) & first) << index;
            bits[word] ^= signs ^ offsets[word];
        }

        GC.KeepAlive(this);
    }

    /// <summary>The words' shares, by the chosen kernels.</summary>
    internal void EvaluateWords(ReadOnlySpan<ulong> opened, Span<ulong> words, ulong threshold, KernelChoice choice)
    {
        _comparison.EvaluateWords(opened, threshold, words, choice);
        ReadOnlySpan<ulong> offsets = _offsets.Span;
        ulong first = Party == 0 ? 1UL : 0;
        for (int index = 0; index < words.Length; index++)
        {
            // msb(c) is public: where it is set, the rest is taken from 1, of which party 0 has all.
            ulong sign = (opened[index] - threshold) >> 63;
            ulong flip = 0 - sign;
            words[index] = ((offsets[index] + words[index]) ^ flip) + sign + (sign & first);
        }

        GC.KeepAlive(this);
    }

    private static ulong LastWord(KeyLayout layout) =>
        layout.Output == ComparisonOutput.Word || layout.Count % 64 == 0 ? ulong.MaxValue : (1UL << (layout.Count % 64)) - 1;

    private void RequireCount(int words, string name)
    {
        if (words != Count)
        {
            throw new ArgumentException($"These are {this}: they take {Count} words; here are {words}.", name);
        }
    }
}
