using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class RotationTests
{
    [TestMethod]
    public void Every_power_of_two_and_its_negative_rotates()
    {
        foreach (int set in new[] { 0, 1, 2 })
        {
            using CkksInstance ckks = CkksEvaluatorTests.Instance(set);
            var o = new Operands(ckks, 1);
            NoiseBound bound = o.Fresh.SwitchKey(1);
            for (int steps = 1; steps < ckks.Slots; steps *= 2)
            {
                ckks.AssertSlots(Operation.Rotated(o.X, steps), ckks.Evaluator.Rotate(o.A, steps, ckks.Galois), bound, $"{ckks.Context.Parameters}, {steps} steps");
                ckks.AssertSlots(Operation.Rotated(o.X, -steps), ckks.Evaluator.Rotate(o.A, -steps, ckks.Galois), bound, $"{ckks.Context.Parameters}, {-steps} steps");
                CkksInstance.AssertSame(
                    ckks.Evaluator.Rotate(o.A, -steps, ckks.Galois), ckks.Evaluator.Rotate(o.A, ckks.Slots - steps, ckks.Galois), "the long way round");
            }
        }
    }

    [TestMethod]
    public void Complex_slots_rotate_and_conjugate()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        double[] real = ckks.Numbers(1);
        double[] imaginary = ckks.Numbers(2);
        using var plaintext = new Plaintext(ckks.Context);
        ckks.Encoder.Encode(real, imaginary, Math.ScaleB(1, 40), ckks.Top, plaintext);
        Ciphertext a = ckks.Encryptor.Encrypt(plaintext);
        AssertComplex(ckks, real, [.. imaginary.Select(x => -x)], ckks.Evaluator.Conjugate(a, ckks.Galois), "conjugate");
        AssertComplex(ckks, Operation.Rotated(real, 3), Operation.Rotated(imaginary, 3), ckks.Evaluator.Rotate(a, 3, ckks.Galois), "rotation");
        Ciphertext twice = ckks.Evaluator.Conjugate(ckks.Evaluator.Conjugate(a, ckks.Galois), ckks.Galois);
        AssertComplex(ckks, real, imaginary, twice, "twice conjugated");
    }

    [TestMethod]
    public void RotateMany_is_Rotate_to_the_bit()
    {
        foreach (int set in new[] { 0, 1, 2 })
        {
            using CkksInstance ckks = CkksEvaluatorTests.Instance(set);
            int[] steps = [1, 0, -2, 4, 1, 3];
            for (int level = 0; level <= ckks.Top; level++)
            {
                var o = new Operands(ckks, level);
                Ciphertext[] destinations = [.. steps.Select((_, i) => new Ciphertext(ckks.Context, 0, 2 + i))];
                ckks.Evaluator.RotateMany(o.A, steps, ckks.Galois, destinations);
                for (int i = 0; i < steps.Length; i++)
                {
                    CkksInstance.AssertSame(ckks.Evaluator.Rotate(o.A, steps[i], ckks.Galois), destinations[i], $"{ckks.Context.Parameters}, level {level}, {steps[i]} steps");
                }
            }

            ckks.Evaluator.RotateMany(new Ciphertext(ckks.Context), [], ckks.Galois, []);
        }
    }

    [TestMethod]
    public void RotateMany_checks_everything_before_it_writes_anything()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 50);
        GaloisKeys keys = ckks.Generator.CreateGaloisKeys([1]);
        Ciphertext a = ckks.Encrypt([1, 2, 3]);
        Ciphertext first = ckks.Encrypt([7]);
        Ciphertext kept = first.Clone();
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.RotateMany(a, [1, 2], keys, [first, new Ciphertext(ckks.Context)]), "rotation by 2");
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => ckks.Evaluator.RotateMany(a, [1, 1], keys, [first, a]));
        StringAssert.Contains(error.Message, "give another");
        error = Assert.ThrowsExactly<ArgumentException>(() => ckks.Evaluator.RotateMany(a, [1, 1], keys, [first]));
        StringAssert.Contains(error.Message, "2 rotations and 1 destinations");
        Assert.ThrowsExactly<ArgumentNullException>(() => ckks.Evaluator.RotateMany(a, [1, 1], keys, [first, null!]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Evaluator.RotateMany(a, [1, 32], keys, [first, first]));
        CkksInstance.AssertSame(kept, first, "untouched");
    }

    [TestMethod]
    public void SumSlots_looks_for_every_key_before_it_writes_in_place()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 50, 40, 50);
        GaloisKeys keys = ckks.Generator.CreateGaloisKeys([1, 2]);
        Ciphertext a = ckks.Encrypt([1, 2, 3]);
        Ciphertext kept = a.Clone();
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.SumSlots(a, 8, keys, a), "rotation by 4");
        CkksInstance.AssertSame(kept, a, "untouched");
        ckks.Evaluator.SumSlots(a, 4, keys, a);
        Assert.AreEqual(6, ckks.Decrypt(a)[0], 1e-4);
        foreach (int count in new[] { 0, -1, 3, 64, int.MinValue })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Evaluator.SumSlots(a, count, keys), $"{count} slots");
        }
    }

    [TestMethod]
    public void Steps_beyond_the_slots_and_products_not_relinearised_are_refused()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        var o = new Operands(ckks, 1);
        foreach (int steps in new[] { 32, -32, int.MinValue, int.MaxValue })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ckks.Evaluator.Rotate(o.A, steps, ckks.Galois), $"{steps} steps");
        }

        Sentences.Refused<ParameterException>(() => ckks.Evaluator.Rotate(o.Product, 1, ckks.Galois), "3 polynomials", "Relinearise first");
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.Conjugate(o.Product, ckks.Galois), "Relinearise first");
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.SumSlots(o.Product, 2, ckks.Galois), "Relinearise first");
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.RotateMany(o.Product, [], ckks.Galois, []), "Relinearise first");
        using CkksInstance other = CkksInstance.Small(64, 40, 40, 50);
        Sentences.Refused<ParameterException>(() => ckks.Evaluator.Rotate(o.A, 1, other.Galois), "Galois key has other parameters");
    }

    private static void AssertComplex(CkksInstance ckks, double[] real, double[] imaginary, Ciphertext actual, string at)
    {
        var realBack = new double[ckks.Slots];
        var imaginaryBack = new double[ckks.Slots];
        using Plaintext plaintext = ckks.Decryptor.Decrypt(actual);
        ckks.Encoder.Decode(plaintext, realBack, imaginaryBack);
        double error = NoiseBound.FreshPublic(ckks.Context).SwitchKey(ckks.Top).SwitchKey(ckks.Top).Slot(actual.Scale);
        CkksInstance.AssertClose(real, realBack, error, $"{at}: real parts");
        CkksInstance.AssertClose(imaginary, imaginaryBack, error, $"{at}: imaginary parts");
    }
}
