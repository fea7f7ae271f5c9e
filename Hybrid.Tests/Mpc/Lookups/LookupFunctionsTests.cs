using Hybrid.Mpc.Lookups;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Tests.Mpc.Lookups;

[TestClass]
public sealed class LookupFunctionsTests
{
    private const int Points = 100_000;
    private const double Wanted = 1.0 / (1 << 20);

    private static readonly Dictionary<string, (Func<LookupFunction> Make, Func<double, double> Exact, double Wanted)> Catalogue = new()
    {
        ["sigmoid"] = (() => LookupFunctions.Sigmoid(), Sigmoid, Wanted),
        ["tanh"] = (() => LookupFunctions.Tanh(), Math.Tanh, Wanted),
        ["erf"] = (() => LookupFunctions.Erf(), DeterministicMath.Erf, Wanted),
        ["gelu"] = (() => LookupFunctions.Gelu(), x => x / 2 * (1 + DeterministicMath.Erf(x / Math.Sqrt(2))), Wanted),
        ["silu"] = (() => LookupFunctions.Silu(), x => x * Sigmoid(x), Wanted),
        ["softplus"] = (() => LookupFunctions.Softplus(), x => Math.Log(1 + Math.Exp(x)), Wanted),
        ["sigmoid with 20 fraction bits"] = (() => LookupFunctions.Sigmoid(20), Sigmoid, Wanted),
        ["exp on [-16, 0]"] = (() => LookupFunctions.Exponential(), Math.Exp, Wanted),
        ["exp on [-16, 10]"] = (() => LookupFunctions.Exponential(-16, 10), Math.Exp, 1e-5),
        ["exp on [-16, 21]"] = (() => LookupFunctions.Exponential(-16, 21, tolerance: 1e-4), Math.Exp, 1e-4),
        ["exp with 20 fraction bits"] = (() => LookupFunctions.Exponential(-16, 0, 20), Math.Exp, Wanted),
        ["reciprocal"] = (() => LookupFunctions.Reciprocal(), m => 1 / m, Wanted / 2),
        ["reciprocal square root"] = (() => LookupFunctions.ReciprocalSqrt(), m => 1 / Math.Sqrt(m), Wanted / 2),
        ["square root"] = (() => LookupFunctions.Sqrt(), Math.Sqrt, Wanted),
        ["logarithm"] = (() => LookupFunctions.Log(), Math.Log, Wanted),
        ["logarithm with 16 fraction bits"] = (() => LookupFunctions.Log(16), Math.Log, Wanted),
        ["sine"] = (() => LookupFunctions.Sine(), x => Math.Sin(2 * Math.PI * (x - Math.Round(x))), Wanted),
        ["sine with 46 bits"] = (() => LookupFunctions.Sine(46), x => Math.Sin(2 * Math.PI * (x - Math.Round(x))), Wanted),
        ["cosine with 7 bits"] = (() => LookupFunctions.Cosine(7), x => Math.Cos(2 * Math.PI * (x - Math.Round(x))), Wanted),
        ["sigmoid by a spline"] = (() => SplineFunction.Fit("spline", DeterministicMath.Sigmoid, -16, 16, 16, 5, 5), Sigmoid, 2e-5),
        ["tanh by a fine spline"] = (() => SplineFunction.Fit("spline", DeterministicMath.Tanh, -8, 16, 15, 6, 7), Math.Tanh, Wanted),
        ["sigmoid by a coarse spline"] = (() => SplineFunction.Fit("spline", DeterministicMath.Sigmoid, -4, 12, 14, 2, 15), Sigmoid, 1e-4),
    };

    public static IEnumerable<object[]> Names => Catalogue.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> Widths => Enum.GetNames<KernelWidth>().Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Results_are_within_the_stated_error_on_the_whole_domain(string name)
    {
        (Func<LookupFunction> make, Func<double, double> exact, double wanted) = Catalogue[name];
        LookupFunction function = make();
        Assert.IsLessThan(wanted, function.MaximumError, function.Name);
        ulong[] inputs = Inputs(function);
        var random = new RandomWords(seed: 11);
        ulong[] results = Run(function, inputs, random.Next(inputs.Length), random, KernelWidth.Auto);
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            double x = (long)inputs[i] * Math.Pow(2, -function.InputFractionBits);
            double expected = exact(x);
            double result = (long)results[i] * Math.Pow(2, -function.OutputFractionBits);
            worst = Math.Max(worst, Math.Abs(result - expected) / Math.Max(1, function is ExponentialFunction ? Math.Abs(expected) : 1));
            largest = Math.Max(largest, Math.Abs(expected));
            Assert.IsLessThanOrEqualTo(function.MaximumError, worst, $"{function.Name} at {x}: {result}, not {expected}");
        }

        Console.WriteLine($"{function.Name}: {worst:e2} of {function.MaximumError:e2} on [{function.Lowest}, {function.Highest}]");
        Assert.IsLessThanOrEqualTo(function.MaximumMagnitude * (1 + 1e-6), largest);
        Assert.IsLessThanOrEqualTo(Math.Pow(2, 62), largest * Math.Pow(2, function.OutputFractionBits));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Every_mask_serves_the_borders_of_segments(string name)
    {
        LookupFunction function = Catalogue[name].Make();
        Func<double, double> exact = Catalogue[name].Exact;
        ulong[] borders = [.. Borders(function).Distinct()];
        ulong low = 1UL << function.LowBits;
        ulong all = (1UL << function.OpenedBits) - 1;
        ulong[] masks = [0, 1, low - 1, low, low + 1, low / 2, all, all - 1, all - low, all - low + 1, ulong.MaxValue, 1UL << 63];
        ulong[] inputs = [.. borders.SelectMany(x => masks.Select(_ => x))];
        ulong[] r = [.. borders.SelectMany(_ => masks)];
        ulong[] results = Run(function, inputs, r, new RandomWords(seed: 12), KernelWidth.Auto);
        for (int i = 0; i < inputs.Length; i++)
        {
            double x = (long)inputs[i] * Math.Pow(2, -function.InputFractionBits);
            double result = (long)results[i] * Math.Pow(2, -function.OutputFractionBits);
            double scale = Math.Max(1, Math.Abs(exact(x)));
            Assert.AreEqual(exact(x), result, function.MaximumError * scale, $"{function.Name} at {x} masked by {r[i]:x}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Every_width_makes_the_same_words(string name)
    {
        var width = Enum.Parse<KernelWidth>(name);
        foreach (LookupFunction function in Catalogue.Values.Select(entry => entry.Make()))
        {
            if (!KernelWidths.IsSupported(width))
            {
                Assert.ThrowsExactly<PlatformNotSupportedException>(() => function.Deal([], [], width));
                Assert.ThrowsExactly<PlatformNotSupportedException>(() => function.Evaluate([], [], [], [], width));
                continue;
            }

            var random = new RandomWords(seed: 13);
            const int count = 333;
            ulong[] r = random.Next(count);
            var basis = new ulong[count * function.BasisWords];
            var portableBasis = new ulong[basis.Length];
            function.Deal(r, basis, width);
            function.Deal(r, portableBasis, KernelWidth.Portable);
            Assert.IsTrue(basis.AsSpan().SequenceEqual(portableBasis), function.Name);

            // Shares are any words, extreme ones among them.
            ulong[] shares = random.Next(basis.Length);
            ulong[] extremes = [0, ulong.MaxValue, 1UL << 63, (1UL << 63) - 1, 0x80000000, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF80000000];
            for (int i = 0; i < shares.Length; i += 3)
                shares[i] = extremes[i % extremes.Length];
            var result = new ulong[count];
            var portable = new ulong[count];
            function.Evaluate(random.Next(count), shares, random.Next(count), result, width);
            random = new RandomWords(seed: 13);
            random.Next(count + basis.Length);
            function.Evaluate(random.Next(count), shares, random.Next(count), portable, KernelWidth.Portable);
            Assert.IsTrue(result.AsSpan().SequenceEqual(portable), function.Name);
        }
    }

    [TestMethod]
    public void Names_tell_functions_sizes_and_tables_apart()
    {
        string[] names = [.. Catalogue.Values.Select(entry => entry.Make().Name)];
        CollectionAssert.AllItemsAreUnique(names);
        CollectionAssert.AreEqual(names, Catalogue.Values.Select(entry => entry.Make().Name).ToArray());
        LookupFunction one = SplineFunction.Fit("f", x => x * x, 0, 16, 16, 3, 3);
        LookupFunction same = SplineFunction.Fit("f", x => x * x, 0, 16, 16, 3, 3);
        LookupFunction other = SplineFunction.Fit("f", x => x * x + 1e-9, 0, 16, 16, 3, 3);
        Assert.AreEqual(one, same);
        Assert.AreEqual(one.GetHashCode(), same.GetHashCode());
        Assert.AreNotEqual(one, other);
        CollectionAssert.AreEqual(one.Name.Split('/')[..^1], other.Name.Split('/')[..^1], "Only the tables differ.");
    }

    [TestMethod]
    public void Functions_of_one_basis_share_masks_words_and_openings()
    {
        LookupFunction[] pair = [LookupFunctions.Sine(20), LookupFunctions.Cosine(20)];
        Assert.AreEqual(pair[0].Basis, pair[1].Basis);
        Assert.AreNotEqual(pair[0].Name, pair[1].Name);
        Assert.AreNotEqual(LookupFunctions.Exponential(-16, 0, 16).Basis, LookupFunctions.Exponential(-16, 0, 15).Basis);
        var random = new RandomWords(seed: 14);
        ulong[] inputs = random.Next(1000);
        ulong[] r = random.Next(1000);
        ulong[][] results = [.. pair.Select(function => Run(function, inputs, r, new RandomWords(seed: 15), KernelWidth.Auto))];
        var basis = new ulong[2000];
        var otherBasis = new ulong[2000];
        pair[0].Deal(r, basis);
        pair[1].Deal(r, otherBasis);
        CollectionAssert.AreEqual(basis, otherBasis);
        for (int i = 0; i < inputs.Length; i++)
        {
            double sin = (long)results[0][i] * Math.Pow(2, -pair[0].OutputFractionBits);
            double cos = (long)results[1][i] * Math.Pow(2, -pair[1].OutputFractionBits);
            Assert.AreEqual(1, sin * sin + cos * cos, 2e-8);
        }
    }

    [TestMethod]
    public void Tables_are_the_same_on_every_machine()
    {
        // Any other hash here means that two parties on different machines would not agree.
        string[] hashes =
        [
            .. new[] { "sigmoid", "gelu", "exp on [-16, 0]", "reciprocal" }.Select(name => Catalogue[name].Make().Name.Split('/')[^1]),
        ];
        CollectionAssert.AreEqual(
            new[]
            {
                "e7526160d00f6c8c",
                "37f5665ab5b92673",
                "c9cea04ce283e707",
                "5837ce072cfa1e47",
            },
            hashes,
            string.Join('\n', hashes));
    }

    [TestMethod]
    public void Wrong_lengths_and_parameters_are_refused()
    {
        LookupFunction gelu = LookupFunctions.Gelu();
        int words = gelu.BasisWords;
        Assert.AreEqual("basis", Assert.ThrowsExactly<ArgumentException>(() => gelu.Deal(new ulong[2], new ulong[words])).ParamName);
        Assert.AreEqual("basisShares", Evaluate(2, words, 2, 2));
        Assert.AreEqual("inputShares", Evaluate(2, 2 * words, 0, 2));
        Assert.AreEqual("inputShares", Evaluate(2, 2 * words, 1, 2));
        Assert.AreEqual("result", Evaluate(2, 2 * words, 2, 3));
        gelu.Evaluate([], [], [], []);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LookupFunctions.Sine(47));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LookupFunctions.Exponential(0, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LookupFunctions.Exponential(0, 31));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LookupFunctions.Exponential(-16, 0, 41));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SplineFunction.Fit("f", x => x, 0, 16, 16, 0, 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SplineFunction.Fit("f", x => x, 0, 16, 16, 3, 16));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SplineFunction.Fit("f", x => 1e9 * x, 0, 16, 16, 3, 3));

        string? Evaluate(int opened, int basis, int inputs, int results) => Assert.ThrowsExactly<ArgumentException>(
            () => gelu.Evaluate(new ulong[opened], new ulong[basis], new ulong[inputs], new ulong[results])).ParamName;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // Random inputs of the domain, then its ends and the borders of all segments with their neighbours.
    private static ulong[] Inputs(LookupFunction function)
    {
        (long first, long last) = Domain(function);
        ulong span = (ulong)(last - first);
        // Functions of the catalogue take few words; the splines that are here to test splines take many.
        int count = function.BasisWords <= 64 ? Points : Points / 10;
        IEnumerable<ulong> inside = new RandomWords(seed: 10).Next(count).Select(word => unchecked((ulong)first + (word % (span + 1))));
        return [.. inside, .. Borders(function)];
    }

    // The domain in steps, or as much of it as a double tells apart.
    private static (long First, long Last) Domain(LookupFunction function)
    {
        double steps = Math.Pow(2, function.InputFractionBits);
        return ((long)Math.Max(function.Lowest * steps, -Math.Pow(2, 52)), (long)Math.Min(function.Highest * steps, Math.Pow(2, 52)));
    }

    private static IEnumerable<ulong> Borders(LookupFunction function)
    {
        (long first, long last) = Domain(function);
        long segment = 1L << function.LowBits;
        IEnumerable<long> borders = [first, last, 0, .. Enumerable.Range(0, 1 << function.TableBits).Select(u => first + (u * segment))];
        return borders.SelectMany(x => new[] { x - 1, x, x + 1 }).Where(x => x >= first && x <= last).Select(x => (ulong)x);
    }

    // Deals in the clear, splits all into two random shares, opens, evaluates both and joins the results.
    private static ulong[] Run(LookupFunction function, ulong[] inputs, ulong[] r, RandomWords random, KernelWidth width)
    {
        var basis = new ulong[inputs.Length * function.BasisWords];
        function.Deal(r, basis, width);
        ulong[] basis0 = random.Next(basis.Length);
        ulong[] basis1 = Difference(basis, basis0);
        ulong[] inputs0 = random.Next(inputs.Length);
        ulong[] inputs1 = Difference(inputs, inputs0);
        ulong[] opened = [.. inputs.Select((x, i) => unchecked(x - (ulong)function.Offset + r[i]))];
        var result0 = new ulong[inputs.Length];
        var result1 = new ulong[inputs.Length];
        function.Evaluate(opened, basis0, function.UsesInput ? inputs0 : [], result0, width);
        function.Evaluate(opened, basis1, inputs1, result1, width);
        return [.. result0.Select((word, i) => unchecked(word + result1[i]))];
    }

    private static ulong[] Difference(ulong[] x, ulong[] y) => [.. x.Select((word, i) => unchecked(word - y[i]))];
}
