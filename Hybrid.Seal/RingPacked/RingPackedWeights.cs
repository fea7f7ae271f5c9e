using System.Runtime.InteropServices;
using Hybrid.Security;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.RingPacked;

/// <summary>The weights of a layer as transformed polynomials: made once a model, used in every run. The evaluator's secret; wiped when disposed.</summary>
/// <remarks>Costs a transform a prime of every polynomial, and the memory that <see cref="RingPackedPlan.WeightBytes"/> says. Any number of threads may share one.</remarks>
public sealed class RingPackedWeights : IDisposable
{
    // Those of a sum and a prime lie together, group of terms by group, and those of a group interleaved: they are read once, from the first to the last.
    private readonly SecretBuffer<ulong>[] _factors;
    private readonly TermGroups _groups;
    private bool _isDisposed;

    /// <summary>Prepares the weights of a layer.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="packing">The layer.</param>
    /// <param name="weights">Its weights, row by row: k × l for a product of matrices, M × C/g × h × w for a convolution.</param>
    /// <param name="cores">How many cores preparing them may take; 1 unless given.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights than the layer has.</exception>
    /// <exception cref="ParameterException">A weight is larger than the layer was planned for, or the parameters differ.</exception>
    public RingPackedWeights(CkksContext context, RingPacking packing, ReadOnlySpan<long> weights, int cores = 1)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        packing.RequireParameters(context);
        RingPacking.RequireLength(weights.Length, packing.Shape.WeightLength, nameof(weights));
        RequireMagnitudes(packing, weights);
        Context = context;
        Packing = packing;
        _groups = packing.Groups;
        using var copy = new SecretBuffer<long>(weights);
        int sums = packing.Plan.WeightPolynomials / packing.TermCount;
        _factors = new SecretBuffer<ulong>[sums * (packing.Level + 1)];
        var workers = new SecretBuffer<long>[cores];
        for (int i = 0; i < cores; i++)
        {
            workers[i] = new SecretBuffer<long>(2 * context.Degree);
        }

        WorkerLoop.Run(workers, sums, (memory, sum) =>
            Prepare(sum, copy.Span, memory.Span[..context.Degree], MemoryMarshal.Cast<long, ulong>(memory.Span[context.Degree..])));
        foreach (SecretBuffer<long> memory in workers)
        {
            memory.Dispose();
        }
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>The layer.</summary>
    public RingPacking Packing { get; }

    /// <summary>Some residues of a group of a sum's terms, interleaved as <see cref="ResidueKernels.TwoSumsOfInterleaved"/> reads them.</summary>
    /// <param name="sum">The sum: its first weight polynomial over the number of terms.</param>
    /// <param name="prime">The prime.</param>
    /// <param name="group">The group.</param>
    /// <param name="from">The first residue of each.</param>
    /// <param name="count">How many of each.</param>
    internal ReadOnlySpan<ulong> Factors(int sum, int prime, int group, int from, int count) =>
        FactorsOf(_factors[(sum * (Packing.Level + 1)) + prime].Span, group).Slice(from * _groups.SizeOf(group), count * _groups.SizeOf(group));

    /// <summary>
    /// Whether they serve another packing too: one of the same weights, with as many rows as may be. Where results are merged otherwise inputs may
    /// be longer, and their groups smaller.
    /// </summary>
    internal bool Serve(RingPacking packing) => Equals(packing.WeightLayout, Packing.WeightLayout) && packing.Groups.Size == _groups.Size;

    /// <summary>Throws if they were wiped.</summary>
    internal void RequireAlive() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    /// <summary>Wipes them.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (SecretBuffer<ulong> factors in _factors)
        {
            factors.Dispose();
        }
    }

    private void Prepare(int sum, ReadOnlySpan<long> weights, Span<long> coefficients, Span<ulong> residues)
    {
        int terms = Packing.TermCount;
        int primes = Packing.Level + 1;
        Span<SecretBuffer<ulong>> factors = _factors.AsSpan(sum * primes, primes);
        for (int prime = 0; prime < primes; prime++)
        {
            factors[prime] = new SecretBuffer<ulong>(checked(terms * Context.Degree));
        }

        // Whole vectors of what may not be zero.
        int used = Math.Min(Context.Degree, (Packing.WeightCoefficients + 63) & ~63);
        for (int term = 0; term < terms; term++)
        {
            coefficients[..used].Clear();
            Packing.PackWeights((sum * terms) + term, weights, coefficients);
            for (int prime = 0; prime < primes; prime++)
            {
                NegacyclicNtt ring = Context.Ring.Primes[prime];
                SignedResidues.Reduce(coefficients[..used], ring.Tables.Modulus, residues[..used]);
                residues[used..].Clear();
                ring.ForwardShort(residues, used);
                int group = term / _groups.Size;
                Interleave(residues, FactorsOf(factors[prime].Span, group), term % _groups.Size, _groups.SizeOf(group));
            }
        }
    }

    private Span<ulong> FactorsOf(Span<ulong> ofSum, int group) =>
        ofSum.Slice(group * _groups.Size * Context.Degree, _groups.SizeOf(group) * Context.Degree);

    private static void Interleave(ReadOnlySpan<ulong> residues, Span<ulong> factors, int term, int terms)
    {
        for (int from = 0; from < residues.Length; from += ResidueKernels.InterleavedRun)
        {
            residues.Slice(from, ResidueKernels.InterleavedRun).CopyTo(factors[((from * terms) + (term * ResidueKernels.InterleavedRun))..]);
        }
    }

    private static void RequireMagnitudes(RingPacking packing, ReadOnlySpan<long> weights)
    {
        long largest = packing.Options.LargestWeight;
        long beyond = 0;
        foreach (long weight in weights)
        {
            beyond |= (largest - weight) | (largest + weight);
        }

        if (beyond < 0 || weights.Contains(long.MinValue))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{packing.Shape}: a weight is beyond {largest}, which the layer was planned for; plan it with a larger {nameof(RingPackedOptions.LargestWeight)}.");
        }
    }
}
