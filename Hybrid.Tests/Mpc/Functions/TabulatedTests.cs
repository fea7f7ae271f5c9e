using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Lookups;
using Hybrid.Numerics;
using Hybrid.Tensors;
using static Hybrid.Tests.Mpc.Functions.Numbers;

namespace Hybrid.Tests.Mpc.Functions;

[TestClass]
public sealed class TabulatedTests
{
    private const int Points = 3000;

    private static readonly WordRange Wide = WordRange.OfBits(31);

    private static double Normal(double x) => (1 + DeterministicMath.Erf(x / Math.Sqrt(2))) / 2;

    public static IEnumerable<object[]> Functions =>
    [
        ["sigmoid", (Wire x) => x.Sigmoid(), (double x) => 1 / (1 + Math.Exp(-x)), 20.0],
        ["tanh", (Wire x) => x.Tanh(), (double x) => Math.Tanh(x), 10.0],
        ["erf", (Wire x) => x.Erf(), (double x) => DeterministicMath.Erf(x), 5.0],
        ["gelu", (Wire x) => x.Gelu(), (double x) => x * Normal(x), 12.0],
        ["silu", (Wire x) => x.Silu(), (double x) => x / (1 + Math.Exp(-x)), 20.0],
        ["softplus", (Wire x) => x.Softplus(), (double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))), 20.0],
    ];

    [TestMethod]
    [DynamicData(nameof(Functions))]
    public async Task A_function_is_right_inside_its_domain_and_saturates_outside(
        string name, Func<Wire, Wire> function, Func<double, double> exact, double reach)
    {
        foreach (CircuitOptions options in Methods)
        {
            // Beyond the reach to both ends of what an input of this range can be.
            long[] integers = [.. Spread(-reach, reach, Points, 1), .. Spread(-32767, 32767, 200, 2), 0, 1, -1];
            double[] results = await ApplyAsync(options, function, integers, Wide);
            AreClose(exact, integers, results, 2.5 * Unit);
            Assert.IsFalse(string.IsNullOrEmpty(name));
        }
    }

    [TestMethod]
    public async Task Powers_of_e_are_right_and_saturate()
    {
        foreach (CircuitOptions options in Methods)
        {
            long[] negative = [.. Spread(-16, 0, Points, 3), .. Spread(-32767, -16, 200, 4)];
            AreClose(Math.Exp, negative, await ApplyAsync(options, x => x.Exp(0), negative, Wide), 2 * Unit);
            long[] wide = [.. Spread(-20, 10, Points, 5)];
            AreClose(x => Math.Exp(Math.Min(x, 10)), wide, await ApplyAsync(options, x => x.Exp(), wide, Wide), 0.01);
            long[] beyond = Encode(10.5, 100, 32767);
            AreClose(_ => Math.Exp(10), beyond, await ApplyAsync(options, x => x.Exp(), beyond, Wide), 0.01);
        }
    }

    [TestMethod]
    public async Task Sines_and_cosines_are_right_for_every_angle()
    {
        foreach ((double reach, double tolerance) in new[] { (100, 2 * Unit), (32767, 3e-4) })
        {
            long[] integers = Spread(-reach, reach, Points, 6);
            AreClose(Math.Sin, integers, await ApplyAsync(CircuitOptions.Default, x => x.Sin(), integers, Wide), tolerance);
            AreClose(Math.Cos, integers, await ApplyAsync(CircuitOptions.Default, x => x.Cos(), integers, Wide), tolerance);
        }
    }

    [TestMethod]
    public void What_the_range_settles_is_not_compared()
    {
        var circuit = new Circuit();
        circuit.Open(circuit.Input(0, new Shape(10), 16, WordRange.Within(4 << 16)).Sigmoid());
        Assert.AreEqual(3, circuit.Cost.Rounds, "look-up, truncation, opening");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Rounds_are_as_documented(int method)
    {
        foreach ((string name, Func<Wire, Wire> function, int tree, int sharing) in new (string, Func<Wire, Wire>, int, int)[]
        {
            ("sigmoid", x => x.Sigmoid(), 4, 3), ("exp", x => x.Exp(), 4, 3), ("gelu", x => x.Gelu(), 4, 3), ("sin", x => x.Sin(), 2, 2),
            ("reciprocal", x => x.Reciprocal(), 8, 6), ("sqrt", x => x.Sqrt(), 8, 6), ("log", x => x.Log(), 6, 4), ("relu", x => x.Relu(), 4, 2),
        })
        {
            var circuit = new Circuit(Methods[method]);
            circuit.Keep(function(circuit.Input(0, new Shape(10), 16, Wide)));
            Assert.AreEqual(method == 0 ? tree : sharing, circuit.Cost.Rounds, name);
        }
    }

    [TestMethod]
    public async Task Three_parties_look_up_as_two_do()
    {
        long[] integers = Spread(-20, 20, 300, 8);
        var options = new CircuitOptions { Parties = 3 };
        AreClose(x => 1 / (1 + Math.Exp(-x)), integers, await ApplyAsync(options, x => x.Sigmoid(), integers, Wide), 2.5 * Unit);
    }

    [TestMethod]
    public void Circuits_of_one_options_object_share_their_tables()
    {
        var options = new CircuitOptions();
        LookupFunction first = options.Lookups.Get(new LookupRecipe(LookupName.Sigmoid, 16));
        Assert.AreSame(first, options.Lookups.Get(new LookupRecipe(LookupName.Sigmoid, 16)));
        Assert.AreNotSame(first, options.Lookups.Get(new LookupRecipe(LookupName.Sigmoid, 20)));
    }
}
