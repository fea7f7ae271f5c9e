using System.Text;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Files that are no models, or none that are read.</summary>
[TestClass]
public sealed class OnnxFileTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("hello")]
    [DataRow("{\"format\": \"linear/1\"}")]
    [DataRow("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")]
    [DataRow("PK\u0003\u0004")]
    [DataRow("\u0000\u0000\u0000\u0000")]
    [DataRow("a,b,label\n1,2,0\n")]
    public void What_is_no_model_is_refused(string text) =>
        Sentences.Refused<FormatRefusedException>(() => OnnxFile.Read(Encoding.Latin1.GetBytes(text), "m"), "The model m is ", "no ONNX model");

    [TestMethod]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Small().ToBytes();
        // At its end the file has the opset, which is wanted too.
        for (int length = 0; length < bytes.Length; length++)
        {
            Sentences.Refused<FormatRefusedException>(() => OnnxFile.Read(bytes.AsMemory(0, length), "m"), "The model m");
        }
    }

    [TestMethod]
    public void Parts_of_arrays_are_read_in_place()
    {
        byte[] bytes = Small().ToBytes();
        byte[] padded = [255, 255, .. bytes, 255];
        OnnxModel model = OnnxFile.Read(padded.AsMemory(2, bytes.Length), "m");
        CollectionAssert.AreEqual(new[] { 0.5 }, model.Graph.Initializers["w"].ToDoubles());
    }

    [TestMethod]
    public void Files_that_are_not_there_are_named()
    {
        Sentences.Refused<FormatRefusedException>(() => OnnxFile.Read(Path.Combine(Path.GetTempPath(), "no-such.onnx")), "The model file", "does not exist");
        Sentences.Refused<FormatRefusedException>(() => OnnxFile.Read(Path.GetTempPath()), "is a directory");
    }

    [TestMethod]
    public void Models_without_format_graph_or_opset_are_refused()
    {
        Refused(Small().IrVersion(0), "does not tell the version of its format");
        Refused(Small().IrVersion(-1), "does not tell the version of its format");
        Refused(Small().WithoutGraph(), "has no graph");
        Refused(Small().Extra(model => model.Nested(7, new WireMessage())), "has two graphs");
        Sentences.Refused<FormatRefusedException>(
            () => OnnxFile.Read(new WireMessage().Integer(1, 8).Nested(7, Small().ToGraphMessage()).ToBytes(), "m"), "imports no opset", "with opset 17");
    }

    [TestMethod]
    [DataRow(9)]
    [DataRow(17)]
    [DataRow(21)]
    public void Known_opsets_are_read(int opset)
    {
        Assert.AreEqual(opset, Small().Opset(opset).Read().Opset);
        Assert.AreEqual(opset, Small().Opset("ai.onnx", opset).Opset(opset).Read().Opset);
    }

    [TestMethod]
    [DataRow(8L)]
    [DataRow(22L)]
    [DataRow(0L)]
    [DataRow(2147483647L)]
    public void Other_opsets_are_named(long opset) =>
        Refused(Small().Opset(opset), $"uses opset {opset}, and opsets 9 to 21 are read", "export it again with opset 17");

    [TestMethod]
    public void Opsets_of_other_domains_are_told_apart()
    {
        OnnxModel model = new OnnxBuilder().Opset(15).Opset("ai.onnx.ml", 3).Opset("com.example", 99).Input("x", 1, 4)
            .MlNode("Scaler", ["x"], ["y"], ("scale", new[] { 1f }), ("offset", new[] { 0f })).Output("y").Read();
        Assert.AreEqual((15, 3, 99), (model.Opset, model.MlOpset, model.Opsets["com.example"]));
        Assert.AreEqual("ai.onnx.ml", model.Graph.Nodes.Single().Domain);
        Refused(Small().Opset(15).Opset("ai.onnx.ml", 5), "uses opset 5 of ai.onnx.ml, and opsets 1 to 4");
        Refused(Small().Opset(15).Opset(16), "two opsets of the domain ai.onnx, 15 and 16");
        Refused(Small().Opset("ai.onnx.ml", 3), "node Add 1 is of the domain ai.onnx, of which the model imports no opset");
        Refused(Small().Opset(-1), "opset of the version -1");
        Refused(Small().Node("n", "Odd", "com.example", [], ["z"]), "node n (Odd) is of the domain com.example");
    }

    [TestMethod]
    public void Names_that_cannot_be_shown_are_refused()
    {
        foreach (string name in new[] { "a\nb", "\u202Etxt", "\u001b[2J", new string('n', OnnxLimits.NameBytes + 1) })
        {
            Refused(Small().Input(name, 1), "has a name at byte", "control characters");
            Refused(Small().Producer(name), "has a name at byte");
            Refused(Small().Node("Op", [name], ["z"]), "has a name at byte");
        }

        Refused(Small().Graph(1, new WireMessage().Bytes(4, [0xFF, 0xFE])), "no Unicode");
        // As long as may be, and still an error of a decent length.
        Refused(Small().Node("Op", [new string('n', OnnxLimits.NameBytes)], ["z"]), "nnn…");
    }

    [TestMethod]
    public void Unknown_fields_are_passed_over()
    {
        OnnxModel model = Small().Extra(wire => wire.Integer(99, 5).Float(98, 1).Double(97, 1).Text(96, "new").Text(14, "metadata"))
            .Graph(13, new WireMessage().Text(1, "hint")).Graph(77, new WireMessage()).Read();
        Assert.HasCount(1, model.Graph.Nodes);
    }

    private static OnnxBuilder Small() => new OnnxBuilder().Input("x", 1).Initializer("w", OnnxTensorDraft.Floats([1], 0.5))
        .Node("Add", ["x", "w"], ["y"]).Output("y", 1);

    private static void Refused(OnnxBuilder builder, params string[] parts) => Sentences.Refused<FormatRefusedException>(() => builder.Read(), parts);
}
