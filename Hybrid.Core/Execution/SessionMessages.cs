using System.Buffers.Binary;
using Hybrid.Communication;
using Hybrid.Models;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>The messages of a session besides those of a plan's steps.</summary>
internal static class SessionMessages
{
    /// <summary>Server to client: the model card.</summary>
    public static StepTag Card { get; } = new(1, "model card");

    /// <summary>Client to server: the plan that it will have computed, of about as many rows as it will ask for.</summary>
    public static StepTag Schemes { get; } = new(2, "choice of schemes");

    /// <summary>Server to client: set-up is done; seconds it took.</summary>
    public static StepTag Ready { get; } = new(3, "set-up");

    /// <summary>Client to server: a query, a wish for a graph, or goodbye.</summary>
    public static StepTag Query { get; } = new(4, "query");

    /// <summary>Server to client, after the last step: seconds the query took.</summary>
    public static StepTag Report { get; } = new(5, "report");

    /// <summary>Server to client: the graph of so many rows.</summary>
    public static StepTag Graph { get; } = new(6, "graph of the model");

    /// <summary>Server to client: it has come to the plan of a query that it had not seen before.</summary>
    public static StepTag Agreed { get; } = new(7, "agreement on the plan");

    /// <summary>
    /// Both ways: a measurement of the link. A client that wants one says so by an empty message in place of its first, and sends that
    /// afterwards.
    /// </summary>
    public static StepTag Link { get; } = new(8, "measurement of the link");

    /// <summary>The step of a client's first message after the card.</summary>
    /// <param name="card">The card.</param>
    public static StepTag First(ModelCard card) => card.RowShape is null ? Schemes : Query;

    /// <summary>Bytes of a number of seconds.</summary>
    public const int SecondsBytes = 8;

    /// <summary>The tag of a scheme's own set-up.</summary>
    public static StepTag SetUp(Scheme scheme) => new(16 + (uint)scheme, $"set-up of {scheme}");

    /// <summary>The tag of a scheme's preparation for a plan.</summary>
    public static StepTag Preparation(Scheme scheme) => new(32 + (uint)scheme, $"preparation of {scheme}");

    /// <summary>Writes a number of seconds.</summary>
    public static byte[] WriteSeconds(double seconds)
    {
        var bytes = new byte[SecondsBytes];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, seconds);
        return bytes;
    }

    /// <summary>Reads a number of seconds.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static double ReadSeconds(ReadOnlySpan<byte> bytes, string peer, string step)
    {
        double seconds = bytes.Length == SecondsBytes ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : double.NaN;
        return double.IsFinite(seconds) && seconds >= 0
            ? seconds
            : throw new ProtocolException(peer, step, "sent something that is no number of seconds");
    }
}
