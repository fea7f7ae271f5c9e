using Hybrid.Security;

namespace Hybrid.Tests.Seal.Sampling;

/// <summary>A source that hands out the same bytes over and over, and counts them.</summary>
internal sealed class RepeatingSource(byte[] bytes) : IRandomSource
{
    public long Drawn { get; private set; }

    public void Fill(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = bytes[Drawn++ % bytes.Length];
        }
    }

    /// <summary>A source of words, little endian.</summary>
    public static RepeatingSource OfWords(params ulong[] words) => new([.. words.SelectMany(BitConverter.GetBytes)]);
}
