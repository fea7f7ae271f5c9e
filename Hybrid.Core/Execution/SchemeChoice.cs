using Hybrid.Models;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>What a client chooses: the scheme that computes, and what is revealed in the end.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Revealed">What the client learns.</param>
internal readonly record struct SchemeChoice(Scheme Scheme, Revealed Revealed)
{
    private const int Values = 128;

    /// <summary>The number, and at set-up the byte, that stands for it: the scheme's, and 128 more if the values are revealed.</summary>
    public int Code => (int)Scheme + (Revealed == Revealed.Values ? Values : 0);

    /// <summary>Reads the number; one that stands for no choice is a scheme that there is not.</summary>
    public static SchemeChoice Of(int code) =>
        code is >= Values and < 2 * Values ? new((Scheme)(code - Values), Revealed.Values) : new((Scheme)code, Revealed.Scores);
}
