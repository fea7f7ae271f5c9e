using System.Collections.Immutable;
using System.Numerics;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>One op of a chain: a product to so many columns, or, with none, a sum; its integers have so many bits.</summary>
internal readonly record struct ChainOp(int Outputs, int Bits)
{
    public static ChainOp MatMul(int outputs, int bits) => new(outputs, bits);

    public static ChainOp Add(int bits) => new(0, bits);
}

/// <summary>A chain of products and sums of random integers, the ends of their ranges among them, and what it comes to by big integers.</summary>
internal sealed class LinearChain
{
    private readonly Random _random;

    public LinearChain(int seed, int rows, int inputs, int inputBits, params ReadOnlySpan<ChainOp> ops)
    {
        _random = new Random(seed);
        Input = Graph.Input("x", Party.Client, new Shape(rows, inputs), new FixedPointFormat(0, inputBits));
        var chain = ImmutableArray.CreateBuilder<Node>();
        chain.Add(Input);
        foreach (ChainOp op in ops)
        {
            chain.Add(op.Outputs > 0 ? MatMul(chain[^1], op.Outputs, op.Bits) : Add(chain[^1], op.Bits));
        }

        Graph.Reveal("y", chain[^1], Party.Client);
        Stretch = new Stretch(chain.ToImmutable());
        Integers = [.. Enumerable.Range(0, rows * inputs).Select(_ => (Int128)Draw(inputBits))];
    }

    public OpGraph Graph { get; } = new();

    public Node Input { get; }

    /// <summary>The input and all ops.</summary>
    public Stretch Stretch { get; }

    /// <summary>The same, with values that come and go as told.</summary>
    public Stretch Between(Scheme before, Scheme after) => new(Stretch.Nodes, before, after);

    /// <summary>The input's integers.</summary>
    public Int128[] Integers { get; }

    public Dictionary<int, ConstantBinding> Bindings { get; } = [];

    /// <summary>What the server has to compose the chain with, and no more.</summary>
    public StepContext Constants => new(Party.Server, null!, default, OsRandom.Instance, Bindings, null, CancellationToken.None);

    /// <summary>The whole chain, op by op.</summary>
    public Int128[] Expected() => [.. Apply([.. Integers.Select(x => (BigInteger)x)], withSums: true).Select(y => (Int128)y)];

    /// <summary>The chain's products, or all of it, on rows of its input's columns.</summary>
    public BigInteger[] Apply(BigInteger[] rows, bool withSums)
    {
        foreach (Node op in Stretch.Ops)
        {
            long[] constant = Bindings[((ConstantOp)op.Inputs[1].Op).Number].Integers.ToArray();
            int outputs = op.Shape[1];
            if (op.Op is MatMulOp)
            {
                int inner = op.Inputs[0].Shape[1];
                BigInteger[] left = rows;
                rows = [.. Enumerable.Range(0, left.Length / inner * outputs).Select(i =>
                    Enumerable.Range(0, inner).Aggregate(BigInteger.Zero, (sum, k) => sum + (left[(i / outputs * inner) + k] * constant[(k * outputs) + (i % outputs)])))];
            }
            else if (withSums)
            {
                rows = [.. rows.Select((x, i) => x + constant[i % outputs])];
            }
        }

        return rows;
    }

    private Node MatMul(Node left, int outputs, int bits)
    {
        int inner = left.Shape[1];
        long[] weights = [.. Enumerable.Range(0, inner * outputs).Select(_ => Draw(bits))];
        Int128 norm = Enumerable.Range(0, outputs).Max(j => Enumerable.Range(0, inner).Aggregate(Int128.Zero, (sum, k) => sum + Math.Abs(weights[(k * outputs) + j])));
        Node constant = Graph.Constant($"W{Graph.Nodes.Count}", Visibility.Private(Party.Server), new Shape(inner, outputs), 0, norm, weights.Max(w => Int128.Abs(w)));
        Bindings.Add(((ConstantOp)constant.Op).Number, new ConstantBinding(constant, weights));
        return Graph.MatMul(left, constant);
    }

    private Node Add(Node left, int bits)
    {
        int outputs = left.Shape[1];
        long[] bias = [.. Enumerable.Range(0, outputs).Select(_ => Draw(bits))];
        Node constant = Graph.Constant($"c{Graph.Nodes.Count}", Visibility.Private(Party.Server), new Shape(outputs), 0, bias.Max(c => Int128.Abs(c)));
        Bindings.Add(((ConstantOp)constant.Op).Number, new ConstantBinding(constant, bias));
        return Graph.Add(left, constant);
    }

    // In [-2^bits, 2^bits], either end often; 0 of 0 bits.
    private long Draw(int bits)
    {
        long end = bits == 0 ? 0 : 1L << bits;
        return _random.Next(5) switch { 0 => end, 1 => -end, _ => _random.NextInt64(-end, end + 1) };
    }
}
