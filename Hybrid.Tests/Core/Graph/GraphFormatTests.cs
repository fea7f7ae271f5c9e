using System.Diagnostics;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

[TestClass]
public sealed class GraphFormatTests
{
    private const string What = "The server's graph";

    // Where the number of nodes is, and the first node's code and label.
    private const int CountAt = 5;
    private const int FirstNode = 6;

    [TestMethod]
    public void Random_graphs_come_back_as_they_were()
    {
        const int Seed = 3;
        var random = new Random(Seed);
        var seen = new HashSet<Type>();
        for (int run = 0; run < 200; run++)
        {
            OpGraph graph = RandomGraph.Make(random, 30);
            byte[] bytes = GraphFormat.Write(graph);
            OpGraph read = GraphFormat.Read(bytes, What);
            AssertSame(graph, read, $"seed {Seed}, run {run}");
            CollectionAssert.AreEqual(bytes, GraphFormat.Write(read), $"seed {Seed}, run {run}");
            seen.UnionWith(graph.Nodes.Select(node => node.Op.GetType()));
        }

        CollectionAssert.AreEquivalent(Ops(), seen.ToArray(), "every op there is, was in one");
    }

    [TestMethod]
    public void Every_op_has_a_code()
    {
        Type[] coded = [typeof(InputOp), typeof(ConstantOp), .. OpCodes.All.Select(code => code.Op)];
        CollectionAssert.AreEquivalent(Ops(), coded);
        byte[] sources = [GraphFormat.Input, GraphFormat.BoundedConstant, GraphFormat.PublicConstant];
        CollectionAssert.AllItemsAreUnique(sources.Concat(OpCodes.All.Select(code => code.Code)).ToArray());
    }

    [TestMethod]
    public void Extreme_settings_come_back()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1, 1, 1, 1, 1, 1, 2, 0), 110, new WordRange(-(Int128.One << 126) + 1, 0));
        graph.Constant("c", new Shape(0, int.MaxValue), 0, []);
        graph.Constant("c", new Shape(2), 0, [long.MinValue, long.MaxValue]);
        string label = new('é', GraphLimits.MaximumLabelBytes / 2);
        graph.Constant(label, Visibility.Private(Party.Server), new Shape(), 0, Int128.MaxValue, 1);
        graph.Add(new TruncateOp(110), x);
        graph.Add(new ClipOp(double.NegativeInfinity, -0.0), x);
        Node images = graph.Input("i", Party.Server, new Shape(1, 1, 1, 1), 0, default);
        var moves = new Conv2dGeometry
        {
            StrideRows = 2,
            StrideColumns = 3,
            PadTop = Conv2dGeometry.Maximum,
            PadLeft = 5,
            PadBottom = 6,
            PadRight = 7,
            DilationRows = 8,
            DilationColumns = 9,
            Groups = 10,
        };
        graph.Add(new AveragePoolOp(1, 1, moves), images);
        OpGraph read = GraphFormat.Read(GraphFormat.Write(graph), What);
        AssertSame(graph, read, "extremes");
    }

    [TestMethod]
    public void Pins_are_not_sent()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1), 0, default);
        byte[] before = GraphFormat.Write(graph);
        Node minus = graph.Add(new NegateOp(), x);
        byte[] unpinned = GraphFormat.Write(graph);
        graph.Pin(minus, Scheme.Shares);
        CollectionAssert.AreEqual(unpinned, GraphFormat.Write(graph));
        Assert.IsEmpty(GraphFormat.Read(unpinned, What).Pins);
        Assert.AreEqual(4, unpinned.Length - before.Length, "an op of one operand takes its code, no label, and the operand");
    }

    [TestMethod]
    public void Ten_thousand_mutated_graphs_are_read_or_refused()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        byte[][] originals = [.. Enumerable.Range(0, 20).Select(_ => GraphFormat.Write(RandomGraph.Make(random, 30)))];
        (int refused, int unfit) = (0, 0);
        var watch = Stopwatch.StartNew();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < 10_000; run++)
        {
            byte[] bytes = run % 2 == 0 ? Mutations.Mutate(random, originals[run % 20]) : Flipped(random, originals[run % 20]);
            try
            {
                GraphFormat.Write(GraphFormat.Read(bytes, What));
            }
            catch (FormatRefusedException e)
            {
                Sentences.Check(e, What);
                refused++;
                unfit += e.InnerException is ParameterException ? 1 : 0;
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail($"seed {Seed}, run {run}: {e}");
            }
        }

        Assert.IsTrue(refused is > 2000 and < 10_000 && unfit > 100, $"seed {Seed}: {refused} refused, {unfit} for ops that do not fit");
        Assert.IsLessThan(60, watch.Elapsed.TotalSeconds, "a millisecond or so each");
        Assert.IsLessThan(10_000L * 200_000, GC.GetAllocatedBytesForCurrentThread() - allocated, "no length was believed");
    }

    [TestMethod]
    public void Every_truncation_is_refused_and_so_is_what_follows()
    {
        byte[] bytes = GraphFormat.Write(RandomGraph.Make(new Random(8), 60));
        for (int length = 0; length < bytes.Length; length++)
        {
            Refused(bytes[..length]);
        }

        Refused([.. bytes, 0], "followed by 1 bytes");
    }

    [TestMethod]
    public void Other_versions_and_other_files_are_refused()
    {
        byte[] bytes = Small();
        bytes[4] = 2;
        Refused(bytes, "format version 2", "reads 1");
        Refused([.. "ONNX"u8, .. bytes.AsSpan(4)], "does not start as graphs do");
    }

    [TestMethod]
    public void Operands_come_before_their_op()
    {
        // The negation is the last node: code, no label, one operand, one node back.
        byte[] bytes = Small();
        foreach (byte back in new byte[] { 0, 2, 3, 127 })
        {
            bytes[^1] = back;
            Refused(bytes, $"operand {back} nodes back");
        }
    }

    [TestMethod]
    public void Counts_beyond_their_limits_are_refused_before_anything_is_allocated()
    {
        byte[] bytes = Small();
        byte[] huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Refused([.. bytes.AsSpan(0, CountAt), .. huge], "4294967295 nodes", "65536 is the limit");
        Refused([.. bytes.AsSpan(0, CountAt), 0x81, 0x80, 0x04], "65537 nodes");
        Refused([.. bytes.AsSpan(0, CountAt), 0x80, 0x80, 0x04], "cut off or damaged");
        Refused([.. bytes.AsSpan(0, FirstNode), GraphFormat.Input, .. huge], "bytes of a label");
        Refused([.. bytes.AsSpan(0, FirstNode), GraphFormat.Input, 0, 0, 9, 2, 2], "9 dimensions", "8 is the limit");
        byte[] longest = [0xFE, 0xFF, 0xFF, 0xFF, 0x0F];
        Refused([.. bytes.AsSpan(0, FirstNode), GraphFormat.Input, 0, 0, 2, .. longest, 4], "more than 268435456 elements");
        Refused([.. bytes.AsSpan(0, FirstNode), GraphFormat.PublicConstant, 0, 1, 0x80, 0x80, 0x80, 0x80, 0x01, 0], "cut off or damaged");
        Refused([.. bytes.AsSpan(0, FirstNode), GraphFormat.PublicConstant, 0, 2, 0x80, 0x80, 0x80, 0x80, 0x0F, 0], "cut off or damaged");
        byte[] gather = [.. bytes.AsSpan(0, bytes.Length - 4), 69, 0, 1, 1];
        Refused([.. gather, .. huge], "places");
        Refused([.. gather, 0x80, 0x80, 0x80, 0x80, 0x01], "places");
        byte[] concat = [.. bytes.AsSpan(0, bytes.Length - 4), 67, 0];
        Refused([.. concat, 0x80, 0x80, 0x80, 0x01], "operands");
        Assert.IsLessThan(1 << 22, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [TestMethod]
    public void Numbers_are_written_in_one_way_only()
    {
        byte[] bytes = Small();
        Refused([.. bytes.AsSpan(0, CountAt), 0x82, 0x00, .. bytes.AsSpan(FirstNode)], "damaged");
        Refused([.. bytes.AsSpan(0, CountAt), 0x82, 0x80, 0x80, 0x80, 0x10, .. bytes.AsSpan(FirstNode)], "damaged");
        Refused([.. bytes.AsSpan(0, CountAt), 0x82, 0x80, 0x80, 0x80, 0x80, 0x00, .. bytes.AsSpan(FirstNode)], "damaged");
    }

    [TestMethod]
    public void An_empty_constant_costs_nothing_however_long_its_other_dimensions_are()
    {
        var graph = new OpGraph();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(0, ((ConstantOp)graph.Constant("c", new Shape(0, int.MaxValue), 0, []).Op).NormBound);
        Assert.AreEqual(0, ((ConstantOp)graph.Constant("c", new Shape(int.MaxValue, 0, 1, 1), 0, []).Op).NormBound);
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [TestMethod]
    public void Many_operands_are_counted_over_the_whole_graph()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1), 0, default);
        Node[] many = [.. Enumerable.Repeat(x, GraphLimits.MaximumOperands / 4)];
        for (int i = 0; i < 4; i++)
            graph.Add(new ConcatOp(0), many);
        byte[] bytes = GraphFormat.Write(graph);
        AssertSame(graph, GraphFormat.Read(bytes, What), "as many as may be");
        graph.Add(new NegateOp(), x);
        Sentences.Refused<ParameterException>(() => GraphFormat.Write(graph), "1048577 operands", "1048576 is the limit");
        bytes[CountAt]++;
        Refused([.. bytes, 18, 0, 1, 5], "1 operands", "0 is the limit");
    }

    [TestMethod]
    public void Labels_that_cannot_be_printed_are_neither_sent_nor_read()
    {
        byte[] start = Small()[..FirstNode];
        foreach (string label in new[] { "a\nb", "\u001b[2J", "\u202Etxt", "\u2028", "\0", "\u007f" })
        {
            byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(label);
            Refused([.. start, GraphFormat.Input, (byte)(utf8.Length + 1), .. utf8], "label", "cannot be printed");
            Unsendable(label);
        }

        byte[][] broken = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]];
        foreach (byte[] utf8 in broken)
        {
            Refused([.. start, GraphFormat.Input, (byte)(utf8.Length + 1), .. utf8], "no text");
        }

        Unsendable("\ud800");
        Unsendable(new string('x', GraphLimits.MaximumLabelBytes + 1));
    }

    [TestMethod]
    public void Parties_that_do_not_compute_have_nothing_in_a_graph()
    {
        byte[] bytes = Small();
        bytes[FirstNode + 3] = (byte)Party.Dealer;
        Refused(bytes, "damaged");
        var graph = new OpGraph();
        graph.Input("x", Party.Dealer, new Shape(1), 0, default);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GraphFormat.Write(graph));
    }

    [TestMethod]
    public void Ranges_and_bounds_that_cannot_be_are_refused()
    {
        byte[] input = [.. Small().AsSpan(0, FirstNode), GraphFormat.Input, 0, 0, 0, 0];
        Refused([.. input, .. Wide(1), .. Wide(0)], "low end comes last");
        Refused([.. input, .. Wide(Int128.MinValue), .. Wide(0)], "integer of 128 bits");
        Refused([.. input, .. Wide(-(Int128.One << 126)), .. Wide(0)], "node 0 that does not fit", "127 is the limit");
        Refused([.. input.AsSpan(0, input.Length - 1), 1, .. Wide(0), .. Wide(0)], "-1 fraction bits");
        byte[] constant = [.. Small().AsSpan(0, FirstNode), GraphFormat.BoundedConstant, 0, 0, 0, 0];
        Refused([.. constant, .. Wide(-1), .. Wide(0)], "negative");
        Refused([.. constant, .. Wide(0), .. Wide(-1)], "negative");
    }

    [TestMethod]
    public void Ops_that_would_hide_what_wraps_are_refused()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1), 20, WordRange.Within(Int128.One << 100));
        Node zero = graph.Input("z", Party.Client, new Shape(1), 20, default);
        Sentences.Refused<ParameterException>(() => graph.Add(new ScaleUpOp(-1), x), "ScaleUp by -1");
        Sentences.Refused<ParameterException>(() => graph.Add(new TruncateOp(-1), x), "Truncate by -1");
        Sentences.Refused<ParameterException>(() => graph.Add(new TruncateOp(21), x), "-1 fraction bits");
        Sentences.Refused<ParameterException>(() => graph.Add(new ScaleUpOp(91), zero), "111 fraction bits");
        Sentences.Refused<ParameterException>(() => graph.Add(new ScaleUpOp(int.MaxValue), zero), "fraction bits");
        Node tiny = graph.Input("y", Party.Client, new Shape(1), 20, new WordRange(0, 1));
        Sentences.Refused<ParameterException>(() => graph.Add(new DivideOp(), x, tiny), "127 is the limit");
    }

    [TestMethod]
    public void Windows_are_not_looked_at_one_by_one()
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(1, 1, Shape.MaximumElements, 1), 0, default);
        for (int i = 0; i < 10_000; i++)
            graph.Add(new MaxPoolOp(2, 1, new Conv2dGeometry { PadTop = 1 }), x);
        byte[] bytes = GraphFormat.Write(graph);
        var watch = Stopwatch.StartNew();
        GraphFormat.Read(bytes, What);
        Assert.IsLessThan(10, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void Windows_of_a_maximum_reach_the_image()
    {
        var graph = new OpGraph();
        for (int bits = 0; bits < 5 * 3 * 4 * 3 * 3 * 3; bits++)
        {
            (int length, int window, int top, int bottom) = (1 + (bits % 5), 1 + (bits / 5 % 3), bits / 15 % 4, bits / 60 % 3);
            (int stride, int dilation) = (1 + (bits / 180 % 3), 1 + (bits / 540 % 3));
            var moves = new Conv2dGeometry { PadTop = top, PadBottom = bottom, StrideRows = stride, DilationRows = dilation };
            Node x = graph.Input("x", Party.Client, new Shape(1, 1, length, 1), 0, default);
            int windows = (length + top + bottom - (((window - 1) * dilation) + 1)) / stride;
            bool fits = length + top + bottom > (window - 1) * dilation;
            bool reaches = fits && Enumerable.Range(0, windows + 1).All(i =>
                Enumerable.Range(0, window).Any(cell => (i * stride) - top + (cell * dilation) is var at && at >= 0 && at < length));
            if (reaches && (top == 0 || dilation <= length))
            {
                graph.Add(new MaxPoolOp(window, 1, moves), x);
            }
            else
            {
                var op = new MaxPoolOp(window, 1, moves);
                Assert.ThrowsExactly<ParameterException>(() => graph.Add(op, x), $"{length}, {op}");
            }
        }
    }

    private static byte[] Small()
    {
        var graph = new OpGraph();
        graph.Add(new NegateOp(), graph.Input("Input0", Party.Client, new Shape(3), 4, WordRange.Within(9)));
        return GraphFormat.Write(graph);
    }

    private static byte[] Wide(Int128 value)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Flipped(Random random, byte[] original)
    {
        byte[] bytes = [.. original];
        bytes[random.Next(FirstNode, bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static Type[] Ops() => [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)];

    private static void Refused(byte[] bytes, params ReadOnlySpan<string> parts) =>
        Sentences.Refused<FormatRefusedException>(() => GraphFormat.Read(bytes, What), [What, .. parts]);

    private static void Unsendable(string label)
    {
        var graph = new OpGraph();
        graph.Input(label, Party.Client, new Shape(1), 0, default);
        Sentences.Refused<ParameterException>(() => GraphFormat.Write(graph), "label", "cannot be sent");
    }

    private static void AssertSame(OpGraph expected, OpGraph actual, string message)
    {
        Assert.HasCount(expected.Nodes.Count, actual.Nodes, message);
        foreach ((Node left, Node right) in expected.Nodes.Zip(actual.Nodes))
        {
            Assert.AreEqual(left.ToString(), right.ToString(), message);
            Assert.AreEqual(left.Op, right.Op, message);
            Assert.AreEqual(left.Op.ToString(), right.Op.ToString(), message);
            Assert.AreEqual(left.Range, right.Range, message);
            Assert.AreEqual(left.Shape, right.Shape, message);
            Assert.IsTrue(left.Inputs.Select(input => input.Id).SequenceEqual(right.Inputs.Select(input => input.Id)), message);
            Assert.AreEqual(left.PublicIntegers is null, right.PublicIntegers is null, message);
            CollectionAssert.AreEqual(left.PublicIntegers?.ToArray(), right.PublicIntegers?.ToArray(), message);
        }
    }
}
