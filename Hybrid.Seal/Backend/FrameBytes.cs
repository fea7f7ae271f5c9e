using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Seal;

/// <summary>Bytes of a frame of ciphertexts, whose number and lengths both parties know beforehand.</summary>
internal static class FrameBytes
{
    private const int Header = 8;

    /// <summary>Bytes on the wire of so many bytes of ciphertexts.</summary>
    public static long Of(long ciphertexts) => Header + ciphertexts;

    /// <summary>The same; null if they are more than a message holds.</summary>
    public static long? Within(long ciphertexts) => ciphertexts <= Array.MaxLength ? Of(ciphertexts) : null;

    /// <summary>Throws unless just so many bytes of ciphertexts came.</summary>
    public static void Require(ReceivedFrame frame, long ciphertexts, StepContext context)
    {
        if (frame.Span.Length != ciphertexts)
        {
            string peer = (context.Role == Party.Server ? Party.Client : Party.Server).Name();
            throw new ProtocolException(peer, context.Tag.Name!, $"sent {frame.Span.Length} bytes of ciphertexts where {ciphertexts} were due");
        }
    }
}
