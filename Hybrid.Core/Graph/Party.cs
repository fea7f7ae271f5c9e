namespace Hybrid.Graph;

/// <summary>One process in a computation.</summary>
public enum Party
{
    /// <summary>Has the data and its own keys.</summary>
    Client,

    /// <summary>Has the model.</summary>
    Server,
}

/// <summary>Facts about parties.</summary>
public static class Parties
{
    /// <summary>The other of the two.</summary>
    public static Party Other(this Party party) => party == Party.Client ? Party.Server : Party.Client;

    /// <summary>The party's name within a sentence.</summary>
    public static string Name(this Party party) => party == Party.Client ? "client" : "server";
}
