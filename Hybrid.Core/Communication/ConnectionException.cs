namespace Hybrid.Communication;

/// <summary>A connection that could not be made: the address, the network or the other side's credentials stand in the way.</summary>
public sealed class ConnectionException : HybridException
{
    /// <summary>Makes the error.</summary>
    /// <param name="fault">What kind of obstacle it is.</param>
    /// <param name="message">One sentence: what is wrong, where, what to do.</param>
    /// <param name="cause">The cause, if another error led here.</param>
    public ConnectionException(ConnectionFault fault, string message, Exception? cause = null)
        : base(message, cause) => Fault = fault;

    /// <summary>What kind of obstacle it is.</summary>
    public ConnectionFault Fault { get; }
}

/// <summary>Why a connection could not be made.</summary>
public enum ConnectionFault
{
    /// <summary>The address to listen on is taken, or is not this machine's, or may not be used.</summary>
    AddressUnavailable,

    /// <summary>The host name is not known.</summary>
    UnknownHost,

    /// <summary>Nobody listens at the address.</summary>
    Refused,

    /// <summary>The network does not lead there, or broke.</summary>
    Unreachable,

    /// <summary>The other side did not answer in time.</summary>
    TimedOut,

    /// <summary>The other side does not speak TLS 1.3, or broke off its handshake.</summary>
    NoTls,

    /// <summary>The other side did not prove that it is who it should be.</summary>
    NotAuthenticated,
}
