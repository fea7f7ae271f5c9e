using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>Shares of uniform matrices A (m × k), B (k × n) and of C = A · B mod 2^64: one product of two secret matrices.</summary>
/// <remarks>It costs m · n words of correction, where single multiplications would cost m · k · n.</remarks>
public sealed record MatrixTriple : CorrelationKind
{
    /// <summary>The kind for one shape of product.</summary>
    /// <exception cref="ParameterException">A size is not positive, or the three matrices have more than 2^26 words.</exception>
    public MatrixTriple(int m, int k, int n)
    {
        CheckMatrices(m, k, n);
        M = m;
        K = k;
        N = n;
    }

    /// <summary>Rows of A and C.</summary>
    public int M { get; }

    /// <summary>Columns of A, rows of B.</summary>
    public int K { get; }

    /// <summary>Columns of B and C.</summary>
    public int N { get; }

    /// <inheritdoc/>
    public override string Name => $"matrix triples of {M} × {K} by {K} × {N}";

    internal override ImmutableArray<DealtVector> Vectors =>
        [new(M * K, Dealing.Shared), new(K * N, Dealing.Shared), new(M * N, Dealing.Derived)];

    internal override void Derive(CorrelationVectors values, ReadOnlySpan<ulong> mask)
    {
        for (int unit = 0; unit < values.Count; unit++)
        {
            MatrixProduct.Multiply(
                values[0].Slice(unit * M * K, M * K), values[1].Slice(unit * K * N, K * N), values[2].Slice(unit * M * N, M * N), M, K, N);
        }
    }
}
