using System.Collections.Immutable;
using Hybrid.Graph;

namespace Hybrid.Models.Layers;

/// <summary>Layers one after the other. A <see cref="BatchNorm2d"/> right behind a <see cref="Conv2d"/> is folded into it and costs nothing.</summary>
public sealed class Sequential : Layer
{
    /// <summary>Puts layers together.</summary>
    /// <param name="layers">The layers, the first one first.</param>
    /// <exception cref="ParameterException">A normalisation has other channels than the convolution before it.</exception>
    public Sequential(params ReadOnlySpan<Layer> layers)
    {
        var kept = new List<Layer>(layers.Length);
        foreach (Layer layer in layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
            if (layer is BatchNorm2d norm && kept.Count > 0 && kept[^1] is Conv2d convolution)
            {
                kept[^1] = convolution.Folded(norm);
            }
            else
            {
                kept.Add(layer);
            }
        }

        Layers = [.. kept];
    }

    /// <summary>The layers as they are computed.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        foreach (Layer layer in Layers)
            x = layer.Apply(x);
        return x;
    }
}
