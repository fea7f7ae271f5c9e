using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Communication;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>The messages of a session besides those of a plan's steps.</summary>
internal static class SessionMessages
{
    /// <summary>Server to client: the model card.</summary>
    public static StepTag Card { get; } = new(1, "model card");

    /// <summary>Client to server: the hash of its plan for one row on the first scheme, and a byte for each scheme it will use: its number, and 128 if the values are revealed.</summary>
    public static StepTag Schemes { get; } = new(2, "choice of schemes");

    /// <summary>Server to client: set-up is done; seconds it took.</summary>
    public static StepTag Ready { get; } = new(3, "set-up");

    /// <summary>Client to server: rows, the choice of scheme as at set-up, plan hash; no rows to say goodbye.</summary>
    public static StepTag Query { get; } = new(4, "query");

    /// <summary>Server to client, after the last step: seconds the query took.</summary>
    public static StepTag Report { get; } = new(5, "report");

    /// <summary>Bytes of a plan's hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Bytes of a query.</summary>
    public const int QueryBytes = 8 + HashBytes;

    /// <summary>Bytes of a number of seconds.</summary>
    public const int SecondsBytes = 8;

    /// <summary>The tag of a scheme's own set-up.</summary>
    public static StepTag SetUp(Scheme scheme) => new(16 + (uint)scheme, $"set-up of {scheme}");

    /// <summary>The tag of a scheme's preparation for a plan.</summary>
    public static StepTag Preparation(Scheme scheme) => new(32 + (uint)scheme, $"preparation of {scheme}");

    /// <summary>The plan that a scheme is set up for: that of one row, which stands for all, since they differ in lengths only.</summary>
    public static Plan PlanOfSetUp(ModelCard card, SchemeRegistry registry, LinkProfile link, SchemeChoice choice) =>
        Planner.Plan(card.Graph(1, choice.Revealed).Graph, registry, link, choice.Scheme);

    public static byte[] WriteQuery(int rows, Plan? plan, Revealed revealed = Revealed.Scores)
    {
        var bytes = new byte[QueryBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows);
        if (plan is not null)
        {
            // One scheme serves the whole chain.
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), new SchemeChoice(plan.Schemes.First(), revealed).Code);
            plan.Hash().CopyTo(bytes.AsSpan(8));
        }

        return bytes;
    }

    public static (int Rows, SchemeChoice Choice, byte[] Hash) ReadQuery(ReadOnlySpan<byte> bytes, string peer)
    {
        if (bytes.Length != QueryBytes)
        {
            throw new ProtocolException(peer, "query", $"sent a query of {bytes.Length} bytes where {QueryBytes} make one");
        }

        int rows = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (rows < 0)
        {
            throw new ProtocolException(peer, "query", $"asked for {rows} rows");
        }

        return (rows, SchemeChoice.Of(BinaryPrimitives.ReadInt32LittleEndian(bytes[4..])), bytes[8..].ToArray());
    }

    public static byte[] WriteSeconds(double seconds)
    {
        var bytes = new byte[SecondsBytes];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, seconds);
        return bytes;
    }

    public static double ReadSeconds(ReadOnlySpan<byte> bytes, string peer, string step)
    {
        double seconds = bytes.Length == SecondsBytes ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : double.NaN;
        return double.IsFinite(seconds) && seconds >= 0
            ? seconds
            : throw new ProtocolException(peer, step, "sent something that is no number of seconds");
    }
}
