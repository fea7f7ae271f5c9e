using Hybrid.Seal;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.Evaluation;

/// <summary>What an evaluator refuses, and that it says what to do.</summary>
[TestClass]
public sealed class EvaluatorRefusalTests
{
    [TestMethod]
    public void Levels_that_differ()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        (CkksEvaluator e, Ciphertext high, Ciphertext low) = (ckks.Evaluator, ckks.Encrypt([1], 1 << 20), ckks.Encrypt([1], 1 << 20, 1));
        foreach (Action act in new Action[] { () => e.Add(high, low), () => e.Subtract(low, high), () => e.Multiply(high, low), () => e.MultiplyRelinearise(high, low, ckks.Relinearisation) })
        {
            ParameterException error = Sentences.Refused<ParameterException>(act, "at level", "bring the one at level 2 down", "ModSwitch", "Rescale");
            Assert.AreEqual(ParameterFault.Mismatch, error.Fault);
        }

        using Plaintext plaintext = ckks.Encode([1], 1 << 20, 1);
        foreach (Action act in new Action[] { () => e.AddPlain(high, plaintext), () => e.SubtractPlain(high, plaintext), () => e.MultiplyPlain(high, plaintext), () => e.MultiplyPlainAdd(high, plaintext, high) })
        {
            Sentences.Refused<ParameterException>(act, "plaintext was encoded at level 1", "ciphertext is at level 2", "encode it at level 2 or above", "ModSwitch");
        }

        Sentences.Refused<ParameterException>(() => e.MultiplyPlainAdd(low, plaintext, high), "bring the one at level 2 down");
    }

    [TestMethod]
    public void Scales_that_differ()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext a = ckks.Encrypt([1], Math.ScaleB(1, 30));
        Ciphertext b = ckks.Encrypt([1], Math.ScaleB(1, 31));
        using Plaintext plaintext = ckks.Encode([1], Math.ScaleB(1, 31));
        foreach (Action act in new Action[] { () => e.Add(a, b), () => e.Subtract(b, a), () => e.AddPlain(a, plaintext), () => e.SubtractPlain(a, plaintext), () => e.MultiplyPlainAdd(a, plaintext, b) })
        {
            ParameterException error = Sentences.Refused<ParameterException>(act, "2^31", "differ", "rescale the larger", "set Scale");
            Assert.AreEqual(ParameterFault.Mismatch, error.Fault);
        }

        // Rounding errors of doubles are no difference, and a small one is mended as the message says.
        b = ckks.Encrypt([1], Math.ScaleB(1, 30) * (1 + 1e-14));
        Assert.AreEqual(2, ckks.Decrypt(e.Add(a, b))[0], 1e-6);
        b = ckks.Encrypt([1], Math.ScaleB(1, 30) * (1 + 1e-7));
        Sentences.Refused<ParameterException>(() => e.Add(a, b), "differ");
        b.Scale = a.Scale;
        Assert.AreEqual(2, ckks.Decrypt(e.Add(a, b))[0], 1e-5);
    }

    [TestMethod]
    public void Scales_beyond_the_modulus()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext a = ckks.Encrypt([1], Math.ScaleB(1, 30), 0);
        using Plaintext plaintext = ckks.Encode([1], Math.ScaleB(1, 30), 0);
        foreach (Action act in new Action[] { () => e.Multiply(a, a), () => e.Square(a), () => e.MultiplyRelinearise(a, a, ckks.Relinearisation), () => e.MultiplyPlain(a, plaintext), () => e.MultiplyConstant(a, 1, 1 << 30) })
        {
            ParameterException error = Sentences.Refused<ParameterException>(act, "2^60.0", "beyond the modulus", "2^50.0 at level 0", "Rescale before multiplying");
            Assert.AreEqual(ParameterFault.OutOfRange, error.Fault);
        }

        foreach (double scale in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => e.MultiplyConstant(a, 1, scale), $"scale {scale}");
        }
    }

    [TestMethod]
    public void Rescaling_at_the_lowest_level_and_switching_up()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext a = ckks.Encrypt([1], Math.ScaleB(1, 30), 0);
        Sentences.Refused<ParameterException>(() => e.Rescale(a), "level 0", "no prime left", "more primes");
        Sentences.Refused<ParameterException>(() => e.Rescale(a, a), "level 0");
        Sentences.Refused<ParameterException>(() => e.ModSwitch(a, 1), "cannot be switched to level 1", "only sink");
        Sentences.Refused<ParameterException>(() => e.ModSwitch(a, -1), "cannot be switched to level -1");
        Ciphertext large = ckks.Encrypt([0.001], Math.ScaleB(1, 60), 1);
        Sentences.Refused<ParameterException>(() => e.ModSwitch(large, 0), "2^60.0", "modulus of level 0", "Rescale first");
        CkksInstance.AssertSame(a, e.ModSwitch(a, 0), "to its own level");
    }

    [TestMethod]
    public void Sizes_that_do_not_fit()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        CkksEvaluator e = ckks.Evaluator;
        var nine = new Ciphertext(ckks.Context, 0, 9);
        Sentences.Refused<ParameterException>(() => e.Multiply(nine, nine), "17 polynomials", "16 is the limit", "Relinearise");
        Assert.AreEqual(9, nine.Size);
        Sentences.Refused<ParameterException>(() => e.Relinearise(nine, ckks.Relinearisation), "9 polynomials", "takes 3", "after every product");
        var o = new Operands(ckks, 1, 1 << 20);
        Sentences.Refused<ParameterException>(() => e.MultiplyRelinearise(o.Product, o.A, ckks.Relinearisation), "3 and 2 polynomials", "Relinearise them");
        using var one = new Plaintext(ckks.Context);
        ckks.Encoder.EncodeConstant(1, 1, 2, one);
        Sentences.Refused<ParameterException>(() => e.MultiplyPlainAdd(o.Relinearised, one, o.Product), "2 polynomials and the sum 3", "Relinearise");
    }

    [TestMethod]
    public void Constants_that_do_not_fit()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        Ciphertext a = ckks.Encrypt([1], 1 << 20, 0);
        foreach (double value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Sentences.Refused<ParameterException>(() => ckks.Evaluator.AddConstant(a, value), "not a finite number");
            Sentences.Refused<ParameterException>(() => ckks.Evaluator.MultiplyConstant(a, value, 2), "not a finite number");
        }

        foreach (double value in new[] { Math.ScaleB(1, 29), -Math.ScaleB(1, 29), double.MaxValue })
        {
            Sentences.Refused<ParameterException>(() => ckks.Evaluator.AddConstant(a, value), "too large for level 0", "below 2^29.0");
            Sentences.Refused<ParameterException>(() => ckks.Evaluator.MultiplyConstant(a, value, 1 << 20), "too large for level 0", "below 2^29.0");
        }

        ckks.Evaluator.AddConstant(a, 0.99 * Math.ScaleB(1, 29));
    }

    [TestMethod]
    public void Other_parameters_and_nothing_at_all()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        using CkksInstance other = CkksInstance.Small(64, 50, 40, 60);
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext a = ckks.Encrypt([1]);
        Ciphertext foreign = other.Encrypt([1]);
        using Plaintext plaintext = other.Encode([1]);
        Action[] acts =
        [
            () => e.Add(a, foreign), () => e.Add(foreign, a), () => e.Add(a, a, foreign), () => e.Subtract(a, foreign), () => e.Negate(foreign), () => e.Negate(a, foreign),
            () => e.AddPlain(a, plaintext), () => e.SubtractPlain(a, plaintext), () => e.AddConstant(foreign, 1), () => e.MultiplyPlain(a, plaintext),
            () => e.MultiplyPlainAdd(a, plaintext, a), () => e.MultiplyConstant(foreign, 1, 1), () => e.Multiply(a, foreign), () => e.Multiply(a, a, foreign), () => e.Square(foreign),
            () => e.Relinearise(foreign, ckks.Relinearisation), () => e.Relinearise(a, other.Relinearisation), () => e.MultiplyRelinearise(a, a, other.Relinearisation),
            () => e.Rescale(foreign), () => e.Rescale(a, foreign), () => e.ModSwitch(foreign, 0), () => e.ModSwitch(a, 0, foreign), () => e.Rotate(foreign, 1, ckks.Galois),
            () => e.Rotate(a, 1, ckks.Galois, foreign), () => e.Conjugate(a, other.Galois), () => e.SumSlots(a, 2, ckks.Galois, foreign),
            () => e.RotateMany(a, [1], ckks.Galois, [foreign]),
        ];
        for (int i = 0; i < acts.Length; i++)
        {
            ParameterException error = Sentences.Refused<ParameterException>(acts[i], "has other parameters", "{50, 40, 60}", "one parameter set");
            Assert.AreEqual(ParameterFault.Mismatch, error.Fault, $"act {i}");
        }

        Action[] missing =
        [
            () => _ = new CkksEvaluator(null!), () => e.Add(null!, a), () => e.Add(a, null!), () => e.Add(a, a, null!), () => e.AddPlain(a, null!), () => e.MultiplyPlain(a, null!),
            () => e.Relinearise(a, null!), () => e.Rotate(a, 1, null!), () => e.Rescale(null!), () => e.ModSwitch(null!, 0), () => e.Negate(null!), () => e.SumSlots(null!, 2, ckks.Galois),
        ];
        foreach (Action act in missing)
        {
            Assert.ThrowsExactly<ArgumentNullException>(act);
        }
    }

    [TestMethod]
    public void What_is_refused_leaves_the_destination_as_it_was()
    {
        using CkksInstance ckks = CkksEvaluatorTests.Instance(1);
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext a = ckks.Encrypt([1], Math.ScaleB(1, 30), 0);
        Ciphertext destination = ckks.Encrypt([2], Math.ScaleB(1, 20), 1);
        Ciphertext kept = destination.Clone();
        Assert.ThrowsExactly<ParameterException>(() => e.Multiply(a, a, destination));
        Assert.ThrowsExactly<ParameterException>(() => e.Rescale(a, destination));
        Assert.ThrowsExactly<ParameterException>(() => e.ModSwitch(a, 1, destination));
        Assert.ThrowsExactly<ParameterException>(() => e.AddConstant(a, double.NaN, destination));
        Assert.ThrowsExactly<ParameterException>(() => e.Rotate(a, 5, ckks.Galois, destination));
        Assert.ThrowsExactly<ParameterException>(() => e.Multiply(new Ciphertext(ckks.Context, 0, 16), a, destination));
        CkksInstance.AssertSame(kept, destination, "destination");
    }
}
