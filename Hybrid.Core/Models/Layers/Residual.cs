using Hybrid.Graph;

namespace Hybrid.Models.Layers;

/// <summary>body(x) + shortcut(x).</summary>
/// <param name="body">The longer way.</param>
/// <param name="shortcut">The shorter one; x itself if null.</param>
public sealed class Residual(Layer body, Layer? shortcut = null) : Layer
{
    private readonly Layer _body = body ?? throw new ArgumentNullException(nameof(body));

    /// <inheritdoc/>
    public override SecretTensor Apply(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return _body.Apply(x) + (shortcut?.Apply(x) ?? x);
    }
}
