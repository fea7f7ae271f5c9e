using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Layers;

/// <summary>x · W + b: (…, inputs) to (…, outputs).</summary>
public sealed class Linear : Layer
{
    private readonly Tensor<double> _weights;
    private readonly Tensor<double>? _bias;

    /// <summary>Takes weights.</summary>
    /// <param name="weights">(inputs, outputs).</param>
    /// <param name="bias">(outputs); none if null.</param>
    /// <exception cref="ParameterException">The shapes do not fit.</exception>
    public Linear(Tensor<double> weights, Tensor<double>? bias = null)
    {
        _weights = Copy(weights);
        RequireRank(weights, 2, "The weights of Linear");
        if (bias is not null)
        {
            RequireLength(bias, weights.Lengths[1], "The biases of Linear");
            _bias = Copy(bias);
        }
    }

    /// <summary>Takes weights as PyTorch keeps them.</summary>
    /// <param name="weights">(outputs, inputs).</param>
    /// <param name="bias">(outputs); none if null.</param>
    /// <exception cref="ParameterException">The shapes do not fit.</exception>
    public static Linear FromPyTorch(Tensor<double> weights, Tensor<double>? bias = null)
    {
        RequireRank(weights, 2, "The weights of Linear");
        (int outputs, int inputs) = ((int)weights.Lengths[0], (int)weights.Lengths[1]);
        var turned = new double[outputs * inputs];
        TensorShuffle.Transpose<double>([.. weights], new Shape(outputs, inputs), [1, 0], turned);
        return new Linear(Tensor.Create(turned, [inputs, outputs]), bias);
    }

    /// <summary>Random weights and no bias, for measurements.</summary>
    /// <param name="inputs">How many numbers go in.</param>
    /// <param name="outputs">How many come out.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    public Linear(int inputs, int outputs, int seed)
        : this(RandomWeights(seed, inputs, outputs))
    {
    }

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        SecretTensor product = x.MatMul(Known(x, "weights", _weights));
        return _bias is null ? product : product + Known(x, "bias", _bias);
    }
}
