using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;

namespace Hybrid.Execution;

/// <summary>What a client asks for: to have rows computed by a plan, to be sent the graph of so many rows, or nothing any more.</summary>
/// <param name="Rows">How many rows; 0 to say goodbye.</param>
/// <param name="Revealed">What the client learns.</param>
/// <param name="Hash">The hash of its plan; empty where it asks for a graph.</param>
/// <param name="Assignment">The scheme of every node, a byte each.</param>
/// <param name="Waits">Whether the client waits to hear that the server has come to the same plan, before it sends anything secret.</param>
internal sealed record QueryMessage(int Rows, Revealed Revealed, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Assignment, bool Waits = false)
{
    // Rows, what is revealed, whether the client waits, and two bytes of zero.
    private const int HeaderBytes = 8;
    private const int RevealedPlace = 4;
    private const int WaitsPlace = 5;

    /// <summary>The most rows of a query.</summary>
    public const int MaximumRows = 1 << 20;

    /// <summary>The most bytes of a message.</summary>
    public const int MaximumBytes = HeaderBytes + SHA256.HashSizeInBytes + GraphLimits.MaximumNodes;

    /// <summary>Goodbye.</summary>
    public static QueryMessage Goodbye { get; } = new(0, Revealed.Scores, default, default);

    /// <summary>Whether the client only wants the graph.</summary>
    public bool WantsGraph => Hash.IsEmpty;

    /// <summary>Asks for the graph of so many rows.</summary>
    public static QueryMessage ForGraph(int rows, Revealed revealed) => new(rows, revealed, default, default);

    /// <summary>Asks for rows by a plan.</summary>
    public static QueryMessage ForPlan(int rows, Revealed revealed, Plan plan, bool waits = false) => new(rows, revealed, plan.Hash(), plan.Assignment.Write(), waits);

    /// <summary>Writes it.</summary>
    public byte[] Write()
    {
        var bytes = new byte[HeaderBytes + Hash.Length + Assignment.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Rows);
        bytes[RevealedPlace] = (byte)Revealed;
        bytes[WaitsPlace] = Waits ? (byte)1 : (byte)0;
        Hash.CopyTo(bytes.AsMemory(HeaderBytes));
        Assignment.CopyTo(bytes.AsMemory(HeaderBytes + Hash.Length));
        return bytes;
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static QueryMessage Read(ReadOnlyMemory<byte> bytes, string peer, StepTag step)
    {
        int rest = bytes.Length - HeaderBytes;
        if (rest < 0 || (rest > 0 && rest <= SHA256.HashSizeInBytes))
        {
            throw new ProtocolException(peer, step.Name!, $"sent {bytes.Length} bytes, which make no query");
        }

        int rows = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        if (rows is < 0 or > MaximumRows)
        {
            throw new ProtocolException(peer, step.Name!, $"asked for {rows} rows");
        }

        var revealed = (Revealed)bytes.Span[RevealedPlace];
        if (!Enum.IsDefined(revealed))
        {
            throw new ProtocolException(peer, step.Name!, $"asked to be revealed {(int)revealed}, which is nothing that there is");
        }

        bool waits = bytes.Span[WaitsPlace] == 1;
        if (bytes.Span[WaitsPlace..HeaderBytes] is not [0 or 1, 0, 0] || (waits && rest == 0))
        {
            throw new ProtocolException(peer, step.Name!, "sent a query with bits that mean nothing");
        }

        return rest == 0
            ? new QueryMessage(rows, revealed, default, default)
            : new QueryMessage(rows, revealed, bytes.Slice(HeaderBytes, SHA256.HashSizeInBytes).ToArray(), bytes[(HeaderBytes + SHA256.HashSizeInBytes)..].ToArray(), waits);
    }
}
