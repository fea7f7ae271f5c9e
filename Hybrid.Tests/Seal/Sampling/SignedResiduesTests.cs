using Hybrid.Numerics;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class SignedResiduesTests
{
    [TestMethod]
    [DataRow(3ul)]
    [DataRow(12289ul)]
    [DataRow(1125899906826241ul)]
    [DataRow(2305843009213554689ul)]
    public void Numbers_become_their_residues(ulong p)
    {
        const int Seed = 71;
        var modulus = new Modulus(p);
        var random = new Random(Seed);
        foreach (int length in SamplingSamples.Lengths)
        {
            long largest = (long)p - 1;
            long[] corners = [0, 1, -1, largest, -largest];
            long[] numbers = new long[length];
            ulong[] expected = new ulong[length];
            for (int i = 0; i < length; i++)
            {
                numbers[i] = random.Next(2) == 0 ? corners[random.Next(corners.Length)] : random.NextInt64(-largest, largest + 1);
                expected[i] = numbers[i] < 0 ? p - (ulong)-numbers[i] : (ulong)numbers[i];
            }

            foreach (KernelWidth width in SamplingSamples.Widths)
            {
                ulong[] residues = new ulong[length];
                SignedResidues.Reduce(numbers, modulus, residues, width);
                CollectionAssert.AreEqual(expected, residues, $"seed {Seed}, {length} numbers, {width}");
            }
        }
    }

    [TestMethod]
    public void Lengths_must_agree() =>
        Assert.ThrowsExactly<ArgumentException>(() => SignedResidues.Reduce(new long[3], new Modulus(12289), new ulong[4]));
}
