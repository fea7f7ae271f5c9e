using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Hybrid.Models.Onnx;

/// <summary>
/// Reads ONNX files: the wire format, checked against limits and for names that fit together, into records that say what the file says.
/// What the operators mean, and which are known, is for others to say. Nesting has a fixed depth, as subgraphs are passed over.
/// Source: onnx.proto and docs/IR.md of github.com/onnx/onnx.
/// </summary>
internal static class OnnxFile
{
    /// <summary>Reads a model file, and the files beside it that it refers to. Memory: the bytes of the files, and the names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatRefusedException">The file is missing or is no model that can be read.</exception>
    public static OnnxModel Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = FileReader.ReadAll(path, OnnxLimits.FileBytes, "model");
        string what = $"The model {path}";
        return Read(bytes, Path.GetFileNameWithoutExtension(path), what, new ExternalData(what, Path.GetDirectoryName(Path.GetFullPath(path))));
    }

    /// <summary>Reads a model from the bytes of its file.</summary>
    /// <param name="bytes">The bytes, which the model's tensors go on to use: they must not be changed.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="directory">The folder of the files it refers to; null if it may refer to none.</param>
    /// <exception cref="FormatRefusedException">The bytes are no model that can be read.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> bytes, string name, string? directory = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string what = $"The model {name}";
        return Read(bytes, name, what, new ExternalData(what, directory));
    }

    private static OnnxModel Read(ReadOnlyMemory<byte> bytes, string name, string what, ExternalData external)
    {
        if (bytes.IsEmpty)
        {
            throw new FormatRefusedException($"{what} is empty, and so no ONNX model: export it or copy it again.");
        }

        var message = new WireReader(what, MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array) ? array : bytes.ToArray());
        long irVersion = 0;
        (string producer, string version) = (string.Empty, string.Empty);
        var opsets = new Dictionary<string, int>();
        WireReader? graph = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    irVersion = message.Integer();
                    break;
                case 2:
                    producer = message.Name();
                    break;
                case 3:
                    version = message.Name();
                    break;
                case 7 when graph is null:
                    graph = message.Nested();
                    break;
                case 7:
                    throw message.Refused("has two graphs");
                case 8:
                    message.RequireRoom(opsets.Count, OnnxLimits.Opsets, "opsets");
                    AddOpset(opsets, message.Nested());
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        if (irVersion <= 0)
        {
            throw message.Refused("is no ONNX model: it does not tell the version of its format");
        }

        if (graph is null)
        {
            throw message.Refused("has no graph: export it or copy it again");
        }

        RequireKnown(opsets, message);
        OnnxGraph read = GraphReader.Read(graph, external);
        foreach (OnnxNode node in read.Nodes)
        {
            if (!opsets.ContainsKey(node.Domain))
            {
                throw node.Refused($"is of the domain {Printable.Shortened(OnnxDomain.Full(node.Domain))}, of which the model imports no opset");
            }
        }

        return new OnnxModel(name, irVersion, $"{producer} {version}".Trim(), opsets.ToFrozenDictionary(), read);
    }

    private static void AddOpset(Dictionary<string, int> opsets, WireReader message)
    {
        string domain = OnnxDomain.Default;
        int version = 0;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    domain = OnnxDomain.Normalised(message.Name());
                    break;
                case 2:
                    version = message.Integer(int.MaxValue, "imports an opset of the version");
                    break;
                default:
                    message.Skip();
                    break;
            }
        }

        if (!opsets.TryAdd(domain, version) && opsets[domain] != version)
        {
            throw message.Refused($"imports two opsets of the domain {Printable.Shortened(OnnxDomain.Full(domain))}, {opsets[domain]} and {version}");
        }
    }

    private static void RequireKnown(Dictionary<string, int> opsets, WireReader message)
    {
        if (opsets.Count == 0)
        {
            throw message.Refused($"imports no opset: export it again with opset {OnnxDomain.Suggested}");
        }

        if (opsets.TryGetValue(OnnxDomain.Default, out int version) && version is < OnnxDomain.OldestDefault or > OnnxDomain.NewestDefault)
        {
            throw message.Refused(
                $"uses opset {version}, and opsets {OnnxDomain.OldestDefault} to {OnnxDomain.NewestDefault} are read: export it again with opset {OnnxDomain.Suggested}");
        }

        if (opsets.TryGetValue(OnnxDomain.Ml, out int ml) && ml is < OnnxDomain.OldestMl or > OnnxDomain.NewestMl)
        {
            throw message.Refused(
                $"uses opset {ml} of {OnnxDomain.Ml}, and opsets {OnnxDomain.OldestMl} to {OnnxDomain.NewestMl} are read: export it again with an older one");
        }
    }
}
