using System.Runtime.InteropServices;
using Hybrid.Security;

namespace Hybrid.Tests.Mpc;

/// <summary>Uniform words, the same in every run.</summary>
internal sealed class RandomWords(byte seed)
{
    public IRandomSource Source { get; } = new AesCtrGenerator([seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

    public ulong[] Next(int count)
    {
        var words = new ulong[count];
        Source.Fill(MemoryMarshal.AsBytes(words.AsSpan()));
        return words;
    }

    /// <summary>Real numbers in [-bound, bound), multiples of bound / 2^31.</summary>
    public double[] NextReals(int count, double bound) => [.. Next(count).Select(word => unchecked((int)word) * (bound / 2147483648.0))];
}
