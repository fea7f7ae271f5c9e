namespace Hybrid.Bench.Peers;

/// <summary>Our side of the comparison with CrypTen: two parties, a thread each, over loopback, inputs and results shared.</summary>
internal interface IMpcTimings : IDisposable
{
    /// <summary>Whether it can time the operation; one that it cannot gets a dash.</summary>
    bool Has(MpcOperation operation);

    /// <summary>
    /// One round: the median of the time from when both parties are ready until both are done, in seconds. It is to include making the
    /// correlations used up, as CrypTen's does.
    /// </summary>
    double Seconds(MpcOperation operation);

    /// <summary>The part of <see cref="Seconds"/>, when last asked for, that went into making correlations; null if it is not told apart.</summary>
    double? DealingSeconds(MpcOperation operation) => null;

    /// <summary>Messages that one waits for after another.</summary>
    int Rounds(MpcOperation operation);

    /// <summary>Bytes of both parties together, without those of the dealer.</summary>
    long Bytes(MpcOperation operation);
}
