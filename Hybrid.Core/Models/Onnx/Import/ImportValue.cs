using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>What a name of the file stands for: a constant, or a tensor that depends on the rows.</summary>
internal readonly record struct ImportValue
{
    private ImportValue(ConstantTensor? constant, SecretTensor? secret)
    {
        Constant = constant;
        Secret = secret;
    }

    /// <summary>The constant; null for a tensor that depends on the rows.</summary>
    public ConstantTensor? Constant { get; }

    /// <summary>The tensor that depends on the rows; null for a constant.</summary>
    public SecretTensor? Secret { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape => Constant?.Shape ?? Secret!.Shape;

    /// <summary>A constant.</summary>
    public static implicit operator ImportValue(ConstantTensor constant) => new(constant, null);

    /// <summary>A tensor that depends on the rows.</summary>
    public static implicit operator ImportValue(SecretTensor secret) => new(null, secret);
}
