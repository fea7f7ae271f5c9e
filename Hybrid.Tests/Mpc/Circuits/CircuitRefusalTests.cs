using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Sharing;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Circuits;

/// <summary>What cannot be right is refused when the circuit is drawn up, or before it runs.</summary>
[TestClass]
public sealed class CircuitRefusalTests
{
    [TestMethod]
    public void What_could_wrap_is_refused_with_op_bound_and_remedy()
    {
        var circuit = new Circuit();
        Wire wide = circuit.Input(0, new Shape(2, 2), 30, WordRange.Widest);
        Wire half = circuit.Input(1, new Shape(2, 2), 30, WordRange.Within((Int128)1 << 61));
        var known = new PublicTensor(new Shape(2, 2), 30, [1L << 40, 0, 0, 0]);
        var image = wide.Reshape(1, 1, 2, 2);
        var geometry = new Conv2dGeometry();
        Refused("add", 64, () => wide.Add(half));
        Refused("subtract", 64, () => wide.Subtract(half));
        Refused("negate", 64, () => wide.Negate());
        Refused("add", 64, () => wide.Add(known));
        Refused("multiply", 103, () => wide.Product(known));
        Refused("multiply", 125, () => wide.Product(half));
        Refused("square", 126, () => wide.SquareProduct());
        Refused("product", 126, () => wide.MatMulProduct(half));
        Refused("product", 104, () => wide.MatMulProduct(known));
        Refused("convolution", 127, () => image.ConvolutionProduct(half.Reshape(1, 1, 2, 2), geometry));
        Refused("convolution", 105, () => image.ConvolutionProduct(new PublicTensor(new Shape(1, 1, 2, 2), 30, known.Integers), geometry));
        Refused("scale up", 64, () => wide.Rescale(31));
        Refused("sum", 65, () => wide.Sum([]));
        Refused("average pool", 65, () => image.AveragePool(2, 2, geometry));
        Refused("subtract", 64, () => wide.Less(half));
        Refused("input", 64, () => circuit.Input(0, new Shape(1), 0, WordRange.OfBits(63)));
        Refused("shared input", 64, () => circuit.SharedInput(new Shape(1), 0, WordRange.OfBits(63)));
        Sentences.Refused<ParameterException>(() => half.Rescale(10).Product(circuit.Input(0, new Shape(1), 60, WordRange.Within(1))), "multiply", "70 fraction bits", "truncate");
        Assert.ThrowsExactly<ArgumentException>(() => circuit.Input(0, new Shape(1), 0, new WordRange(1, 0)));
    }

    [TestMethod]
    public void Bounds_beyond_128_bits_do_not_seem_narrow()
    {
        foreach (int bits in new[] { 58, 59, 60, 61, 62 })
        {
            foreach (int terms in new[] { 16, 17, 64, 256, 1 << 12 })
            {
                var circuit = new Circuit();
                Wire x = circuit.Input(0, new Shape(1, terms), 0, WordRange.Within(((Int128)1 << bits) - (bits == 62 ? 1 : 0)));
                Sentences.Refused<ParameterException>(() => x.MatMulProduct(x.Reshape(terms, 1)), "matrix product", "where shares hold 63");
                Sentences.Refused<ParameterException>(
                    () => x.Reshape(1, 1, 1, terms).ConvolutionProduct(x.Reshape(1, 1, 1, terms), new Conv2dGeometry()), "where shares hold 63");
            }
        }

        Assert.AreEqual(new WordRange(-6, 9), new WordRange(-2, 3).Times(3));
        Assert.IsGreaterThan(120, WordRange.Within((Int128)1 << 100).Times(1L << 40).Bits);
    }

    [TestMethod]
    public void Wires_of_other_circuits_are_refused()
    {
        var circuit = new Circuit();
        var other = new Circuit();
        Wire x = circuit.Input(0, new Shape(2, 2), 0, WordRange.Within(1));
        Wire y = other.Input(0, new Shape(2, 2), 0, WordRange.Within(1));
        BitWire b = y.Less(1);
        foreach (Action act in new Action[]
        {
            () => x.Add(y), () => x.Subtract(y), () => x.Product(y), () => x.MatMulProduct(y), () => x.Max(y), () => x.Less(y), () => x.EqualTo(y),
            () => Shaping.Concat(0, x, y), () => circuit.Open(y), () => circuit.Keep(y), () => circuit.Rerandomise(y), () => b.Times(x), () => b.Select(x, x),
            () => x.Less(1).Xor(b), () => BitFunctions.And(x.Less(1), b), () => x.Less(1).Or(b),
        })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(act).Message, "to another circuit");
        }
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(2, 3), 0, WordRange.Within(1));
        foreach (Action act in new Action[]
        {
            () => x.Add(x.Transpose(1, 0)), () => x.Product(x.Transpose(1, 0)), () => x.MatMulProduct(x), () => x.Reshape(5), () => x.Transpose(0), () => x.Transpose(0, 0),
            () => x.Slice(2, 0, 1), () => x.Slice(0, 1, 2), () => Shaping.Concat(0, x, x.Transpose(1, 0)), () => Shaping.Concat(0), () => x.Pad([1], [1]),
            () => x.Gather([3], 1), () => x.Gather([-1], 0), () => x.BroadcastTo(new Shape(3, 2)), () => x.Sum([2]), () => x.Max(2),
            () => x.Less(0).Times(x.Reshape(6)), () => x.Less(0).Xor(x.Reshape(6).Less(0)), () => x.Less(0).Reshape(7), () => BitFunctions.And(),
            () => x.AveragePool(2, 2, new Conv2dGeometry()), () => x.MaxPool(2, 2, new Conv2dGeometry()), () => x.ConvolutionProduct(x, new Conv2dGeometry()),
            () => x.Add(new PublicTensor(new Shape(3), 1, [1, 2, 3])), () => _ = new PublicTensor(new Shape(3), 0, [1]),
        })
        {
            Sentences.Check(Assert.ThrowsExactly<ParameterException>(act));
        }
    }

    [TestMethod]
    public void Inputs_that_do_not_fit_are_refused()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(3), 0, new WordRange(-5, 4));
        Sentences.Refused<ParameterException>(() => new CircuitInputs().Set(x, [1L, 5, 2]), "outside its range, [-5, 4]", "clip the data");
        Sentences.Refused<ParameterException>(() => new CircuitInputs().Set(x, [1L, -6, 2]), "outside its range");
        Sentences.Refused<ParameterException>(() => new CircuitInputs().Set(x, [1L, 2]), "3 elements; 2 were given");
        Sentences.Refused<ParameterException>(
            () => new CircuitInputs().Set(x, System.Numerics.Tensors.Tensor.Create<double>([1, 2, 3], [1, 3]).AsReadOnlyTensorSpan()), "shape (1, 3)");
        Sentences.Refused<ParameterException>(
            () => new CircuitInputs().Set(x, System.Numerics.Tensors.Tensor.Create<double>([1, 2, 4.6], [3]).AsReadOnlyTensorSpan()), "outside its range");
        using var share = new ArithmeticShare(0, 2, new Shape(3), 1, [1, 2, 3]);
        Sentences.Refused<ParameterException>(() => new CircuitInputs().Set(x, share), "2 parties was given");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => circuit.Input(2, new Shape(3), 0, default));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => circuit.Open(x, to: 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Circuit(new CircuitOptions { Parties = 1 }));
    }

    [TestMethod]
    public async Task Missing_inputs_and_those_of_others_are_refused_before_anything_is_sent()
    {
        var circuit = new Circuit();
        Wire x = circuit.Input(0, new Shape(1), 0, WordRange.Within(9), "age");
        Wire y = circuit.SharedInput(new Shape(1), 0, WordRange.Within(9), "weight");
        circuit.Open(x.Add(y));
        await using Parties parties = await Parties.OpenAsync();
        ArithmeticShare Share(int party) => new(party, 2, new Shape(1), 0, [(ulong)party]);
        await RefusedAsync(0, new CircuitInputs().Set(y, Share(0)), "Party 0 brings nothing");
        await RefusedAsync(0, new CircuitInputs().Set(x, [1L]), "Party 0 brings nothing");
        await RefusedAsync(1, new CircuitInputs(), "Party 1 brings nothing");
        await RefusedAsync(1, new CircuitInputs().Set(x, [1L]).Set(y, Share(1)), "Party 1 brings something", "party 0's");
        Assert.AreEqual(0, parties.Channels[0][1]!.Counters.MessagesSent);

        // The refusals did no harm to the network.
        CircuitResults[] results = await parties.RunAsync(
            circuit, new CircuitInputs().Set(x, [7L]).Set(y, Share(0)), new CircuitInputs().Set(y, Share(1)));
        CollectionAssert.AreEqual(new long[] { 8 }, results[1].Integers(circuit.Openings[0]).ToArray());

        async Task RefusedAsync(int party, CircuitInputs inputs, params string[] parts) => Sentences.Check(
            await Assert.ThrowsExactlyAsync<ParameterException>(() => parties.RunOneAsync(party, circuit, inputs)), parts);
    }

    private static void Refused(string op, int bits, Action act) =>
        Sentences.Refused<ParameterException>(act, op, $"integers of {bits} bits", "where shares hold 63", "clip", "scale them down", "truncate");
}
