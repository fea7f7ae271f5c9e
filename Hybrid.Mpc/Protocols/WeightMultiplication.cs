using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// X · W for secret X and one party's weights W, of which the other party has F = W − B: that party sends D = X' − A, X' being its
/// share of X and A a mask known to it alone.
/// </summary>
/// <remarks>
/// X W = X'' W + X' W, X'' being the owner's share, and X' W = D W + A (B + F). So the owner's share of the product is
/// (X'' + D) W + C'', the other party's is A F + C', where C' + C'' = A B is dealt. The owner learns D, which is uniform; the other
/// party receives nothing.
/// </remarks>
internal sealed class WeightMultiplication : RoundStep
{
    private readonly ArithmeticShare _x;
    private readonly PrivateWeights _weights;
    private readonly ShareLayout _product;

    public WeightMultiplication(ArithmeticShare x, PrivateWeights weights)
    {
        _x = x;
        _weights = weights;
        _product = x.Layout.With(
            Shape.MatMul(x.Shape, new Shape(weights.Mask.K, weights.Mask.N)), x.FractionBits + weights.FractionBits);
    }

    public Pending<ArithmeticShare> Result { get; } = new();

    public override string Name => $"multiply {_x.Shape} by party {_weights.Mask.Owner}'s weights {_weights.Mask.Weights}";

    public override ProtocolCost Cost => ProtocolCost.MatMul(_x.Shape[0], _weights.Mask);

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        if (!_weights.IsOwner)
        {
            RingVector.Subtract(_x.Words, correlation!.Vectors[0], mine);
            GC.KeepAlive(_x);
        }
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs)
    {
        CorrelationVectors rows = correlation!.Vectors;
        var result = new ArithmeticShare(_product);
        rows[1].CopyTo(result.Words);
        (int m, int k, int n) = (_x.Shape[0], _weights.Mask.K, _weights.Mask.N);
        if (_weights.IsOwner)
        {
            using var left = new SecretBuffer<ulong>(m * k);
            RingVector.Add(_x.Words, theirs, left.Span);
            MatrixProduct.MultiplyAdd(left.Span, _weights.Words, result.Words, m, k, n);
        }
        else
        {
            MatrixProduct.MultiplyAdd(rows[0], _weights.Words, result.Words, m, k, n);
        }

        GC.KeepAlive(_x);
        GC.KeepAlive(_weights);
        Result.Set(result);
    }
}
