using System.Diagnostics;
using System.Runtime;
using Hybrid.Bench.Paillier;
using Hybrid.Paillier;

namespace Hybrid.Bench.Peers;

/// <summary>Our side of the comparison: every operation on one thread, in batches and, where it matters, one at a time.</summary>
internal sealed class PaillierTimings : IDisposable
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);

    // The runtime compiles again, with care, what turns out to run often; it waits 0.1 s for other compilation to end.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.2);

    private readonly List<(string Name, int Bits, int Count, Func<TimeSpan> Run)> _cases = [];
    private readonly List<PaillierOperations> _operations = [];

    public PaillierTimings(IEnumerable<int> keySizes)
    {
        foreach (int bits in keySizes)
        {
            var operations = new PaillierOperations(bits);
            _operations.Add(operations);
            Add("encrypt, owner", PaillierOperations.Batch, operations.EncryptAsOwner);
            Add("encrypt, owner, one at a time", 1, operations.EncryptOneAsOwner);
            Add("encrypt, public key", PaillierOperations.Batch, operations.EncryptPublicly);
            Add("encrypt, public key, one at a time", 1, operations.EncryptOnePublicly);
            Add("decrypt", PaillierOperations.Batch, operations.Decrypt);
            Add("decrypt, one at a time", 1, operations.DecryptOne);
            Add("multiply-16", PaillierOperations.Batch, operations.MultiplyBy16Bits);
            Add("add", PaillierOperations.Batch, operations.Add);
            Add("dot-784", PaillierOperations.Dots, () => operations.Dot());
            Add("dot-784, one at a time", 1, () => operations.DotOne());
            // The primes are looked for on two threads: the processor time of both is what one would take.
            _cases.Add(("keygen", bits, 1, () => ProcessorTime(() => PaillierPrivateKey.Generate(bits).Dispose())));

            void Add(string name, int count, Action run) => _cases.Add((name, bits, count, () => WallTime(run)));
        }
    }

    /// <summary>Runs every operation until the runtime has compiled it for good.</summary>
    public void WarmUp()
    {
        foreach ((_, _, _, Func<TimeSpan> run) in _cases)
        {
            long start = Stopwatch.GetTimestamp();
            long lastCompilation = start;
            long compiled = -1;
            while (Stopwatch.GetElapsedTime(lastCompilation) < Quiet && Stopwatch.GetElapsedTime(start) < LongestWarmUp)
            {
                run();
                if (JitInfo.GetCompiledMethodCount() is var now && now != compiled)
                {
                    compiled = now;
                    lastCompilation = Stopwatch.GetTimestamp();
                }
            }
        }
    }

    /// <summary>One round: every operation over and over for the given time, twice at least.</summary>
    public IReadOnlyList<Timing> Measure(TimeSpan time, CancellationToken stop)
    {
        var timings = new List<Timing>(_cases.Count);
        foreach ((string name, int bits, int count, Func<TimeSpan> run) in _cases)
        {
            var samples = new List<double>();
            long start = Stopwatch.GetTimestamp();
            while (samples.Count < 2 || Stopwatch.GetElapsedTime(start) < time)
            {
                stop.ThrowIfCancellationRequested();
                samples.Add(run().TotalMicroseconds / count);
            }

            timings.Add(new Timing(name, bits, Timing.Median(samples)));
        }

        return timings;
    }

    public void Dispose() => _operations.ForEach(operations => operations.Dispose());

    private static TimeSpan WallTime(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan ProcessorTime(Action run)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        run();
        return Environment.CpuUsage.TotalTime - start;
    }
}
