namespace Hybrid.Cli.Speed;

/// <summary>One thing to time.</summary>
/// <param name="Name">"scheme/operation".</param>
/// <param name="Parameters">What else the figure depends on, as words: sizes, threads.</param>
/// <param name="Prepare">Gets everything ready; what it takes is not counted.</param>
/// <param name="Share">How much of the time for a figure this one takes at most.</param>
internal sealed record SpeedCase(string Name, string Parameters, Func<SpeedWork> Prepare, double Share = 1);

/// <summary>A prepared case: a batch that can be run over and over.</summary>
/// <param name="operations">How many operations a batch does.</param>
/// <param name="runBatch">Does them.</param>
/// <param name="owned">What to dispose of at the end.</param>
internal sealed class SpeedWork(int operations, Action runBatch, params IDisposable[] owned) : IDisposable
{
    public int Operations => operations;

    public void RunBatch() => runBatch();

    public void Dispose()
    {
        foreach (IDisposable resource in owned)
        {
            resource.Dispose();
        }
    }
}

/// <summary>The cases of one scheme, and what they share: keys and the like, made at first use.</summary>
internal interface ISpeedSuite : IDisposable
{
    IEnumerable<SpeedCase> Cases(SpeedSettings settings);
}

/// <summary>What to time.</summary>
/// <param name="KeyBits">Key sizes, for schemes that have them.</param>
/// <param name="Threads">Numbers of threads.</param>
internal sealed record SpeedSettings(IReadOnlyList<int> KeyBits, IReadOnlyList<int> Threads)
{
    public static string Words(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
