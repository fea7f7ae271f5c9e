namespace Hybrid.Schemes;

/// <summary>What a step is expected to cost.</summary>
/// <param name="ClientSeconds">Computing time at the client.</param>
/// <param name="ServerSeconds">Computing time at the server.</param>
/// <param name="BytesUp">From client to server, frame headers included. Exact.</param>
/// <param name="BytesDown">From server to client, frame headers included. Exact.</param>
/// <param name="Messages">Messages sent, either way. Exact.</param>
public readonly record struct Quote(double ClientSeconds, double ServerSeconds, long BytesUp, long BytesDown, int Messages)
{
    private readonly Ways? _ways;
    private readonly int _pieces;

    /// <summary>A step that costs nothing worth naming.</summary>
    public static Quote Free => default;

    /// <summary>The ways between the parties that are waited for; unless given, what messages one after the other take.</summary>
    public Ways Ways
    {
        get => _ways ?? (Messages == 0 ? Ways.None : BytesDown == 0 ? Ways.Up : BytesUp == 0 ? Ways.Down : Ways.Up.Then(Ways.Down));
        init => _ways = value;
    }

    /// <summary>How many ways are waited for at most, one after the other: fewer than messages where both send at once.</summary>
    public int Flights => Ways.Longest;

    /// <summary>Whether both parties compute and send at once rather than one after the other.</summary>
    public bool IsMutual { get; init; }

    /// <summary>
    /// In how many pieces of about equal size it is done, where one party sends and the other computes on what has come: computing, sending and computing
    /// there then overlap, and but for a first and a last piece only the longest of the three counts. 1 if nothing overlaps, or nothing was computed ahead.
    /// </summary>
    public int Pieces
    {
        get => Math.Max(1, _pieces);
        init => _pieces = value;
    }

    /// <summary>What is computed ahead of the step: but for one piece, as much of it as has time to does not count.</summary>
    public ComputedAhead Ahead { get; init; }

    /// <summary>Seconds that what a dealer sends for it takes to arrive, from the query's start on, after what it sends for steps before.</summary>
    public double DealtSeconds { get; init; }

    /// <summary>Both, one after the other. A sum has no pieces, but for one with what costs nothing.</summary>
    public static Quote operator +(Quote left, Quote right) => left == Free ? right : right == Free ? left : new(
        left.ClientSeconds + right.ClientSeconds,
        left.ServerSeconds + right.ServerSeconds,
        left.BytesUp + right.BytesUp,
        left.BytesDown + right.BytesDown,
        left.Messages + right.Messages)
    {
        Ways = left.Ways.Then(right.Ways),
        IsMutual = left.IsMutual && right.IsMutual,
        DealtSeconds = left.DealtSeconds + right.DealtSeconds,
    };

    /// <summary>Both, one after the other.</summary>
    public static Quote Add(Quote left, Quote right) => left + right;
}
