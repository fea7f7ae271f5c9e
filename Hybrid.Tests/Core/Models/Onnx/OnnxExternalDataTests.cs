using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Values in files beside the model, and what must not be reached that way.</summary>
[TestClass]
public sealed class OnnxExternalDataTests
{
    private static readonly OnnxTensorDraft Weights = OnnxTensorDraft.Floats([2, 2], 1, -2, 3.5, 4);
    private string _folder = string.Empty;

    [TestInitialize]
    public void MakeFolder()
    {
        string root = Directory.CreateTempSubdirectory("onnx").FullName;
        _folder = Directory.CreateDirectory(Path.Combine(root, "model")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "deep"));
        byte[] bytes = [9, 9, 9, .. Weights.RawBytes(), 9];
        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), bytes);
        File.WriteAllBytes(Path.Combine(_folder, "deep", "weights.bin"), bytes);
        File.WriteAllBytes(Path.Combine(root, "secret.bin"), bytes);
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [TestMethod]
    public void Parts_of_files_are_read()
    {
        foreach (string location in new[] { "weights.bin", "./weights.bin", "deep/weights.bin" })
        {
            foreach (long? length in new long?[] { null, 16 })
            {
                string path = Path.Combine(_folder, "m.onnx");
                File.WriteAllBytes(path, Model(Weights.External(location, 3, length)));
                CollectionAssert.AreEqual(Weights.Reals, OnnxFile.Read(path).Graph.Initializers["w"].ToDoubles());
            }
        }

        OnnxTensor start = OnnxFile.Read(Model(OnnxTensorDraft.Whole(OnnxDataType.Uint8, [3], 0, 0, 0).External("weights.bin")), "m", _folder).Graph.Initializers["w"];
        CollectionAssert.AreEqual(new long[] { 9, 9, 9 }, start.ToIntegers());
    }

    [TestMethod]
    [DataRow("../secret.bin")]
    [DataRow("deep/../../secret.bin")]
    [DataRow("deep/../weights.bin")]
    [DataRow("/etc/hostname")]
    [DataRow("deep//weights.bin")]
    [DataRow("..\\secret.bin")]
    [DataRow("C:secret.bin")]
    public void Locations_that_lead_elsewhere_are_refused(string location) => Refused(Weights.External(location), "the tensor w lies in the file", "not a plain path");

    [TestMethod]
    public void Links_are_not_followed()
    {
        try
        {
            File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), Path.Combine("..", "secret.bin"));
            Directory.CreateSymbolicLink(Path.Combine(_folder, "up"), "..");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Inconclusive($"Links cannot be made here: {e.Message}");
        }

        Refused(Weights.External("link.bin"), "free of links");
        Refused(Weights.External("up/secret.bin"), "free of links");
    }

    [TestMethod]
    public void Parts_that_files_do_not_have_are_refused()
    {
        Refused(Weights.External("weights.bin", 5), "takes 16 bytes from byte 5 of weights.bin, which has 20 bytes");
        Refused(Weights.External("weights.bin", long.MaxValue), "which has 20 bytes");
        Refused(Weights.External("weights.bin", 0, 17), "has 17 bytes of external data where its shape takes 16");
        Refused(Weights.External("weights.bin", -1), "whose offset is \"-1\"");
        Refused(Weights.External("nowhere.bin"), "the tensor w lies in the file nowhere.bin, which does not exist");
        Refused(Weights.External("deep"), "which cannot be read");
        Refused(Weights.External(string.Empty), "does not say in which");
        Refused(OnnxTensorDraft.Floats([1 << 14, 1 << 14]).External("weights.bin"), "takes 1073741824 bytes");
        Refused(OnnxTensorDraft.Doubles([1 << 28]).External("weights.bin"), "2147483648 bytes", "limit");
        Refused(OnnxTensorDraft.Strings([1]).External("weights.bin"), "is of texts");
        Sentences.Refused<FormatRefusedException>(() => OnnxFile.Read(Model(Weights.External("weights.bin")), "m"), "the tensor w", "without a folder");
    }

    private static byte[] Model(OnnxTensorDraft tensor) => new OnnxBuilder().Initializer("w", tensor).Output("w").ToBytes();

    private void Refused(OnnxTensorDraft tensor, params string[] parts) =>
        Sentences.Refused<FormatRefusedException>(() => OnnxFile.Read(Model(tensor), "m", _folder), parts);
}
