using System.Text;
using System.Text.Json;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Models;

/// <summary>
/// What a server tells every client of its model: enough to derive the same public graph, and nothing of the weights but
/// bounds rounded up to powers of two.
/// </summary>
/// <param name="Name">The model's name.</param>
/// <param name="Features">Names of the inputs.</param>
/// <param name="Labels">Names of the labels, or none.</param>
/// <param name="Activation">What the client applies.</param>
/// <param name="Outputs">Scores a row.</param>
/// <param name="Input">Format of the inputs.</param>
/// <param name="WeightFractionBits">Fraction bits of the weights.</param>
/// <param name="WeightNormBits">The sum of absolute integer weights of any output is at most 2^this.</param>
/// <param name="BiasBits">Any integer bias is at most 2^this in magnitude.</param>
public sealed record ModelCard(
    string Name,
    IReadOnlyList<string> Features,
    IReadOnlyList<string> Labels,
    Activation Activation,
    int Outputs,
    FixedPointFormat Input,
    int WeightFractionBits,
    int WeightNormBits,
    int BiasBits)
{
    /// <summary>The shape of one row, where the model is a network whose graph the server sends; null for a linear model, whose graph follows from the card.</summary>
    public Shape? RowShape { get; init; }

    /// <summary>What the server's machine takes for its part, so that clients can plan; null where it does not say.</summary>
    public MachineProfile? Machine { get; init; }

    /// <summary>Numbers in a row.</summary>
    public int FeatureCount => RowShape?.ElementCount ?? Features.Count;

    /// <summary>What a number of a row is called.</summary>
    public string FeatureName(int index) => index < Features.Count ? Features[index] : $"x{index}";

    /// <summary>The most bytes a card takes on the wire.</summary>
    public const int MaximumBytes = 1 << 20;

    private const string CardFormat = "hybrid-card/1";

    // Values are shown with four digits, and 16 bits make five; a regression's value has digits before the point, too.
    private const int ProbabilityFractionBits = 16;
    private const int RegressionFractionBits = 20;

    /// <summary>
    /// The graph of a query of so many rows: input, product, bias, for values truncation and the activation, reveal to the client.
    /// </summary>
    /// <param name="rows">How many.</param>
    /// <param name="revealed">What the client learns.</param>
    /// <exception cref="ParameterException">The graph could wrap.</exception>
    public ModelProgram Program(int rows, Revealed revealed = Revealed.Scores)
    {
        if (RowShape is not null)
        {
            throw new InvalidOperationException("A network's graph is the server's to send.");
        }

        var graph = new OpGraph();
        Node input = graph.Input("features", Party.Client, new Shape(rows, Features.Count), Input);
        Node weights = graph.Constant("weights", Visibility.Private(Party.Server), new Shape(Features.Count, Outputs), WeightFractionBits, Int128.One << WeightNormBits);
        Node bias = graph.Constant("bias", Visibility.Private(Party.Server), new Shape(Outputs), Input.FractionBits + WeightFractionBits, Int128.One << BiasBits);
        Node result = graph.Add(graph.MatMul(input, weights), bias);
        (string name, Node value) = revealed switch
        {
            Revealed.Values => ("values", Activated(graph, result)),
            Revealed.Label => ("label", Label(graph, result)),
            _ => ("scores", result),
        };
        graph.Reveal(name, value, Party.Client);
        return ModelProgram.Of(graph, new Dictionary<int, ConstantBinding>());
    }

    /// <summary>The card as UTF-8 JSON.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("format", CardFormat);
            writer.WriteString("name", Name);
            WriteTexts(writer, "features", Features);
            if (RowShape is not null)
            {
                writer.WriteStartArray("rowShape");
                foreach (int length in RowShape.Lengths)
                    writer.WriteNumberValue(length);
                writer.WriteEndArray();
            }

            if (Machine is not null)
            {
                writer.WritePropertyName("machine");
                writer.WriteRawValue(MachineFile.Write(Machine));
            }

            WriteTexts(writer, "labels", Labels);
            writer.WriteString("activation", Activation.ToString().ToLowerInvariant());
            writer.WriteNumber("outputs", Outputs);
            writer.WriteNumber("inputFractionBits", Input.FractionBits);
            writer.WriteNumber("inputIntegerBits", Input.IntegerBits);
            writer.WriteNumber("weightFractionBits", WeightFractionBits);
            writer.WriteNumber("weightNormBits", WeightNormBits);
            writer.WriteNumber("biasBits", BiasBits);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a card.</summary>
    /// <exception cref="FormatRefusedException">The bytes are no card.</exception>
    /// <exception cref="ParameterException">Its formats are out of range.</exception>
    public static ModelCard Read(ReadOnlyMemory<byte> utf8)
    {
        const string What = "The server's model card";
        using JsonDocument document = JsonFields.Parse(utf8, What);
        var fields = new JsonFields(document.RootElement, What);
        if (fields.Text("format") != CardFormat)
        {
            throw new FormatRefusedException($"{What} has the format \"{Printable.Shortened(fields.Text("format"))}\"; this program reads \"{CardFormat}\": use the same release on both sides.");
        }

        string[] features = fields.Texts("features");
        Shape? rowShape = document.RootElement.TryGetProperty("rowShape", out JsonElement _) ? RowShapeOf(fields.Numbers("rowShape"), What) : null;
        if (features.Length == 0 && rowShape is null)
        {
            throw new FormatRefusedException($"{What} names no features.");
        }

        var card = new ModelCard(
            fields.Text("name"),
            features,
            fields.Texts("labels"),
            fields.Choice<Activation>("activation"),
            fields.Integer("outputs", 1, Shape.MaximumElements / Math.Max(1, rowShape?.ElementCount ?? features.Length)),
            new FixedPointFormat(fields.Integer("inputFractionBits", 0, FixedPointFormat.MaximumBits), fields.Integer("inputIntegerBits", 0, FixedPointFormat.MaximumBits)),
            fields.Integer("weightFractionBits", 0, 126),
            fields.Integer("weightNormBits", 0, 126),
            fields.Integer("biasBits", 0, 126))
        {
            RowShape = rowShape,
            Machine = document.RootElement.TryGetProperty("machine", out JsonElement machine) ? MachineFile.Read(Encoding.UTF8.GetBytes(machine.GetRawText()), "The server's machine profile") : null,
        };
        int labels = card.Activation switch { Activation.None => 0, Activation.Sigmoid => 2, _ => card.Outputs };
        if ((card.Labels.Count != 0 && card.Labels.Count != labels) || (card.Activation == Activation.Sigmoid && card.Outputs != 1))
        {
            throw new FormatRefusedException($"{What} has labels or outputs that do not fit its activation.");
        }

        return card;
    }

    private static Shape RowShapeOf(double[] lengths, string what) =>
        lengths.Length <= 8 && Array.TrueForAll(lengths, length => double.IsInteger(length) && length is >= 1 and <= Shape.MaximumElements)
            ? new Shape([.. lengths.Select(length => (int)length)])
            : throw new FormatRefusedException($"{what} has a row shape that is none: up to eight lengths of 1 or more.");

    private Node Label(OpGraph graph, Node scores)
    {
        Node truncated = graph.Truncate(scores, ProbabilityFractionBits);
        return Activation switch
        {
            Activation.None => throw new ParameterException(ParameterFault.Unsupported, $"The model {Printable.Shortened(Name)} has no labels to reveal, for it is a regression: reveal its values."),
            Activation.Sigmoid => graph.Add(
                new LessOp(), graph.Constant("0", new Shape(1), truncated.FractionBits, [0]), truncated),
            _ => graph.Add(new ArgMaxOp(1, KeepDimension: true), truncated),
        };
    }

    private Node Activated(OpGraph graph, Node scores) => Activation switch
    {
        Activation.Sigmoid => graph.Sigmoid(graph.Truncate(scores, ProbabilityFractionBits)),
        Activation.Greatest => graph.Truncate(scores, ProbabilityFractionBits),
        Activation.Softmax => graph.Softmax(graph.Truncate(scores, ProbabilityFractionBits)),
        _ => graph.Truncate(scores, RegressionFractionBits),
    };

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
