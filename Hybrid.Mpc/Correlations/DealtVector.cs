namespace Hybrid.Mpc.Correlations;

/// <summary>One vector of a correlation.</summary>
/// <param name="Words">Its words for each unit of the correlation, at least 1.</param>
/// <param name="Dealing">Who holds it.</param>
internal readonly record struct DealtVector(int Words, Dealing Dealing)
{
    /// <summary>Whether a party holds the vector or a share of it.</summary>
    public bool IsHeldBy(int party) => Dealing switch
    {
        Dealing.Party0 => party == 0,
        Dealing.Party1 => party == 1,
        _ => true,
    };

    /// <summary>Whether a party expands what it holds from its seed.</summary>
    public bool IsSeededFor(int party) => IsHeldBy(party) && !(Dealing == Dealing.Derived && party == 1);
}
