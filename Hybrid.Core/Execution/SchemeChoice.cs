using Hybrid.Models;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>What a client chooses: the scheme that computes, and what is revealed in the end.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Revealed">What the client learns.</param>
internal readonly record struct SchemeChoice(Scheme Scheme, Revealed Revealed)
{
    private const int Values = 128;

    /// <summary>Reads the byte that stands for a choice.</summary>
    public static SchemeChoice Of(byte code) => new((Scheme)(code % Values), code >= Values ? Revealed.Values : Revealed.Scores);

    /// <summary>The byte that stands for it.</summary>
    public byte Code => (byte)((int)Scheme + (Revealed == Revealed.Values ? Values : 0));
}
