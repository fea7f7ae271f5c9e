using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>The words of one vector of one draw, from a party's seed: dealer and party draw the same.</summary>
internal sealed class SeedStream : IDisposable
{
    private const int MaximumVectors = 16;

    private readonly AesCtrGenerator _generator;

    /// <summary>Makes the stream.</summary>
    /// <param name="seed">The party's seed; copied.</param>
    /// <param name="draw">Which draw of the demand.</param>
    /// <param name="vector">Which vector of the kind, below 16.</param>
    public SeedStream(ReadOnlySpan<byte> seed, int draw, int vector) =>
        _generator = new AesCtrGenerator(seed, checked(((ulong)draw * MaximumVectors) + (ulong)vector));

    /// <summary>The next words: eight output bytes each, little endian on every machine.</summary>
    public void Fill(Span<ulong> words)
    {
        _generator.Fill(MemoryMarshal.AsBytes(words));
        LittleEndian.Convert(words);
    }

    public void Dispose() => _generator.Dispose();
}
