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
internal sealed record QueryMessage(int Rows, Revealed Revealed, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Assignment)
{
    private const int HeaderBytes = 8;

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
    public static QueryMessage ForPlan(int rows, Revealed revealed, Plan plan) => new(rows, revealed, plan.Hash(), plan.Assignment.Write());

    /// <summary>Writes it.</summary>
    public byte[] Write()
    {
        var bytes = new byte[HeaderBytes + Hash.Length + Assignment.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Rows);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), (int)Revealed);
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

        int revealed = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[4..]);
        if (!Enum.IsDefined((Revealed)revealed))
        {
            throw new ProtocolException(peer, step.Name!, $"asked to be revealed {revealed}, which is nothing that there is");
        }

        return rest == 0
            ? new QueryMessage(rows, (Revealed)revealed, default, default)
            : new QueryMessage(rows, (Revealed)revealed, bytes.Slice(HeaderBytes, SHA256.HashSizeInBytes).ToArray(), bytes[(HeaderBytes + SHA256.HashSizeInBytes)..].ToArray());
    }
}
