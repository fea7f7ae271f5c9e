namespace Hybrid.Communication;

/// <summary>Which end of a channel a party holds; the two ends must differ, or their transcript hashes will.</summary>
public enum ChannelRole
{
    /// <summary>The end that connected, as a client does.</summary>
    Initiator,

    /// <summary>The end that was connected to, as a server is.</summary>
    Responder,
}
