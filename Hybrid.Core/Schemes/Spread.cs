namespace Hybrid.Schemes;

/// <summary>Items handed out to threads.</summary>
/// <param name="Busiest">Items of the thread that has most.</param>
/// <param name="Others">Items of all others together.</param>
public readonly record struct Spread(int Busiest, int Others)
{
    /// <summary>Items in groups, to some threads.</summary>
    /// <param name="count">Items.</param>
    /// <param name="group">Items of a group, which one thread does.</param>
    /// <param name="threads">Threads.</param>
    public static Spread Of(int count, int group, int threads)
    {
        int groups = (count + group - 1) / group;
        int busiest = Math.Min(count, (groups + threads - 1) / threads * group);
        return new Spread(busiest, count - busiest);
    }
}
