using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// x · y, element by element: with d = x − a and e = y − b opened, x y = c + d b + e a + d e (Beaver, "Efficient multiparty protocols
/// using circuit randomization", 1991).
/// </summary>
internal sealed class Multiplication : RoundStep
{
    private readonly ArithmeticShare _x;
    private readonly ArithmeticShare _y;
    private readonly ShareLayout _product;

    public Multiplication(ArithmeticShare x, ArithmeticShare y)
    {
        if (!x.Shape.Equals(y.Shape))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The shapes differ: {x.Shape} and {y.Shape}; a product element by element needs equal ones.");
        }

        _x = x;
        _y = y;
        _product = x.Layout.With(x.Shape, x.FractionBits + y.FractionBits);
    }

    public Pending<ArithmeticShare> Result { get; } = new();

    public override string Name => $"multiply {_x.Shape}";

    public override ProtocolCost Cost => ProtocolCost.Multiply(_x.Shape.ElementCount);

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        CorrelationVectors triple = correlation!.Vectors;
        RingVector.Subtract(_x.Words, triple[0], mine[..triple.Count]);
        RingVector.Subtract(_y.Words, triple[1], mine[triple.Count..]);
        GC.KeepAlive(_x);
        GC.KeepAlive(_y);
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs)
    {
        CorrelationVectors triple = correlation!.Vectors;
        Span<ulong> allA = triple[0];
        Span<ulong> allB = triple[1];
        Span<ulong> allC = triple[2];
        Span<ulong> allD = mine[..triple.Count];
        Span<ulong> allE = mine[triple.Count..];
        var result = new ArithmeticShare(_product);
        foreach (Range block in Blocks.Of(triple.Count))
        {
            Span<ulong> b = allB[block];
            Span<ulong> d = allD[block];
            Span<ulong> e = allE[block];
            Span<ulong> z = result.Words[block];
            RingVector.Add(d, theirs[..triple.Count][block], d);
            RingVector.Add(e, theirs[triple.Count..][block], e);
            if (_x.Party == 0)
            {
                // d e belongs to one party's share: d b + d e = d (b + e).
                RingVector.Add(b, e, b);
            }

            RingVector.MultiplyAdd(d, b, allC[block], z);
            RingVector.MultiplyAdd(e, allA[block], z, z);
        }

        Result.Set(result);
    }
}
