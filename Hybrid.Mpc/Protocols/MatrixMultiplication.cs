using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Protocols;

/// <summary>X · Y for secret matrices: with D = X − A and E = Y − B opened, X Y = C + D B + A E + D E.</summary>
internal sealed class MatrixMultiplication : RoundStep
{
    private readonly ArithmeticShare _x;
    private readonly ArithmeticShare _y;
    private readonly ShareLayout _product;

    public MatrixMultiplication(ArithmeticShare x, ArithmeticShare y)
    {
        _x = x;
        _y = y;
        _product = x.Layout.With(Shape.MatMul(x.Shape, y.Shape), x.FractionBits + y.FractionBits);
        // Refuses sizes too large for a triple now rather than when the round runs.
        Cost = ProtocolCost.MatMul(M, K, N);
    }

    public Pending<ArithmeticShare> Result { get; } = new();

    public override string Name => $"multiply matrices {_x.Shape} by {_y.Shape}";

    public override ProtocolCost Cost { get; }

    private int M => _x.Shape[0];

    private int K => _x.Shape[1];

    private int N => _y.Shape[1];

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        CorrelationVectors triple = correlation!.Vectors;
        RingVector.Subtract(_x.Words, triple[0], mine[..(M * K)]);
        RingVector.Subtract(_y.Words, triple[1], mine[(M * K)..]);
        GC.KeepAlive(_x);
        GC.KeepAlive(_y);
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs)
    {
        CorrelationVectors triple = correlation!.Vectors;
        RingVector.Add(mine, theirs, mine);
        Span<ulong> d = mine[..(M * K)];
        Span<ulong> e = mine[(M * K)..];
        Span<ulong> b = triple[1];
        if (_x.Party == 0)
        {
            // D E belongs to one party's share: D B + D E = D (B + E).
            RingVector.Add(b, e, b);
        }

        var result = new ArithmeticShare(_product);
        triple[2].CopyTo(result.Words);
        MatrixProduct.MultiplyAdd(d, b, result.Words, M, K, N);
        MatrixProduct.MultiplyAdd(triple[0], e, result.Words, M, K, N);
        Result.Set(result);
    }
}
