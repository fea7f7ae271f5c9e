using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Encryption;

[TestClass]
public sealed class CiphertextTests
{
    [TestMethod]
    public void A_new_one_is_zero_at_its_level_and_says_what_it_is()
    {
        var context = new CkksContext(CkksParameters.Create(64, [40, 30, 50], SecurityLevel.None));
        var ciphertext = new Ciphertext(context);
        Assert.AreEqual(1, ciphertext.Level);
        Assert.AreEqual(2, ciphertext.Size);
        Assert.AreEqual(1, ciphertext.Scale);
        Assert.IsFalse(ciphertext.Residues.ContainsAnyExcept(0UL));
        Assert.AreEqual(2 * 2 * 64, ciphertext.Residues.Length);
        ciphertext.Scale = 1 << 20;
        Assert.AreEqual("CKKS ciphertext of 2 polynomials, level 1, scale 2^20.0", ciphertext.ToString());
    }

    [TestMethod]
    public void Levels_and_sizes_that_are_none_are_refused()
    {
        var context = new CkksContext(CkksParameters.Create(64, [40, 30, 50], SecurityLevel.None));
        Assert.ThrowsExactly<ArgumentNullException>(() => new Ciphertext(null!));
        foreach ((int level, int size) in new[] { (-1, 2), (2, 2), (0, 1), (0, 17), (0, int.MinValue) })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = new Ciphertext(context, level, size), $"level {level}, size {size}");
        }

        Assert.AreEqual(16, new Ciphertext(context, 1, 16).Size);
    }

    [TestMethod]
    public void Setting_the_scale_multiplies_the_numbers_by_old_over_new()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 50);
        Ciphertext ciphertext = ckks.Encrypt([3], Math.ScaleB(1, 30));
        ciphertext.Scale /= 2;
        Assert.AreEqual(6, ckks.Decrypt(ciphertext)[0], 1e-5);
        foreach (double scale in new[] { 0, -1, double.NaN, double.PositiveInfinity, Math.ScaleB(1, 91) })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ciphertext.Scale = scale, $"scale {scale}");
        }

        Assert.AreEqual(Math.ScaleB(1, 29), ciphertext.Scale);
    }

    [TestMethod]
    public void A_copy_is_the_same_and_another()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 50);
        Ciphertext original = ckks.OwnEncryptor.Encrypt(ckks.Encode(ckks.Numbers(1)));
        Ciphertext clone = original.Clone();
        CkksInstance.AssertSame(original, clone, "clone");
        Assert.AreSame(original.Seed, clone.Seed);

        ulong[] before = original.Residues.ToArray();
        clone.Residues.Clear();
        Assert.IsTrue(before.AsSpan().SequenceEqual(original.Residues), "the original is untouched");

        Ciphertext square = ckks.Evaluator.Square(original);
        clone.CopyFrom(square);
        CkksInstance.AssertSame(square, clone, "a larger one");
        clone.CopyFrom(original);
        CkksInstance.AssertSame(original, clone, "a smaller one");
        clone.CopyFrom(clone);
        CkksInstance.AssertSame(original, clone, "itself");

        using CkksInstance other = CkksInstance.Small(64, 40, 40, 50);
        Sentences.Refused<ParameterException>(() => clone.CopyFrom(other.Encrypt([1])), "ciphertext has other parameters");
    }
}
