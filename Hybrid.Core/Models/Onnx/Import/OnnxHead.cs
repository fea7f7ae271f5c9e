using System.Collections.Immutable;

namespace Hybrid.Models.Onnx.Import;

/// <summary>The end of a model: the scores, and what the model makes of them, which clients apply themselves.</summary>
/// <param name="Output">The graph's output that was chosen.</param>
/// <param name="Scores">The name of the scores.</param>
/// <param name="Scorer">The classical node whose results are taken before its own activation; null if there is none.</param>
/// <param name="Activation">What becomes of the scores; null if the model does not say.</param>
/// <param name="Labels">The labels; empty if the model does not say.</param>
internal sealed record OnnxHead(string Output, string Scores, OnnxNode? Scorer, Activation? Activation, ImmutableArray<string> Labels)
{
    /// <summary>The end of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">The output to take; null for the first of numbers.</param>
    /// <param name="isPlain">Whether the output is taken as it is.</param>
    /// <exception cref="FormatRefusedException">There is no such output.</exception>
    public static OnnxHead Of(OnnxModel model, string? output, bool isPlain = false)
    {
        OnnxValue chosen = Choose(model, output);
        var producers = new Dictionary<string, OnnxNode>();
        foreach (OnnxNode node in model.Graph.Nodes)
        {
            foreach (string name in node.Outputs)
                producers[name] = node;
        }

        var head = new OnnxHead(chosen.Name, chosen.Name, null, null, []);
        if (isPlain)
        {
            return head;
        }

        // Each step goes one node back; the nodes have an order.
        while (head.Scorer is null && producers.GetValueOrDefault(head.Scores) is { } producer && head.Before(producer, producers, model) is { } before)
            head = before;
        return head;
    }

    // The head without its last node; null if that one belongs to the scores.
    private OnnxHead? Before(OnnxNode node, Dictionary<string, OnnxNode> producers, OnnxModel model)
    {
        if (node.Domain == OnnxDomain.Ml && node.HasInput(0))
        {
            return node.OpType switch
            {
                "ZipMap" => this with { Scores = node.Inputs[0], Labels = ClassLabels(node) },
                "Normalizer" when IsOfClassifier(node, producers) => this with { Scores = node.Inputs[0] },
                "LinearClassifier" => Classical.HeadOf(node, this),
                _ => null,
            };
        }

        bool isLast = node.Domain == OnnxDomain.Default && node.HasInput(0);
        return node.OpType switch
        {
            "Identity" or "Dropout" when isLast && node.Outputs[0] == Scores => this with { Scores = node.Inputs[0] },
            "Cast" when isLast && KeepsNumbers(node, producers) => this with { Scores = node.Inputs[0] },
            "ArgMax" when isLast && Activation is null && node.Integer("axis", 0) is 1 or -1 => this with { Scores = node.Inputs[0], Activation = Models.Activation.Greatest },
            "Softmax" or "LogSoftmax" when isLast && Activation is null or Models.Activation.Greatest && node.Integer("axis", model.Opset < 13 ? 1 : -1) is 1 or -1 =>
                this with { Scores = node.Inputs[0], Activation = Models.Activation.Softmax },
            "Sigmoid" when isLast && Activation is null => this with { Scores = node.Inputs[0], Activation = Models.Activation.Sigmoid },
            _ => null,
        };
    }

    // A cast of numbers to integers takes their fractions off, unless they are labels, which have none.
    private static bool KeepsNumbers(OnnxNode node, Dictionary<string, OnnxNode> producers) =>
        ((OnnxDataType)node.Integer("to", 1)).IsFloating() || producers.GetValueOrDefault(node.Inputs[0]) is { OpType: "ArgMax" or "LinearClassifier" };

    // Probabilities already add up to one, which is all that is left to do.
    private static bool IsOfClassifier(OnnxNode node, Dictionary<string, OnnxNode> producers) =>
        node.HasInput(0) && producers.GetValueOrDefault(node.Inputs[0]) is { OpType: "LinearClassifier", Domain: OnnxDomain.Ml } classifier
        && node.Text("norm", "MAX") == "L1" && Classical.AddsUp(classifier);

    /// <summary>The labels of a classical node.</summary>
    internal static ImmutableArray<string> ClassLabels(OnnxNode node)
    {
        foreach (string name in new[] { "classlabels_strings", "classlabels_ints", "classlabels_int64s" })
        {
            switch (node.KindOf(name))
            {
                case OnnxAttributeKind.Texts when node.Texts(name) is { Length: > 0 } texts:
                    return texts;
                case OnnxAttributeKind.Integers when node.Integers(name) is { Length: > 0 } integers:
                    return [.. integers.Select(label => label.ToString(System.Globalization.CultureInfo.InvariantCulture))];
                default:
                    break;
            }
        }

        return [];
    }

    private static OnnxValue Choose(OnnxModel model, string? output)
    {
        if (output is not null)
        {
            return model.Graph.Outputs.FirstOrDefault(value => value.Name == output)
                ?? throw new FormatRefusedException(
                    $"The model {model.Name} has no output {Printable.Shortened(output)}: it has {string.Join(", ", model.Graph.Outputs.Select(value => Printable.Shortened(value.Name)))}.");
        }

        // Classifiers give a label first, and then what it was chosen by.
        return model.Graph.Outputs.FirstOrDefault(value => value.Type.IsFloating() || value.Type == OnnxDataType.Undefined)
            ?? model.Graph.Outputs.FirstOrDefault()
            ?? throw new FormatRefusedException($"The model {model.Name} has no output: export it again.");
    }
}
