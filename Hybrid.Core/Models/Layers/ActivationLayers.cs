using Hybrid.Graph;

namespace Hybrid.Models.Layers;

/// <summary>max(x, 0).</summary>
public sealed class Relu : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x) => x?.Relu() ?? throw new ArgumentNullException(nameof(x));
}

/// <summary>1 / (1 + e^−x).</summary>
public sealed class Sigmoid : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x) => x?.Sigmoid() ?? throw new ArgumentNullException(nameof(x));
}

/// <summary>tanh x.</summary>
public sealed class Tanh : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x) => x?.Tanh() ?? throw new ArgumentNullException(nameof(x));
}

/// <summary>x Φ(x).</summary>
public sealed class Gelu : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x) => x?.Gelu() ?? throw new ArgumentNullException(nameof(x));
}

/// <summary>e^x over the sum of all e^x in the last dimension. At a network's end say <see cref="Activation.Softmax"/> instead, which clients apply themselves.</summary>
public sealed class Softmax : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x) => x?.Softmax() ?? throw new ArgumentNullException(nameof(x));
}
