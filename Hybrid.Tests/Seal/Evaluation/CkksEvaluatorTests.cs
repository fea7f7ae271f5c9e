using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class CkksEvaluatorTests
{
    // Small rings, the smallest of all, and primes too long for vectors.
    private static readonly (int Degree, int[] Bits)[] Sets =
        [(16, [45, 40, 40, 45]), (64, [50, 40, 40, 50]), (128, [60, 40, 40, 60]), (256, [50, 50, 60]), (1024, [60, 60, 40, 60])];

    public static IEnumerable<object[]> SetNumbers => from i in Enumerable.Range(0, Sets.Length) select new object[] { i };

    [TestMethod]
    [DynamicData(nameof(SetNumbers))]
    public void Operations_agree_with_doubles_within_the_bound_at_every_level(int set)
    {
        using CkksInstance ckks = Instance(set);
        for (int level = 0; level <= ckks.Top; level++)
        {
            var operands = new Operands(ckks, level);
            foreach (Operation operation in Operation.All.Where(operation => operation.LowestLevel <= level))
            {
                string at = $"{operation.Name}, {ckks.Context.Parameters}, level {level}";
                Ciphertext result = operation.Result(operands);
                double[] expected = operation.Expected(operands);
                double error = operation.Bound(operands).Slot(result.Scale);
                double[] actual = ckks.Decrypt(result);
                double largest = Math.Max(1, expected.Max(Math.Abs));
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.AreEqual(expected[i], actual[i], error + (largest * 1e-12), $"{at}: slot {i}");
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(SetNumbers))]
    public void In_place_is_the_same_to_the_bit(int set)
    {
        using CkksInstance ckks = Instance(set);
        for (int level = 0; level <= ckks.Top; level++)
        {
            var operands = new Operands(ckks, level);
            foreach (Operation operation in Operation.All.Where(operation => operation.LowestLevel <= level))
            {
                Ciphertext expected = operation.Result(operands);
                Ciphertext operand = operation.Operand(operands).Clone();
                operation.Run(operands, operand, operand);
                CkksInstance.AssertSame(expected, operand, $"{operation.Name}, {ckks.Context.Parameters}, level {level}");
            }
        }
    }

    [TestMethod]
    public void A_destination_serves_again_across_sizes_and_levels()
    {
        using CkksInstance ckks = Instance(1);
        Operands[] operands = [.. Enumerable.Range(0, ckks.Top + 1).Select(level => new Operands(ckks, level))];
        var destination = new Ciphertext(ckks.Context, 0);
        var random = new Random(Operands.Seed);
        for (int round = 0; round < 300; round++)
        {
            Operands at = operands[random.Next(operands.Length)];
            Operation operation = Operation.All[random.Next(Operation.All.Count)];
            if (operation.LowestLevel <= at.Level)
            {
                operation.Run(at, operation.Operand(at), destination);
                CkksInstance.AssertSame(operation.Result(at), destination, $"{operation.Name}, level {at.Level}, round {round}, seed {Operands.Seed}");
            }
        }
    }

    [TestMethod]
    public void Results_that_are_made_are_those_of_the_destinations()
    {
        using CkksInstance ckks = Instance(1);
        var o = new Operands(ckks, 1);
        CkksEvaluator e = ckks.Evaluator;
        (string Name, Ciphertext Made)[] results =
        [
            ("Add", e.Add(o.A, o.B)), ("Subtract", e.Subtract(o.A, o.B)), ("Negate", e.Negate(o.A)), ("AddPlain", e.AddPlain(o.B, o.PlainZ)),
            ("SubtractPlain", e.SubtractPlain(o.B, o.PlainZ)), ("AddConstant", e.AddConstant(o.A, -0.625)), ("MultiplyPlain", e.MultiplyPlain(o.A, o.PlainZ)),
            ("MultiplyConstant", e.MultiplyConstant(o.A, -1.625, 1 << 12)), ("Multiply", e.Multiply(o.A, o.B)), ("Square", e.Square(o.A)),
            ("MultiplyRelinearise", e.MultiplyRelinearise(o.A, o.B, ckks.Relinearisation)), ("Relinearise", e.Relinearise(o.Product, ckks.Relinearisation)),
            ("Rotate by 1", e.Rotate(o.A, 1, ckks.Galois)), ("Conjugate", e.Conjugate(o.A, ckks.Galois)), ("SumSlots of 4", e.SumSlots(o.A, 4, ckks.Galois)),
            ("Rescale", e.Rescale(o.Relinearised)), ("ModSwitch by one", e.ModSwitch(o.A, 0)),
        ];
        foreach ((string name, Ciphertext made) in results)
        {
            CkksInstance.AssertSame(Operation.All.Single(operation => operation.Name == name).Result(o), made, name);
        }
    }

    [TestMethod]
    public void Scales_and_levels_are_what_they_should_be()
    {
        using CkksInstance ckks = Instance(1);
        var o = new Operands(ckks, 2);
        CkksEvaluator e = ckks.Evaluator;
        Assert.AreEqual(o.Scale * o.Scale, e.Multiply(o.A, o.B).Scale);
        Assert.AreEqual(o.Scale * o.Scale, e.MultiplyPlain(o.A, o.PlainZ).Scale);
        Assert.AreEqual(o.Scale * 4096, e.MultiplyConstant(o.A, 3, 4096).Scale);
        Ciphertext rescaled = e.Rescale(o.Relinearised);
        Assert.AreEqual(1, rescaled.Level);
        Assert.AreEqual(o.Scale * o.Scale / ckks.Context.Parameters.Primes[2].Value, rescaled.Scale);
        Ciphertext switched = e.ModSwitch(o.A, 0);
        Assert.AreEqual(0, switched.Level);
        Assert.AreEqual(o.Scale, switched.Scale);
    }

    [TestMethod]
    public void MultiplyRelinearise_is_Multiply_and_Relinearise_to_the_bit()
    {
        foreach (int set in new[] { 1, 2, 3 })
        {
            using CkksInstance ckks = Instance(set);
            for (int level = 0; level <= ckks.Top; level++)
            {
                var o = new Operands(ckks, level);
                CkksInstance.AssertSame(o.Relinearised, ckks.Evaluator.MultiplyRelinearise(o.A, o.B, ckks.Relinearisation), $"{ckks.Context.Parameters}, level {level}");
            }
        }
    }

    [TestMethod]
    public void MultiplyPlainAdd_is_MultiplyPlain_and_Add_to_the_bit()
    {
        foreach (int set in new[] { 1, 2 })
        {
            using CkksInstance ckks = Instance(set);
            var o = new Operands(ckks, 1);
            CkksEvaluator e = ckks.Evaluator;
            Ciphertext sum = e.MultiplyPlain(o.B, o.PlainX);
            Ciphertext expected = e.Add(sum, e.MultiplyPlain(o.A, o.PlainZ));
            e.MultiplyPlainAdd(o.A, o.PlainZ, sum);
            CkksInstance.AssertSame(expected, sum, ckks.Context.Parameters.ToString());

            // A sum that is the ciphertext itself: a + a m at scale 1.
            using var one = new Plaintext(ckks.Context, 1);
            ckks.Encoder.EncodeConstant(3, 1, 1, one);
            Ciphertext own = o.A.Clone();
            e.MultiplyPlainAdd(own, one, own);
            ckks.AssertSlots([.. o.X.Select(x => 4 * x)], own, o.Fresh.MultiplyPlain(4), "a + 3 a");

            Ciphertext three = o.Product.Clone();
            e.MultiplyPlainAdd(o.Product, one, three);
            CkksInstance.AssertClose([.. Operation.Product(o).Select(x => 4 * x)], ckks.Decrypt(three), 1e-3, "of three polynomials");
        }
    }

    [TestMethod]
    public void Plaintexts_of_a_higher_level_serve_too()
    {
        using CkksInstance ckks = Instance(2);
        var o = new Operands(ckks, 0);
        CkksEvaluator e = ckks.Evaluator;
        using Plaintext higher = ckks.Encode(o.Z, o.Scale, 2);
        CkksInstance.AssertSame(e.AddPlain(o.A, o.PlainZ), e.AddPlain(o.A, higher), "sum");
        CkksInstance.AssertSame(e.SubtractPlain(o.A, o.PlainZ), e.SubtractPlain(o.A, higher), "difference");
        CkksInstance.AssertSame(e.MultiplyPlain(o.A, o.PlainZ), e.MultiplyPlain(o.A, higher), "product");
        Ciphertext sum = o.Product.Clone();
        Ciphertext again = o.Product.Clone();
        e.MultiplyPlainAdd(o.Product, ConstantOne(ckks, 0), sum);
        e.MultiplyPlainAdd(o.Product, ConstantOne(ckks, 2), again);
        CkksInstance.AssertSame(sum, again, "weighted sum");
    }

    [TestMethod]
    public void Products_of_any_sizes_multiply()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 60, 60, 60);
        var o = new Operands(ckks, 2, Math.ScaleB(1, 30));
        CkksEvaluator e = ckks.Evaluator;
        Ciphertext four = e.Multiply(o.Product, o.A);
        Assert.AreEqual(4, four.Size);
        CkksInstance.AssertSame(four, e.Multiply(o.A, o.Product), "either way round");
        CkksInstance.AssertClose([.. Operation.Product(o).Zip(o.X, (p, x) => p * x)], ckks.Decrypt(four), 1e-4, "four polynomials");
        Ciphertext five = o.Product.Clone();
        e.Square(five, five);
        Assert.AreEqual(5, five.Size);
        CkksInstance.AssertClose([.. Operation.Product(o).Select(p => p * p)], ckks.Decrypt(five), 1e-4, "five polynomials");
    }

    [TestMethod]
    public void A_seed_is_kept_only_while_it_stands_for_the_second_polynomial()
    {
        using CkksInstance ckks = Instance(1);
        var o = new Operands(ckks, 1);
        Assert.IsNotNull(o.B.Seed);
        foreach (Operation operation in Operation.All.Where(operation => operation.Name is not ("Rotate by 0" or "Relinearise what is so already")))
        {
            Ciphertext destination = o.B.Clone();
            operation.Run(o, operation.Operand(o), destination);
            Assert.IsNull(destination.Seed, $"{operation.Name} into what had a seed");
            if (operation.Operand(o) == o.B)
            {
                destination.CopyFrom(o.B);
                operation.Run(o, destination, destination);
                Assert.IsNull(destination.Seed, $"{operation.Name} in place");
            }
        }

        Ciphertext sum = o.B.Clone();
        ckks.Evaluator.MultiplyPlainAdd(o.B, ConstantOne(ckks, 1), sum);
        Assert.IsNull(sum.Seed, "weighted sum");
    }

    [TestMethod]
    public void A_polynomial_is_computed_to_the_bottom_of_the_levels()
    {
        using var ckks = new CkksInstance(CkksParameters.Create(2048, [60, 40, 40, 40, 60], SecurityLevel.None), [1]);
        CkksEvaluator e = ckks.Evaluator;
        double[] x = ckks.Numbers(1);
        Ciphertext power = ckks.Encrypt(x, Math.ScaleB(1, 40));
        double[] expected = x;
        while (power.Level > 0)
        {
            e.MultiplyRelinearise(power, power, ckks.Relinearisation, power);
            e.Rescale(power, power);
            expected = [.. expected.Select(y => y * y)];
            CkksInstance.AssertClose(expected, ckks.Decrypt(power), 1e-6, $"level {power.Level}");
        }

        e.Rotate(power, 1, ckks.Galois, power);
        CkksInstance.AssertClose(Operation.Rotated(expected, 1), ckks.Decrypt(power), 1e-6, "rotated at level 0");
    }

    [TestMethod]
    public void Named_sets_compute_what_they_promise()
    {
        // One product with a plaintext, and a rotation.
        using (var ckks = new CkksInstance(CkksParameters.Degree4096(), [1]))
        {
            double[] x = ckks.Numbers(1);
            double[] y = ckks.Numbers(2);
            using Plaintext plaintext = ckks.Encode(y);
            Ciphertext product = ckks.Evaluator.Rescale(ckks.Evaluator.MultiplyPlain(ckks.Encrypt(x), plaintext));
            double[] expected = Operation.Rotated([.. x.Zip(y, (a, b) => a * b)], 1);
            CkksInstance.AssertClose(expected, ckks.Decrypt(ckks.Evaluator.Rotate(product, 1, ckks.Galois)), 1e-3, "degree 4096");
        }

        // As many products one after the other as they say.
        foreach ((CkksParameters parameters, int products) in new[] { (CkksParameters.Degree8192(), 2), (CkksParameters.Degree16384(), 5) })
        {
            using var ckks = new CkksInstance(parameters);
            double[] expected = ckks.Numbers(3);
            Ciphertext power = ckks.Encrypt(expected);
            for (int i = 0; i < products; i++)
            {
                ckks.Evaluator.MultiplyRelinearise(power, power, ckks.Relinearisation, power);
                ckks.Evaluator.Rescale(power, power);
                expected = [.. expected.Select(x => x * x)];
            }

            Assert.AreEqual(0, power.Level, parameters.ToString());
            CkksInstance.AssertClose(expected, ckks.Decrypt(power), 1e-5, parameters.ToString());
        }
    }

    [TestMethod]
    public void Constants_of_any_size_multiply_and_add()
    {
        using CkksInstance ckks = CkksInstance.Small(64, 60, 60, 60, 60);
        double[] x = ckks.Numbers(1);
        Ciphertext a = ckks.Encrypt(x, Math.ScaleB(1, 60));
        foreach (double value in new[] { 0, 1, -1, 0.1, -1234.5678, Math.ScaleB(1.5, 30), Math.ScaleB(-1.5, 80) })
        {
            Ciphertext sum = ckks.Evaluator.AddConstant(a, value);
            Ciphertext product = ckks.Evaluator.MultiplyConstant(a, value, Math.ScaleB(1, 20));
            double largest = Math.Max(1, Math.Abs(value));
            double[] sums = ckks.Decrypt(sum);
            double[] products = ckks.Decrypt(product);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.AreEqual((x[i] + value) / largest, sums[i] / largest, 1e-12, $"{value}, slot {i}");
                // The constant itself is rounded at scale 2^20.
                Assert.AreEqual(x[i] * value / largest, products[i] / largest, 1e-6, $"{value}, slot {i}");
            }
        }

        Ciphertext integer = ckks.Evaluator.MultiplyConstant(a, -3, 1);
        Assert.AreEqual(a.Scale, integer.Scale, "an integer leaves the scale");
        CkksInstance.AssertClose([.. x.Select(y => -3 * y)], ckks.Decrypt(integer), 1e-12, "three times");
    }

    internal static CkksInstance Instance(int set) => new(
        CkksParameters.Create(Sets[set].Degree, Sets[set].Bits, SecurityLevel.None), Operation.Rotations(Sets[set].Degree / 2), conjugation: true);

    private static Plaintext ConstantOne(CkksInstance ckks, int level)
    {
        var one = new Plaintext(ckks.Context, level);
        ckks.Encoder.EncodeConstant(1, 1, level, one);
        return one;
    }
}
