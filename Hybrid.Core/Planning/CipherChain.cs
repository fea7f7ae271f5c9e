using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>Ops that follow one another in one scheme of ciphertexts, from where the value enters to where it leaves.</summary>
/// <param name="Ops">The ops.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="Stretch">The same as a stretch, which begins with the value that enters.</param>
internal sealed record CipherChain(ImmutableArray<Node> Ops, Scheme Scheme, Stretch Stretch)
{
    /// <summary>The value that enters.</summary>
    public Node Entry => Stretch.Entry;

    /// <summary>The last op.</summary>
    public Node Last => Ops[^1];

    /// <summary>How the value is held that enters.</summary>
    public Scheme Before => Stretch.Before;

    /// <summary>How the result is held: in the clear if all that happens to it is that the client learns it, else in shares.</summary>
    public Scheme After => Stretch.After;

    /// <summary>Whether a scheme holds ciphertexts.</summary>
    public static bool IsCipher(Scheme scheme) => scheme is Scheme.Paillier or Scheme.Ckks;

    /// <summary>The chain of some ops.</summary>
    /// <param name="ops">The ops.</param>
    /// <param name="scheme">Their scheme.</param>
    /// <param name="entry">The scheme of the value that enters.</param>
    /// <param name="uses">What uses what.</param>
    public static CipherChain Of(ImmutableArray<Node> ops, Scheme scheme, Scheme entry, GraphUses uses)
    {
        Scheme before = entry == Scheme.Plain ? Scheme.Plain : Scheme.Shares;
        Scheme after = uses.Of(ops[^1]) is [{ Op: RevealOp { To: Party.Client } }] ? Scheme.Plain : Scheme.Shares;
        Surplus leaving = after == Scheme.Shares ? Surplus.Of(ops[^1], uses.Of(ops[^1])) : Surplus.None;
        return new CipherChain(ops, scheme, new Stretch([ops[0].Inputs[0], .. ops], before, after, leaving));
    }

    /// <summary>What the chain costs, conversions included; null if it cannot be computed so.</summary>
    public ImmutableArray<Quote>? Quotes(SchemeRegistry registry, GraphUses uses)
    {
        if (registry.Backend(Scheme) is not { } backend || registry.Conversion(Before, Scheme)?.Quote(Entry, Stretch) is not { } entry)
        {
            return null;
        }

        var quotes = ImmutableArray.CreateBuilder<Quote>();
        quotes.Add(entry);
        Quote sum = Quote.Free;
        foreach (Node op in Ops)
        {
            if (backend.Quote(op, Stretch) is not { } quote)
            {
                return null;
            }

            sum += quote;
        }

        Node leaving = After == Scheme.Plain ? uses.Of(Last)[0] : Last;
        if (registry.Conversion(Scheme, After)?.Quote(leaving, Stretch) is not { } exit)
        {
            return null;
        }

        quotes.Add(sum);
        quotes.Add(exit);
        return quotes.ToImmutable();
    }
}
