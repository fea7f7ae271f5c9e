using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Models.Onnx.Import;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx;

/// <summary>
/// Networks from ONNX files, as PyTorch, TensorFlow and scikit-learn write them. The weights become the server's; clients learn the ops, their
/// shapes, single numbers that the file's nodes hold, and bounds on the weights rounded up to powers of two.
/// </summary>
public static class OnnxNetwork
{
    /// <summary>Reads a model file. Memory: that of the file, and eight bytes for each weight, a few times while it is made.</summary>
    /// <param name="path">The file; tensors beside it are read as well.</param>
    /// <param name="options">What the file does not say.</param>
    /// <exception cref="FormatRefusedException">The file is no model, or one that cannot be computed: the message names the nodes.</exception>
    /// <exception cref="ParameterException">The options do not fit it.</exception>
    public static NetworkModel Load(string path, OnnxLoadOptions? options = null) => Load(OnnxFile.Read(path), options ?? new OnnxLoadOptions());

    /// <summary>Reads a model from the bytes of its file.</summary>
    /// <param name="bytes">The bytes, which must not be changed while the model is used.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">What the file does not say.</param>
    /// <exception cref="FormatRefusedException">The bytes are no model, or one that cannot be computed: the message names the nodes.</exception>
    /// <exception cref="ParameterException">The options do not fit it.</exception>
    public static NetworkModel Load(ReadOnlyMemory<byte> bytes, string name, OnnxLoadOptions? options = null) =>
        Load(OnnxFile.Read(bytes, name), options ?? new OnnxLoadOptions());

    /// <summary>A network of a model that has been read.</summary>
    internal static NetworkModel Load(OnnxModel model, OnnxLoadOptions options)
    {
        OnnxHead head = OnnxHead.Of(model, options.Output);
        OnnxPreflight.Check(model, head);
        OnnxValue input = InputOf(model);
        Shape row = RowOf(model, input, options.RowShape);
        var importer = new OnnxImporter(model, head, input);
        Shape scores = Tried(importer, row, 1, options, out IReadOnlyDictionary<int, ConstantBinding> one);
        Activation activation = options.Activation ?? ActivationOf(head, scores[1]);
        if (head.Activation == Activation.Sigmoid && activation != Activation.Sigmoid && options.Activation is null)
        {
            // Probabilities of several things at once are no label's: they are values, and computed as such.
            head = OnnxHead.Of(model, options.Output, isPlain: true);
            OnnxPreflight.Check(model, head);
            importer = new OnnxImporter(model, head, input);
            scores = Tried(importer, row, 1, options, out one);
        }

        RequireSameForRows(importer, row, options, one);
        return new NetworkModel(
            options.Name ?? model.Name, row, scores[1], importer.Apply, options.InputBound, LabelsOf(model, head, options, activation, scores[1]), activation, options.Numbers);
    }

    /// <summary>The one input of a model.</summary>
    /// <exception cref="FormatRefusedException">It has none or several, or one of texts.</exception>
    internal static OnnxValue InputOf(OnnxModel model)
    {
        ImmutableArray<OnnxValue> inputs = model.Graph.Inputs;
        return inputs.Length != 1
            ? throw Refused(model, $"takes {inputs.Length} inputs ({string.Join(", ", inputs.Take(8).Select(value => Printable.Shortened(value.Name)))}), where one is expected: put them together into one tensor")
            : inputs[0].Type is OnnxDataType.String or OnnxDataType.Undefined
                ? throw Refused(model, $"takes {Printable.Shortened(inputs[0].ToString())}, where a tensor of numbers is expected")
                : inputs[0];
    }

    /// <summary>The shape of one row: the input's without its first dimension.</summary>
    /// <exception cref="FormatRefusedException">The file leaves it open, and so do the options, or they differ.</exception>
    internal static Shape RowOf(OnnxModel model, OnnxValue input, Shape? said)
    {
        if (input.Dimensions is not { } declared)
        {
            return said ?? throw Refused(model, $"leaves the shape of its input {Printable.Shortened(input.Name)} open: say the shape of one row");
        }

        if (declared.Length == 0)
        {
            throw Refused(model, $"takes {Printable.Shortened(input.ToString())}, where the first dimension of a tensor counts the rows");
        }

        if (declared[0].Length is { } batch and not 1)
        {
            throw Refused(model, $"takes {batch} rows at a time: export it with a first dimension of any length, or of 1");
        }

        if (said is null)
        {
            return declared.Skip(1).All(dimension => dimension.Length is > 0)
                ? new Shape([.. declared.Skip(1).Select(dimension => dimension.Length!.Value)])
                : throw Refused(model, $"takes {Printable.Shortened(input.ToString())}, whose shape is not all numbers: say the shape of one row");
        }

        bool fits = said.Rank == declared.Length - 1 && said.Lengths.Zip(declared.Skip(1)).All(pair => pair.Second.Length is null || pair.Second.Length == pair.First);
        return fits ? said : throw Refused(model, $"takes {Printable.Shortened(input.ToString())}, which rows of shape {said} do not fit");
    }

    // The shape of the scores of so many rows, and the constants.
    private static Shape Tried(OnnxImporter importer, Shape row, int rows, OnnxLoadOptions options, out IReadOnlyDictionary<int, ConstantBinding> bindings)
    {
        var program = new TensorProgram(options.Numbers);
        SecretTensor scores = importer.Apply(program.Input("rows", Party.Client, new Shape([rows, .. row.Lengths]), options.InputBound));
        bindings = program.Bindings;
        return scores.Shape;
    }

    // What a file computes from the number of rows must not be among what the server knows, which is the same for all.
    private static void RequireSameForRows(OnnxImporter importer, Shape row, OnnxLoadOptions options, IReadOnlyDictionary<int, ConstantBinding> one)
    {
        Tried(importer, row, 2, options, out IReadOnlyDictionary<int, ConstantBinding> two);
        foreach ((int number, ConstantBinding binding) in two)
        {
            ConstantBinding first = one.GetValueOrDefault(number) is { } same && same.Constant.Shape.Equals(binding.Constant.Shape) ? same : binding;
            if (!first.Integers.Span.SequenceEqual(binding.Integers.Span))
            {
                throw Refused(importer.Model, $"computes its constant {binding.Constant.Label} from the number of rows: export it with constants that do not depend on it");
            }
        }
    }

    private static Activation ActivationOf(OnnxHead head, int outputs) => head.Activation switch
    {
        Activation.Sigmoid when outputs != 1 => Activation.None,
        Activation.Softmax or Activation.Greatest when outputs == 1 => Activation.None,
        { } known => known,
        null => outputs > 1 ? Activation.Greatest : Activation.None,
    };

    private static IReadOnlyList<string> LabelsOf(OnnxModel model, OnnxHead head, OnnxLoadOptions options, Activation activation, int outputs)
    {
        int due = activation switch { Activation.None => 0, Activation.Sigmoid => 2, _ => outputs };
        if (options.Labels is { } labels)
        {
            return labels.Count == due
                ? labels
                : throw new ParameterException(ParameterFault.Mismatch, $"The model {model.Name} has {due} labels; {labels.Count} names were given for them.");
        }

        return head.Labels.Length == due ? head.Labels : [];
    }

    private static FormatRefusedException Refused(OnnxModel model, string problem) => new($"The model {model.Name} {problem}.");
}
