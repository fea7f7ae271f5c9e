namespace Hybrid.Graph;

/// <summary>Who knows a constant: all, one party, or nobody.</summary>
public readonly record struct Visibility
{
    private Visibility(VisibilityKind kind, Party? owner)
    {
        Kind = kind;
        Owner = owner;
    }

    /// <summary>All, one, or nobody.</summary>
    public VisibilityKind Kind { get; }

    /// <summary>The party that knows it, if just one does.</summary>
    public Party? Owner { get; }

    /// <summary>Known to all.</summary>
    public static Visibility Public { get; } = new(VisibilityKind.Public, null);

    /// <summary>Known to nobody.</summary>
    public static Visibility Secret { get; } = new(VisibilityKind.Secret, null);

    /// <summary>Known to one party.</summary>
    public static Visibility Private(Party owner) => new(VisibilityKind.Private, owner);

    /// <summary>As in Private(server).</summary>
    public override string ToString() => Owner is { } owner ? $"Private({owner.Name()})" : Kind.ToString();
}

/// <summary>The kinds of visibility.</summary>
public enum VisibilityKind
{
    /// <summary>Known to all.</summary>
    Public,

    /// <summary>Known to one party.</summary>
    Private,

    /// <summary>Known to nobody.</summary>
    Secret,
}
