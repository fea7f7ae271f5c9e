using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;

namespace Hybrid.Mpc.Protocols;

/// <summary>x², element by element: with d = x − a opened, x² = c + 2 d a + d².</summary>
internal sealed class Squaring(ArithmeticShare x) : RoundStep
{
    private readonly ShareLayout _square = x.Layout.With(x.Shape, 2 * x.FractionBits);

    public Pending<ArithmeticShare> Result { get; } = new();

    public override string Name => $"square {x.Shape}";

    public override ProtocolCost Cost => ProtocolCost.Square(x.Shape.ElementCount);

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        RingVector.Subtract(x.Words, correlation!.Vectors[0], mine);
        GC.KeepAlive(x);
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs)
    {
        CorrelationVectors pair = correlation!.Vectors;
        Span<ulong> allA = pair[0];
        Span<ulong> allC = pair[1];
        var result = new ArithmeticShare(_square);
        foreach (Range block in Blocks.Of(mine.Length))
        {
            Span<ulong> a = allA[block];
            Span<ulong> d = mine[block];
            RingVector.Add(d, theirs[block], d);
            RingVector.Add(a, a, a);
            if (x.Party == 0)
            {
                // d² belongs to one party's share: 2 d a + d² = d (2 a + d).
                RingVector.Add(a, d, a);
            }

            RingVector.MultiplyAdd(d, a, allC[block], result.Words[block]);
        }

        Result.Set(result);
    }
}
