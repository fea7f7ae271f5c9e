using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>What a party draws from the 16-byte seed of a batch, each from a stream of its own.</summary>
internal static class SeedExpansion
{
    private const ulong RootStream = 0;
    private const ulong MaskStream = 1;
    private const ulong OffsetStream = 2;

    /// <summary>The root seeds of the party's trees; their control bits say which party's they are.</summary>
    public static SecretBuffer<ulong> Roots(ReadOnlySpan<byte> seed, KeyLayout layout, int party)
    {
        SecretBuffer<ulong> roots = Draw(seed, RootStream, layout.Count * KeyLayout.BlockWords);
        Span<ulong> words = roots.Span;
        for (int word = 1; word < words.Length; word += KeyLayout.BlockWords)
            words[word] = (words[word] >> 1) | ((ulong)party << 63);
        return roots;
    }

    /// <summary>The party's shares of the masks on the inputs.</summary>
    public static SecretBuffer<ulong> Masks(ReadOnlySpan<byte> seed, int count) => Draw(seed, MaskStream, count);

    /// <summary>Party 0's shares of the masks' highest bits.</summary>
    public static SecretBuffer<ulong> Offsets(ReadOnlySpan<byte> seed, int words) => Draw(seed, OffsetStream, words);

    private static SecretBuffer<ulong> Draw(ReadOnlySpan<byte> seed, ulong stream, int count)
    {
        var words = new SecretBuffer<ulong>(count);
        using var generator = new AesCtrGenerator(seed, stream);
        generator.Fill(MemoryMarshal.AsBytes(words.Span));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words.Span, words.Span);
        }

        return words;
    }
}
