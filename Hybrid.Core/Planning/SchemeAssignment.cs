using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>The scheme of every node of a graph: what a client chooses, and all that a server needs to derive the same plan.</summary>
public sealed class SchemeAssignment : IEquatable<SchemeAssignment>
{
    /// <summary>Takes the schemes.</summary>
    /// <param name="schemes">One for each node; constants count as plain, reveals as what they open.</param>
    public SchemeAssignment(ImmutableArray<Scheme> schemes) => Schemes = schemes;

    /// <summary>The schemes, by node.</summary>
    public ImmutableArray<Scheme> Schemes { get; }

    /// <summary>The scheme of a node.</summary>
    public Scheme this[Node node]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(node);
            return Schemes[node.Id];
        }
    }

    /// <summary>A byte for each node.</summary>
    public byte[] Write() => [.. Schemes.Select(scheme => (byte)scheme)];

    /// <summary>Reads what <see cref="Write"/> wrote for a graph; null if the bytes are none.</summary>
    public static SchemeAssignment? TryRead(OpGraph graph, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (bytes.Length != graph.Nodes.Count)
        {
            return null;
        }

        var schemes = ImmutableArray.CreateBuilder<Scheme>(bytes.Length);
        foreach (byte code in bytes)
        {
            if (!Enum.IsDefined((Scheme)code))
            {
                return null;
            }

            schemes.Add((Scheme)code);
        }

        return new SchemeAssignment(schemes.MoveToImmutable());
    }

    /// <inheritdoc/>
    public bool Equals(SchemeAssignment? other) => other is not null && Schemes.AsSpan().SequenceEqual(other.Schemes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SchemeAssignment);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (Scheme scheme in Schemes)
            hash.Add(scheme);
        return hash.ToHashCode();
    }
}
