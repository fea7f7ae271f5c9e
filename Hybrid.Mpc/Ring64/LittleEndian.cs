using System.Buffers.Binary;

namespace Hybrid.Mpc.Ring64;

/// <summary>Words as they travel: little endian.</summary>
internal static class LittleEndian
{
    /// <summary>Turns words of this machine into little-endian ones, or back: does nothing where they are the same.</summary>
    public static void Convert(Span<ulong> words)
    {
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
