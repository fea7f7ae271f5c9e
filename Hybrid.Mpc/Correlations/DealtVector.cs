namespace Hybrid.Mpc.Correlations;

/// <summary>One vector of a correlation.</summary>
/// <param name="Words">Its words for each element, for each word of a bit plane, or for each chunk, as the form says.</param>
/// <param name="Dealing">Who holds it.</param>
/// <param name="Form">How long it is, and how shares of it add up.</param>
/// <param name="Owner">Whose it is, where one party alone knows it.</param>
/// <param name="IsLate">Whether it is needed only once the masked values are open; what is sent always is.</param>
internal readonly record struct DealtVector(
    int Words, Dealing Dealing, VectorForm Form = VectorForm.Words, int Owner = 0, bool IsLate = false)
{
    /// <summary>Whether a party has nothing of it until the masked values are open.</summary>
    public bool ComesLate => IsLate || Dealing is Dealing.Derived or Dealing.Common;

    /// <summary>Its words for so many elements.</summary>
    public int Length(int elements) => checked(Words * Form switch
    {
        VectorForm.Words => elements,
        VectorForm.Planes => (elements + 63) / 64,
        _ => 1,
    });

    /// <summary>Whether a party holds the vector or a share of it.</summary>
    public bool IsHeldBy(int party) => Dealing != Dealing.Owned || Owner == party;

    /// <summary>Whether a party expands what it holds from its seed.</summary>
    public bool IsSeededFor(int party, int parties) => Dealing switch
    {
        Dealing.Shared => true,
        Dealing.Owned => Owner == party,
        Dealing.Derived => party < parties - 1,
        _ => false,
    };

    /// <summary>Whether the dealer sends a party what it holds.</summary>
    public bool IsSentTo(int party, int parties) => Dealing switch
    {
        Dealing.Derived => party == parties - 1,
        Dealing.Common => true,
        _ => false,
    };
}

/// <summary>How long a vector is, and how its shares add up.</summary>
internal enum VectorForm
{
    /// <summary>Words for each element; shares add up modulo 2^64.</summary>
    Words,

    /// <summary>Bit planes, 64 elements a word; shares add up by exclusive or.</summary>
    Planes,

    /// <summary>As many words for a whole chunk, never shared.</summary>
    Chunk,
}
