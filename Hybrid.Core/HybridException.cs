namespace Hybrid;

/// <summary>
/// The base of the errors a user can mend: a file, a peer, a parameter or a plan that does not fit.
/// The message is one sentence that says what is wrong, where, and what to do; it never holds a secret.
/// </summary>
public abstract class HybridException : Exception
{
    /// <summary>Makes the error with its message.</summary>
    protected HybridException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error with its message and its cause.</summary>
    protected HybridException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}

/// <summary>Bytes or text from outside that cannot be what they claim to be: a file, a key, a ciphertext, a model.</summary>
public sealed class FormatRefusedException : HybridException
{
    /// <summary>Makes the error with its message and, where there is one, its cause.</summary>
    public FormatRefusedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>A parameter, key size or plan that the library refuses because it would be unsafe or would wrap.</summary>
public sealed class ParameterException : HybridException
{
    /// <summary>Makes the error with its code and message.</summary>
    public ParameterException(ParameterFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>What kind of parameter was refused.</summary>
    public ParameterFault Fault { get; }

    /// <summary>Whether no scheme at hand can do what was asked, and shares are not at hand.</summary>
    public bool LacksShares { get; init; }
}

/// <summary>Why a parameter was refused.</summary>
public enum ParameterFault
{
    /// <summary>Below the security bound.</summary>
    Insecure,

    /// <summary>A value outside the range its format or its plan allows.</summary>
    OutOfRange,

    /// <summary>Two things that must agree do not: shapes, keys, scales, levels.</summary>
    Mismatch,

    /// <summary>No backend or conversion can do what was asked.</summary>
    Unsupported,
}

/// <summary>The other party vanished, fell silent, or sent what the protocol does not allow.</summary>
public sealed class ProtocolException : HybridException
{
    /// <summary>Makes the error.</summary>
    /// <param name="peer">Who broke the protocol, as this party knows it: "server", "client", an address.</param>
    /// <param name="step">The step that was under way.</param>
    /// <param name="problem">
    /// What happened, as the end of a sentence that starts with the peer; where it is a whole sentence itself, as when a peer
    /// says why it stops, the step is left out of the message.
    /// </param>
    /// <param name="cause">The cause, if another error led here.</param>
    public ProtocolException(string peer, string step, string problem, Exception? cause = null)
        : base(problem.EndsWith('.') ? $"The {peer} {problem}" : $"The {peer} {problem} (during {step}).", cause)
    {
        Peer = peer;
        Step = step;
    }

    /// <summary>Who broke the protocol.</summary>
    public string Peer { get; }

    /// <summary>The step that was under way.</summary>
    public string Step { get; }
}
