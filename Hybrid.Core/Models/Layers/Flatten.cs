using Hybrid.Graph;

namespace Hybrid.Models.Layers;

/// <summary>(N, …) as (N, numbers).</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Reshape(x.Shape[0], x.Shape.ElementCount / Math.Max(1, x.Shape[0]));
    }
}
