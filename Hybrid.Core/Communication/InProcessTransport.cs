namespace Hybrid.Communication;

/// <summary>Connects two parties of one process: for tests, examples and dry runs. It hides nothing from anyone in that process.</summary>
public static class InProcessTransport
{
    private const int CapacityBytes = 256 * 1024;

    /// <summary>Makes two connected duplex streams: what one writes, the other reads.</summary>
    /// <remarks>
    /// Each direction holds 256 KiB at most; a writer then waits. Closing one end gives the other the end of the stream, after what was
    /// already written, and makes its writes fail.
    /// </remarks>
    public static (Stream Initiator, Stream Responder) CreatePair()
    {
        var forth = new BoundedPipe(CapacityBytes);
        var back = new BoundedPipe(CapacityBytes);
        return (new InProcessStream(back, forth), new InProcessStream(forth, back));
    }
}
