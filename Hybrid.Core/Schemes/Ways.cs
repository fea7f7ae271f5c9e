namespace Hybrid.Schemes;

/// <summary>
/// Which ways between the parties a step waits for: how late each party is afterwards, in single ways, given how late each was before. A party
/// that only sends goes on at once; so steps overlap, and a sum of rounds would be too much.
/// </summary>
/// <remarks>
/// A map of (client, server) over the max-plus semiring: the client is late by max(client + ClientToClient, server + ServerToClient), and so on.
/// Source: Baccelli, Cohen, Olsder and Quadrat, "Synchronization and linearity" (1992), section 2.
/// </remarks>
/// <param name="ClientToClient">What the client's own lateness adds to; never negative but where it does not count.</param>
/// <param name="ServerToClient">What the server's lateness adds to the client's.</param>
/// <param name="ClientToServer">What the client's lateness adds to the server's.</param>
/// <param name="ServerToServer">What the server's own lateness adds to.</param>
public readonly record struct Ways(int ClientToClient, int ServerToClient, int ClientToServer, int ServerToServer)
{
    // Nothing is waited for.
    private const int Never = -1 << 20;

    /// <summary>No message.</summary>
    public static Ways None { get; } = new(0, Never, Never, 0);

    /// <summary>A message from client to server.</summary>
    public static Ways Up { get; } = new(0, Never, 1, 0);

    /// <summary>A message from server to client.</summary>
    public static Ways Down { get; } = new(0, 1, Never, 0);

    /// <summary>Both send at once.</summary>
    public static Ways Both { get; } = new(0, 1, 1, 0);

    /// <summary>The most that is waited for, if both begin at once.</summary>
    public int Longest => Math.Max(Math.Max(ClientToClient, ServerToClient), Math.Max(Math.Max(ClientToServer, ServerToServer), 0));

    /// <summary>This, and then another step.</summary>
    public Ways Then(Ways next) => new(
        Math.Max(ClientToClient + next.ClientToClient, ClientToServer + next.ServerToClient),
        Math.Max(ServerToClient + next.ClientToClient, ServerToServer + next.ServerToClient),
        Math.Max(ClientToClient + next.ClientToServer, ClientToServer + next.ServerToServer),
        Math.Max(ServerToClient + next.ClientToServer, ServerToServer + next.ServerToServer));

    /// <summary>How late the parties are, given how late they were.</summary>
    public (int Client, int Server) After(int client, int server) => (
        Math.Max(client + ClientToClient, server + ServerToClient), Math.Max(client + ClientToServer, server + ServerToServer));
}
