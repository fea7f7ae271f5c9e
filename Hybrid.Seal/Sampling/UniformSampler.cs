using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Sampling;

/// <summary>Residues exactly uniform in [0, p), drawn by rejection from words of as many bits as p has.</summary>
/// <remarks>Which words were rejected, and hence the time, tells nothing of those kept: see <see cref="BoundedWords"/>.</remarks>
internal static class UniformSampler
{
    /// <summary>Draws a residue into every element.</summary>
    /// <param name="random">Where the words come from: 8 bytes an attempt, of which p / 2^BitCount succeed.</param>
    /// <param name="modulus">The prime p.</param>
    /// <param name="destination">Any number of residues in [0, p).</param>
    /// <param name="width">Which kernel is to compute; the same residues come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(IRandomSource random, Modulus modulus, Span<ulong> destination, KernelWidth width = KernelWidth.Auto) =>
        BoundedWords.Fill(random, modulus.Value, destination, width);
}
