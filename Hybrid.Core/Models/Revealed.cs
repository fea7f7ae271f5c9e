namespace Hybrid.Models;

/// <summary>What a client learns of its rows.</summary>
public enum Revealed
{
    /// <summary>The scores; the client applies the activation itself.</summary>
    Scores,

    /// <summary>What the activation makes of them, computed before anything is opened: the scores stay hidden.</summary>
    Values,

    /// <summary>The label alone: the greatest score is found before anything is opened.</summary>
    Label,
}
