using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx;

/// <summary>What a model file does not say, or says otherwise than it is to be.</summary>
public sealed record OnnxLoadOptions
{
    /// <summary>The model's name; the file's without its ending if null.</summary>
    public string? Name { get; init; }

    /// <summary>The shape of one row, for files that leave it open; the file's if null.</summary>
    public Shape? RowShape { get; init; }

    /// <summary>No number of a row is larger in magnitude; rounded up to a power of two. Smaller is cheaper: 1 for pixels.</summary>
    public double InputBound { get; init; } = 16;

    /// <summary>Names of the labels, one for each score, or two for one score that a logistic function makes a probability; the file's if null.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What the scores are; what the file's end says if null: several are those of labels, one is a regression.</summary>
    public Activation? Activation { get; init; }

    /// <summary>The name of the output to take; the first of numbers if null.</summary>
    public string? Output { get; init; }

    /// <summary>How numbers are held.</summary>
    public ProgramOptions? Numbers { get; init; }
}
