namespace Hybrid.Seal;

/// <summary>How hard it must be to break a parameter set, in bits, for classical computers and a ternary secret.</summary>
public enum SecurityLevel
{
    /// <summary>Anything goes: for known-answer tests only. It hides nothing that matters.</summary>
    None = 0,

    /// <summary>128 bits, the default.</summary>
    Classical128 = 128,

    /// <summary>192 bits.</summary>
    Classical192 = 192,

    /// <summary>256 bits.</summary>
    Classical256 = 256,
}
