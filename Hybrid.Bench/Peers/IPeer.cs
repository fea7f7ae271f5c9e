namespace Hybrid.Bench.Peers;

/// <summary>Another library that times the same operations, in a process of its own.</summary>
internal interface IPeer
{
    /// <summary>The heading of its column.</summary>
    string Name { get; }

    /// <summary>Says at once, before anything is timed, whether it can be measured.</summary>
    /// <exception cref="PeerMissingException">It cannot; the message says what to install.</exception>
    Task CheckAsync(CancellationToken stop);

    /// <summary>One round.</summary>
    /// <param name="seconds">Time for each operation and size, for peers that can be told.</param>
    /// <param name="stop">Ends the process.</param>
    /// <exception cref="PeerMissingException">It is not there, or its answer is an error.</exception>
    Task<IReadOnlyList<Timing>> MeasureAsync(double seconds, CancellationToken stop);
}

/// <summary>Nothing to compare with: a peer, or something it needs, is not there.</summary>
internal sealed class PeerMissingException(string message, Exception? cause = null) : Exception(message, cause);
