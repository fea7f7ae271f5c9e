namespace Hybrid.Graph;

/// <summary>One process in a computation.</summary>
public enum Party
{
    /// <summary>Has the data and its own keys.</summary>
    Client,

    /// <summary>Has the model.</summary>
    Server,

    /// <summary>Deals correlated randomness to the others, of which it sees nothing else.</summary>
    Dealer,
}

/// <summary>Facts about parties.</summary>
public static class Parties
{
    /// <summary>The other of the two that compute.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The party is not one of them.</exception>
    public static Party Other(this Party party) => party switch
    {
        Party.Client => Party.Server,
        Party.Server => Party.Client,
        _ => throw new ArgumentOutOfRangeException(nameof(party), party, "Only client and server compute."),
    };

    /// <summary>The party's name within a sentence.</summary>
    public static string Name(this Party party) => party switch { Party.Client => "client", Party.Server => "server", _ => "dealer" };
}
