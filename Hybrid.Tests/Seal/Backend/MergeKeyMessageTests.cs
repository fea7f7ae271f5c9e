using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Seal.RingPacked;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class MergeKeyMessageTests
{
    private const int Seed = 246;

    [TestMethod]
    public void Keys_come_back_as_they_were()
    {
        CkksParameters parameters = RingPackedParameters.Degree8192Merging();
        var context = new CkksContext(parameters);
        using var random = RingPackedSamples.Generator(Seed);
        using var generator = new CkksKeyGenerator(context, random);
        using SecretKey secret = generator.SecretKey;
        var merging = new MergeKeys((1 << 8) | (1 << 11));
        GaloisKeys keys = generator.CreateMergeKeys(merging);
        Assert.AreEqual(merging, ResultMerger.KeysOf(keys));
        byte[] message = MergeKeyMessage.Write(keys);
        // Of each of two digits a seed of 24 bytes, and residues of 50 bits modulo three primes.
        Assert.HasCount(2 * 2 * (24 + (3 * 8192 * 50 / 8)), message);
        GaloisKeys read = MergeKeyMessage.Read(context, merging, message);
        foreach (uint element in new[] { 257u, 2049u })
        {
            for (int digit = 0; digit < 2; digit++)
                Assert.IsTrue(keys[element].Key.Digit(digit).SequenceEqual(read[element].Key.Digit(digit)), $"{element}, digit {digit}");
        }

        Assert.AreEqual(merging, ResultMerger.KeysOf(read));
        Assert.ThrowsExactly<FormatRefusedException>(() => MergeKeyMessage.Read(context, new MergeKeys(1 << 8), message));
    }

    [TestMethod]
    public void A_choice_comes_back_as_it_was()
    {
        foreach (CkksParameters parameters in CkksKeySet.WithSpecialPrime)
        {
            var set = new CkksKeySet(parameters, new MergeKeys((1 << 4) | (1 << 12)));
            Assert.AreEqual(set, MergeKeyMessage.ReadChoice(MergeKeyMessage.WriteChoice(set)));
        }
    }
}
