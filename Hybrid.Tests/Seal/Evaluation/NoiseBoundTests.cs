using System.Numerics;
using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

/// <summary>Noise measured exactly, coefficient by coefficient, against what the bounds say of each operation.</summary>
[TestClass]
public sealed class NoiseBoundTests
{
    private const int Degree = 1024;

    private static readonly int[][] Chains = [[50, 40, 40, 50], [60, 40, 40, 60], [50, 50, 30], [40, 40, 50]];

    public static IEnumerable<object[]> ChainNumbers => from i in Enumerable.Range(0, Chains.Length) select new object[] { i };

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Sums_and_products_with_what_is_known(int chain)
    {
        using CkksInstance ckks = Instance(chain);
        for (int level = 0; level <= ckks.Top; level++)
        {
            var o = new Operands(ckks, level);
            CkksEvaluator e = ckks.Evaluator;
            BigInteger[] x = ckks.Coefficients(o.PlainX);
            BigInteger[] y = ckks.Coefficients(o.PlainY);
            string at = $"{ckks.Context.Parameters}, level {level}";
            CkksInstance.AssertBoundFits(ckks.Noise(e.Add(o.A, o.B), Zip(x, y, (a, b) => a + b)), o.Fresh.Add(o.FreshSymmetric), $"sum, {at}");
            CkksInstance.AssertBoundFits(ckks.Noise(e.Subtract(o.A, o.B), Zip(x, y, (a, b) => a - b)), o.Fresh.Add(o.FreshSymmetric), $"difference, {at}");
            CkksInstance.AssertBoundFits(ckks.Noise(e.Add(o.A, o.A), Zip(x, x, (a, b) => a + b)), o.Fresh.AddDependent(o.Fresh), $"sum with itself, {at}");
            CkksInstance.AssertBoundFits(ckks.Noise(e.AddPlain(o.B, o.PlainX), Zip(x, y, (a, b) => a + b)), o.FreshSymmetric, $"plain sum, {at}");
            CkksInstance.AssertBoundFits(
                ckks.Noise(e.MultiplyPlain(o.A, o.PlainZ), Product(ckks, o.PlainX, o.PlainZ)), o.Fresh.MultiplyPlain(o.NormZ), $"plain product, {at}");
            CkksInstance.AssertBoundFits(
                ckks.Noise(e.MultiplyConstant(o.A, -3, 1), [.. x.Select(a => -3 * a)]), o.Fresh.MultiplyPlain(3), $"constant product, {at}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ChainNumbers))]
    public void Products_and_key_switching(int chain)
    {
        using CkksInstance ckks = Instance(chain);
        for (int level = 0; level <= ckks.Top; level++)
        {
            var o = new Operands(ckks, level);
            CkksEvaluator e = ckks.Evaluator;
            string at = $"{ckks.Context.Parameters}, level {level}";
            BigInteger[] product = Product(ckks, o.PlainX, o.PlainY);
            CkksInstance.AssertBoundFits(ckks.Noise(o.Product, product), o.ProductBound, $"product, {at}");
            CkksInstance.AssertBoundFits(ckks.Noise(o.Relinearised, product), o.ProductBound.SwitchKey(level), $"relinearised product, {at}");
            CkksInstance.AssertBoundFits(ckks.Noise(e.Square(o.A), Product(ckks, o.PlainX, o.PlainX)), o.Fresh.Square(o.NormX), $"square, {at}");

            // What the switch adds by itself: the ciphertext before it is the reference.
            NoiseBound switched = Alone(ckks, o.Fresh, bound => bound.SwitchKey(level), out double extra);
            AssertDeviation(ckks.Noise(o.Relinearised, ckks.Decryptor.Decrypt(o.Product)), extra, $"relinearisation alone, {at}");
            AssertDeviation(
                ckks.Noise(e.Rotate(o.A, 3, ckks.Galois), Mapped(ckks, o.A, GaloisElement.OfRotation(Degree, 3))), extra, $"rotation alone, {at}");
            AssertDeviation(
                ckks.Noise(e.Conjugate(o.A, ckks.Galois), Mapped(ckks, o.A, GaloisElement.OfConjugation(Degree))), extra, $"conjugation alone, {at}");
            CkksInstance.AssertBoundFits(
                ckks.Noise(e.Rotate(o.A, 3, ckks.Galois), Mapped(ckks, o.PlainX, GaloisElement.OfRotation(Degree, 3))), switched, $"rotation, {at}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ChainNumbers))]
    public void Rescaling_of_two_and_three_polynomials(int chain)
    {
        using CkksInstance ckks = Instance(chain);
        for (int level = 1; level <= ckks.Top; level++)
        {
            var o = new Operands(ckks, level);
            var last = new BigInteger(ckks.Context.Ring.Modulus(level).Value);
            foreach (Ciphertext from in new[] { o.Relinearised, o.Product })
            {
                // The result times the prime, less what it was: the rounding times the prime.
                using Plaintext before = ckks.Decryptor.Decrypt(from);
                using Plaintext after = ckks.Decryptor.Decrypt(ckks.Evaluator.Rescale(from));
                double[] rounding = Zip(ckks.Coefficients(after), ckks.Coefficients(before), (a, b) => (double)((a * last) - b) / (double)last);
                Alone(ckks, o.Fresh, bound => bound.Rescale(level, from.Size), out double extra, 1 / (double)last);
                AssertDeviation(rounding, extra, $"{from.Size} polynomials, {ckks.Context.Parameters}, level {level}");
            }
        }
    }

    [TestMethod]
    public void Sums_over_slots_gather_noise_in_the_coefficients_that_stay_in_place()
    {
        using var ckks = new CkksInstance(CkksParameters.Create(256, [50, 40, 50], SecurityLevel.None), Operation.Rotations(128));
        NoiseBound bound = NoiseBound.FreshPublic(ckks.Context).SumSlots(128, 1);
        double staying = 0;
        double moving = 0;
        const int rounds = 20;
        for (int round = 0; round < rounds; round++)
        {
            using Plaintext zero = ckks.Encode(new double[128], 1 << 30);
            double[] noise = ckks.Noise(ckks.Evaluator.SumSlots(ckks.Encryptor.Encrypt(zero), 128, ckks.Galois), zero);
            Assert.IsLessThanOrEqualTo(bound.Coefficient, noise.Max(Math.Abs), $"round {round}");

            // Rotations leave the constant in its place, and X^(N/2) but for its sign.
            staying += ((noise[0] * noise[0]) + (noise[128] * noise[128])) / 2 / rounds;
            moving += ((noise.Sum(x => x * x) - (noise[0] * noise[0]) - (noise[128] * noise[128])) / 254) / rounds;
        }

        Assert.IsGreaterThan(10 * moving, staying, "variance of those that stay over those that move");
        Assert.AreEqual(0, Math.Log2(staying / bound.Variance) / 2, 2, "the bound's deviation is within a factor of four");
    }

    [TestMethod]
    public void A_computation_is_followed_before_it_is_run()
    {
        using CkksInstance ckks = Instance(0);
        var o = new Operands(ckks, 2);
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext result = e.Rescale(e.Rotate(e.MultiplyRelinearise(o.A, o.B, ckks.Relinearisation), 1, ckks.Galois));
        NoiseBound bound = o.ProductBound.SwitchKey(2).SwitchKey(2).Rescale(2);
        double[] expected = Operation.Rotated(Operation.Product(o), 1);
        ckks.AssertSlots(expected, result, bound, "a rotated product");
        double measured = ckks.Decrypt(result).Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        Assert.IsGreaterThan(bound.Slot(result.Scale) / 50, measured, "the bound is no idle one");
    }

    [TestMethod]
    public void Bounds_agree_with_each_other_and_refuse_levels_that_are_none()
    {
        var context = new CkksContext(CkksParameters.Create(64, [50, 40, 40, 50], SecurityLevel.None));
        NoiseBound fresh = NoiseBound.FreshSymmetric(context);
        Assert.AreEqual(10 * Math.Sqrt(fresh.Variance), fresh.Coefficient, 1e-9);
        Assert.AreEqual(Math.Log2(fresh.Coefficient), fresh.Bits, 1e-9);
        Assert.AreEqual(fresh.Coefficient * 8 / 1024, fresh.Slot(1024), 1e-9);
        Assert.AreEqual(fresh.Variance * 4, fresh.AddDependent(fresh).Variance, 1e-9);
        Assert.AreEqual(fresh.Variance, fresh.SumSlots(1, 2).Variance, 1e-9);
        Assert.IsGreaterThan(fresh.Rescale(1).Variance, fresh.Rescale(1, 3).Variance);
        foreach (int level in new[] { -1, 3 })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => fresh.SwitchKey(level), $"level {level}");
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => fresh.Rescale(level), $"level {level}");
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => fresh.Rescale(1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => fresh.Rescale(1, 17));
        var without = new CkksContext(CkksParameters.CreateWithoutSpecialPrime(64, [50, 40], SecurityLevel.None));
        Assert.ThrowsExactly<ParameterException>(() => NoiseBound.FreshPublic(without).SwitchKey(0));
        Assert.IsGreaterThan(NoiseBound.FreshPublic(context).Bits + 3, NoiseBound.FreshPublic(without).Bits, "dividing by P is worth it");
    }

    private static CkksInstance Instance(int chain) =>
        new(CkksParameters.Create(Degree, Chains[chain], SecurityLevel.None), [1, 3], conjugation: true);

    // The bound after a step, and the deviation that the step adds.
    private static NoiseBound Alone(CkksInstance ckks, NoiseBound before, Func<NoiseBound, NoiseBound> step, out double extra, double factor = 1)
    {
        NoiseBound after = step(before);
        extra = Math.Sqrt(after.Variance - (before.Variance * factor * factor));
        Assert.AreEqual(Degree, ckks.Context.Degree);
        return after;
    }

    private static void AssertDeviation(double[] noise, double expected, string at)
    {
        double measured = Math.Sqrt(noise.Sum(x => x * x) / noise.Length);
        Assert.IsLessThanOrEqualTo(10 * expected, noise.Max(Math.Abs), $"{at}: largest noise");
        Assert.IsLessThanOrEqualTo(2 * expected, measured, $"{at}: deviation measured, bound's {expected}");
        Assert.IsGreaterThanOrEqualTo(expected / 2, measured, $"{at}: deviation measured, bound's {expected}");
    }

    // The product of two plaintexts' integers in the ring.
    private static BigInteger[] Product(CkksInstance ckks, Plaintext a, Plaintext b)
    {
        using var product = new Plaintext(ckks.Context, a.Level);
        for (int i = 0; i <= a.Level; i++)
        {
            ckks.Context.Ring.Primes[i].Multiply(a.Prime(i), b.Prime(i), product.Prime(i));
        }

        return ckks.Coefficients(product);
    }

    private static BigInteger[] Mapped(CkksInstance ckks, Ciphertext ciphertext, uint element)
    {
        using Plaintext plaintext = ckks.Decryptor.Decrypt(ciphertext);
        return Mapped(ckks, plaintext, element);
    }

    private static BigInteger[] Mapped(CkksInstance ckks, Plaintext plaintext, uint element)
    {
        BigInteger[] coefficients = ckks.Coefficients(plaintext);
        var mapped = new BigInteger[Degree];
        for (int k = 0; k < Degree; k++)
        {
            long power = k * (long)element % (2 * Degree);
            mapped[power % Degree] = power < Degree ? coefficients[k] : -coefficients[k];
        }

        return mapped;
    }

    private static T[] Zip<T>(BigInteger[] a, BigInteger[] b, Func<BigInteger, BigInteger, T> f) => [.. a.Zip(b, f)];
}
