using System.Diagnostics;
using Google.Protobuf;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>What holds for any model and for any bytes.</summary>
[TestClass]
public sealed class OnnxPropertyTests
{
    private const int Seed = 20260;

    [TestMethod]
    public void What_is_written_is_read()
    {
        var models = new OnnxRandomModels(new Random(Seed));
        for (int round = 0; round < 500; round++)
        {
            OnnxRandomModels.Expected expected = models.Next();
            OnnxGraph graph = expected.Builder.Read().Graph;
            string where = $"round {round} of seed {Seed}";
            CollectionAssert.AreEquivalent(expected.Tensors.Keys, graph.Initializers.Keys.ToArray(), where);
            foreach ((string name, OnnxTensorDraft draft) in expected.Tensors)
            {
                Same(draft, graph.Initializers[name], where);
            }

            Assert.HasCount(expected.Nodes.Count, graph.Nodes, where);
            foreach (OnnxNode node in graph.Nodes)
            {
                (string[] inputs, Dictionary<string, object> attributes) = expected.Nodes[node.Outputs[0]];
                CollectionAssert.AreEqual(inputs, node.Inputs.ToArray(), where);
                CollectionAssert.AreEquivalent(attributes.Keys, node.AttributeNames.ToArray(), where);
                foreach ((string name, object value) in attributes)
                {
                    Same(node, name, value, where);
                }
            }
        }
    }

    [TestMethod]
    public void Spoilt_files_are_read_or_refused_and_cost_little()
    {
        var random = new Random(Seed);
        var models = new OnnxRandomModels(random);
        byte[][] samples = [File.ReadAllBytes(Repository.Sample("digits-mlp.onnx")), File.ReadAllBytes(Repository.Sample("digits-cnn.onnx"))];
        int read = 0;
        var watch = new Stopwatch();
        for (int i = 0; i < 10_000; i++)
        {
            byte[] original = i % 10 == 0 ? samples[random.Next(2)] : models.Next().Builder.ToBytes();
            byte[] bytes = SpoilWithin(random, original, random.Next(7));
            long before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            try
            {
                OnnxModel model = OnnxFile.Read(bytes, "m", "/nowhere");
                read++;
                ReadAll(model);
            }
            catch (HybridException e)
            {
                Sentences.Check(e, "The model m");
            }
            catch (Exception e)
            {
                Assert.Fail($"File {i} of seed {Seed}: {e}");
            }

            // A reader a message, and a number a byte, each of some hundred bytes at most; and not a moment more than that takes.
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsLessThan((400L * bytes.Length) + 100_000, allocated, $"file {i} of seed {Seed}, {bytes.Length} bytes");
            Assert.IsLessThan(10, watch.Elapsed.TotalSeconds, $"file {i} of seed {Seed}");
        }

        // Else the test would say nothing about what is read.
        Assert.IsGreaterThan(1000, read, $"{read} files were read");
    }

    // Spoils a message some levels down and lets those around it fit again: else hardly anything but the outermost length is tried.
    private static byte[] SpoilWithin(Random random, byte[] original, int levels)
    {
        List<(int Start, int End, int Field)> nested = levels == 0 ? [] : Nested(original);
        if (nested.Count == 0)
        {
            return random.Next(3) == 0 ? Mutations.Mutate(random, original) : original.Length == 0 ? [1] : Spoil(random, original);
        }

        // Most are small, and the graph is but one.
        (int start, int end, int field) = nested.Find(one => one.Field == 7) is { End: > 0 } graph && levels > 1 ? graph : nested[random.Next(nested.Count)];
        var reader = new CodedInputStream(original, start, end - start);
        reader.ReadTag();
        byte[] spoilt = SpoilWithin(random, reader.ReadBytes().ToByteArray(), levels - 1);
        return [.. original.AsSpan(0, start), .. new WireMessage().Bytes(field, spoilt).ToBytes(), .. original.AsSpan(end)];
    }

    // Where fields with a length lie; none for what is no message.
    private static List<(int Start, int End, int Field)> Nested(byte[] message)
    {
        var nested = new List<(int, int, int)>();
        try
        {
            var reader = new CodedInputStream(message);
            int start = 0;
            for (uint tag; (tag = reader.ReadTag()) != 0; start = (int)reader.Position)
            {
                reader.SkipLastField();
                if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                {
                    nested.Add((start, (int)reader.Position, WireFormat.GetTagFieldNumber(tag)));
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return [];
        }

        return nested;
    }

    // Lengths of all sizes, and claims of sizes that are not there.
    private static byte[] Spoil(Random random, byte[] original)
    {
        var bytes = new List<byte>(original);
        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(12))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add(0x3A);
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    bytes.InsertRange(at, Varint(random));
                    break;
                case 4:
                    bytes.InsertRange(at, Varint(random));
                    break;
                case 5:
                    // A field of any number and type, with a length.
                    bytes.InsertRange(at, [(byte)random.Next(128), .. Varint(random)]);
                    break;
                case 6:
                    // A small number, as those of fields, types and lengths are.
                    bytes[at] = (byte)random.Next(24);
                    break;
                case 7 or 8 or 9:
                    bytes[at] = (byte)random.Next('a', 'z');
                    break;
                case 10:
                    // A field again.
                    bytes.AddRange(original);
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 200)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Varint(Random random) => random.Next(6) switch
    {
        0 => [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        1 => [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
        2 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        3 => [0x80, 0x80, 0x80, 0x80, (byte)random.Next(1, 8)],
        4 => [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
        _ => [(byte)random.Next(128, 256), (byte)random.Next(128)],
    };

    private static void ReadAll(OnnxModel model)
    {
        foreach (OnnxTensor tensor in model.Graph.Initializers.Values)
        {
            ReadAll(tensor);
        }

        foreach (OnnxNode node in model.Graph.Nodes)
        {
            foreach (string name in node.AttributeNames)
            {
                _ = node.KindOf(name) switch
                {
                    OnnxAttributeKind.Text => node.Text(name, string.Empty).Length,
                    OnnxAttributeKind.Texts => node.Texts(name).Length,
                    OnnxAttributeKind.Integers => node.Integers(name).Length,
                    OnnxAttributeKind.Floats => node.Floats(name).Length,
                    OnnxAttributeKind.Tensor => ReadAll(node.Tensor(name)!),
                    _ => 0,
                };
            }
        }
    }

    private static int ReadAll(OnnxTensor tensor)
    {
        Assert.IsTrue(tensor.Shape.ElementCount == (tensor.DataType == OnnxDataType.String ? tensor.ToTexts().Length : tensor.ToDoubles().Length));
        // Integers are refused where there are fractions, which is no reason to read no further.
        return tensor.DataType == OnnxDataType.String || tensor.DataType.IsFloating() ? 0 : tensor.ToDoubles().Length;
    }

    private static void Same(OnnxTensorDraft expected, OnnxTensor actual, string where)
    {
        Assert.AreEqual((expected.Type, $"({string.Join(", ", expected.Dims)})"), (actual.DataType, actual.Shape.ToString()), where);
        if (expected.Type == OnnxDataType.String)
        {
            CollectionAssert.AreEqual(expected.Texts, actual.ToTexts(), where);
        }
        else if (expected.Type.IsFloating())
        {
            CollectionAssert.AreEqual(expected.Reals, actual.ToDoubles(), where);
        }
        else
        {
            CollectionAssert.AreEqual(expected.Integers, actual.ToIntegers(), where);
        }
    }

    private static void Same(OnnxNode node, string name, object expected, string where)
    {
        switch (expected)
        {
            case long one:
                Assert.AreEqual(one, node.Integer(name, 0), where);
                break;
            case float one:
                Assert.AreEqual(one, node.Float(name, 0), where);
                break;
            case string one:
                Assert.AreEqual(one, node.Text(name, string.Empty), where);
                break;
            case long[] many:
                CollectionAssert.AreEqual(many, node.Integers(name).ToArray(), where);
                break;
            case float[] many:
                CollectionAssert.AreEqual(many, node.Floats(name).ToArray(), where);
                break;
            case string[] many:
                CollectionAssert.AreEqual(many, node.Texts(name).ToArray(), where);
                break;
            default:
                Same((OnnxTensorDraft)expected, node.Tensor(name)!, where);
                break;
        }
    }
}
