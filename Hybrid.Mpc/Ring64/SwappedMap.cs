using Hybrid.Numerics;

namespace Hybrid.Mpc.Ring64;

/// <summary>A matrix product with its operands in the other order, (y, x) to x · y: so that what is known of the right operand may be known of the left factor.</summary>
public sealed record SwappedMap : BilinearMap
{
    /// <summary>The map.</summary>
    /// <param name="product">The product whose right factor is the left operand here.</param>
    public SwappedMap(MatMulMap product)
        : base(NotNull(product).Right, product.Left, product.Result) => Product = product;

    /// <summary>The product.</summary>
    public MatMulMap Product { get; }

    /// <inheritdoc/>
    public override string Name => $"{Product.Name} from the left";

    /// <inheritdoc/>
    public override long Products => Product.Products;

    private protected override void Accumulate(
        ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, KernelWidth width, int threads) =>
        Product.MultiplyAdd(right, left, result, width, threads);

    private static MatMulMap NotNull(MatMulMap product)
    {
        ArgumentNullException.ThrowIfNull(product);
        return product;
    }
}
