namespace Hybrid.Schemes;

/// <summary>What both parties do in a step; null is nothing.</summary>
/// <param name="Client">What the client does.</param>
/// <param name="Server">What the server does.</param>
public readonly record struct PartiesWork(Work? Client, Work? Server)
{
    /// <summary>What the step is expected to cost, between the machines that a registry knows of.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="bytesUp">From client to server.</param>
    /// <param name="bytesDown">From server to client.</param>
    /// <param name="messages">Messages sent.</param>
    public Quote Quoted(SchemeRegistry registry, long bytesUp = 0, long bytesDown = 0, int messages = 0)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return new Quote(Client?.Seconds(registry.ClientMachine) ?? 0, Server?.Seconds(registry.ServerMachine) ?? 0, bytesUp, bytesDown, messages);
    }
}
