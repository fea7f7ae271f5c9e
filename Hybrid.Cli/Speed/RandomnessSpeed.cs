using Hybrid.Security;

namespace Hybrid.Cli.Speed;

/// <summary>The generator that expands seeds; an operation is 2^20 bytes.</summary>
internal sealed class RandomnessSpeed : ISpeedSuite
{
    private const int Bytes = 1 << 20;

    public IEnumerable<SpeedCase> Cases(SpeedSettings settings) =>
        from threads in settings.Threads
        select new SpeedCase("aes-ctr", $"1 MiB, {SpeedSettings.Words(threads)}", () => Prepare(threads));

    public void Dispose()
    {
    }

    private static SpeedWork Prepare(int threads)
    {
        AesCtrGenerator[] generators = [.. Enumerable.Range(0, threads).Select(_ => AesCtrGenerator.FromOs())];
        byte[][] destinations = [.. generators.Select(_ => new byte[Bytes])];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        return new SpeedWork(threads, () => Parallel.For(0, threads, options, i => generators[i].Fill(destinations[i])), generators);
    }
}
