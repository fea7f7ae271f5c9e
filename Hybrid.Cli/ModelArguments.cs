using System.CommandLine;
using System.Globalization;
using Hybrid.Tensors;

namespace Hybrid.Cli;

/// <summary>The options that say which model this process serves, and what its file does not say of it.</summary>
internal sealed class ModelArguments
{
    private const double LeastBound = 1e-3;
    private const double MostBound = 1 << 20;
    private const int MostLengths = 7;

    private readonly Option<string> _model = new("--model")
    {
        Description = $"Model file, linear (JSON) or a network (ONNX), or one of {Samples.Listed}",
        HelpName = "FILE",
        DefaultValueFactory = _ => Samples.Default,
    };

    private readonly Option<double?> _bound = new("--input-bound")
    {
        Description = "No number of a network's row is larger in magnitude; 16 unless given, and smaller is cheaper",
        HelpName = "B",
        CustomParser = result => Numbers.Within(LeastBound, MostBound)(result),
    };

    private readonly Option<Shape?> _row = new("--row-shape")
    {
        Description = "The shape of a network's row, where its file leaves it open, such as 1,28,28",
        HelpName = "N,N",
        CustomParser = result =>
        {
            string[] lengths = result.Tokens[^1].Value.Split(',');
            int[] numbers = [.. lengths.Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : 0)];
            if (numbers.Length <= MostLengths && Array.TrueForAll(numbers, length => length > 0) && numbers.Aggregate(1.0, (product, length) => product * length) <= Shape.MaximumElements)
            {
                return new Shape(numbers);
            }

            result.AddError($"--row-shape takes lengths of 1 or more with commas between them, such as 1,28,28, not '{result.Tokens[^1].Value}'.");
            return null;
        },
    };

    /// <summary>Adds the options to a verb.</summary>
    public ModelArguments(Command verb)
    {
        Texts.RequireNames(_model);
        verb.Options.Add(_model);
        verb.Options.Add(_bound);
        verb.Options.Add(_row);
    }

    /// <summary>What the user called the model.</summary>
    public string Name(ParseResult parsed) => parsed.GetRequiredValue(_model);

    /// <summary>Reads the model.</summary>
    /// <exception cref="HybridException">It cannot be read, or cannot be computed.</exception>
    public LoadedModel Read(ParseResult parsed) => ServedModels.Read(Name(parsed), parsed.GetValue(_bound), parsed.GetValue(_row));
}
