using Hybrid.Mpc.Correlations;
using Origin = Hybrid.Mpc.Correlations.Dealing;

namespace Hybrid.Tests.Mpc.Correlations;

/// <summary>All parties' sources of one demand, and what their parts add up to.</summary>
internal sealed class Dealt : IDisposable
{
    private readonly LocalDealer _dealer;
    private readonly bool _owns;

    public Dealt(byte seed, int parties, params CorrelationDraw[] draws)
        : this(new LocalDealer(parties, new RandomWords(seed).Source), draws) => _owns = true;

    /// <summary>The sources of a dealer's next demand; the dealer stays the caller's.</summary>
    public Dealt(LocalDealer dealer, params CorrelationDraw[] draws)
    {
        _dealer = dealer;
        Demand = new CorrelationDemand(draws);
        Sources = [.. Enumerable.Range(0, dealer.Parties).Select(party => dealer.GiveSource(party, Demand))];
    }

    public CorrelationDemand Demand { get; }

    public ICorrelationSource[] Sources { get; }

    /// <summary>Every party's part of a draw.</summary>
    public Correlation[] Draw(CorrelationDraw draw) => [.. Sources.Select(source => source.Draw(draw))];

    /// <summary>Reads the next draw to its end at every party; shows each chunk's first element, count and vectors' values.</summary>
    public async Task ReadAsync(CorrelationDraw draw, Action<int, int, ulong[][]> show)
    {
        Correlation[] parts = Draw(draw);
        while (await NextAsync(parts))
        {
            Range elements = parts[0].Elements(parts[0].Chunk);
            ulong[][] values = [.. Enumerable.Range(0, draw.Kind.Vectors.Length).Select(vector => Value(parts, vector))];
            show(elements.Start.Value, elements.End.Value - elements.Start.Value, values);
        }

        foreach (Correlation part in parts)
            part.Dispose();
    }

    /// <summary>Goes to the next chunk at every party.</summary>
    public static async Task<bool> NextAsync(Correlation[] parts)
    {
        bool[] more = new bool[parts.Length];
        for (int party = 0; party < parts.Length; party++)
            more[party] = await parts[party].NextAsync(CancellationToken.None);
        Assert.HasCount(1, more.Distinct(), "the parties' parts end in different chunks");
        return more[0];
    }

    /// <summary>One party's words of a vector of the chunk that is next; none where it holds none.</summary>
    public static ulong[] Part(Correlation part, int vector)
    {
        DealtVector dealt = part.Draw.Kind.Vectors[vector];
        if (dealt.Dealing == Origin.Common)
        {
            return part.Common(vector).ToArray();
        }

        return !dealt.IsHeldBy(part.Party) ? [] : dealt.ComesLate ? part.Late(vector).ToArray() : part.Early(vector, part.Chunk).ToArray();
    }

    /// <summary>A vector's value from all parts.</summary>
    public static ulong[] Value(Correlation[] parts, int vector)
    {
        DealtVector dealt = parts[0].Draw.Kind.Vectors[vector];
        ulong[][] held = [.. parts.Select(part => Part(part, vector))];
        switch (dealt.Dealing)
        {
            case Origin.Owned:
                return held[dealt.Owner];
            case Origin.Common:
                foreach (ulong[] other in held)
                    CollectionAssert.AreEqual(held[0], other, "what all are sent differs");
                return held[0];
            default:
                return held.Aggregate((x, y) => [.. x.Zip(y, (a, b) => dealt.Form == VectorForm.Planes ? a ^ b : unchecked(a + b))]);
        }
    }

    public void Dispose()
    {
        foreach (ICorrelationSource source in Sources)
            source.Dispose();
        if (_owns)
        {
            _dealer.Dispose();
        }
    }
}
