using System.Runtime.InteropServices;
using Hybrid.Security;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.RingPacked;

/// <summary>The weights of a layer as transformed polynomials: made once a model, used in every run. The evaluator's secret; wiped when disposed.</summary>
/// <remarks>Costs a transform a prime of every polynomial, and the memory that <see cref="RingPackedPlan.WeightBytes"/> says. Any number of threads may share one.</remarks>
public sealed class RingPackedWeights : IDisposable
{
    private readonly SecretBuffer<ulong>[] _polynomials;
    private readonly nint[] _addresses;

    /// <summary>Prepares the weights of a layer.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="packing">The layer.</param>
    /// <param name="weights">Its weights, row by row: k × l for a product of matrices, M × C/g × h × w for a convolution.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights than the layer has.</exception>
    /// <exception cref="ParameterException">A weight is larger than the layer was planned for, or the parameters differ.</exception>
    public RingPackedWeights(CkksContext context, RingPacking packing, ReadOnlySpan<long> weights)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(packing);
        packing.RequireParameters(context);
        RingPacking.RequireLength(weights.Length, packing.Shape.WeightLength, nameof(weights));
        RequireMagnitudes(packing, weights);
        Context = context;
        Packing = packing;
        _polynomials = new SecretBuffer<ulong>[packing.Plan.WeightPolynomials];
        _addresses = new nint[_polynomials.Length];
        using var coefficients = new SecretBuffer<long>(context.Degree);
        for (int i = 0; i < _polynomials.Length; i++)
        {
            coefficients.Span.Clear();
            packing.PackWeights(i, weights, coefficients.Span);
            _polynomials[i] = Transformed(coefficients.Span);
            _addresses[i] = AddressOf(_polynomials[i]);
        }
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>The layer.</summary>
    public RingPacking Packing { get; }

    /// <summary>Where a polynomial's residues of a prime are; valid while the weights are referenced and not disposed.</summary>
    internal nint Address(int polynomial, int prime) => _addresses[polynomial] + (prime * Context.Degree * sizeof(ulong));

    /// <summary>Whether they serve another packing too: one of the same weights, with as many rows as may be.</summary>
    internal bool Serve(RingPacking packing) => Equals(packing.WeightLayout, Packing.WeightLayout);

    /// <summary>Throws if they were wiped.</summary>
    internal void RequireAlive() => ObjectDisposedException.ThrowIf(_addresses.Length > 0 && _addresses[0] == 0, this);

    /// <summary>Wipes them.</summary>
    public void Dispose()
    {
        Array.Clear(_addresses);
        foreach (SecretBuffer<ulong> polynomial in _polynomials)
        {
            polynomial.Dispose();
        }
    }

    private SecretBuffer<ulong> Transformed(ReadOnlySpan<long> coefficients)
    {
        int primes = Context.Parameters.DataPrimeCount;
        var polynomial = new SecretBuffer<ulong>(primes * Context.Degree);
        for (int i = 0; i < primes; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[i];
            Span<ulong> residues = Context.Ring.Slice(polynomial.Span, i);
            SignedResidues.Reduce(coefficients, prime.Tables.Modulus, residues);
            prime.Forward(residues);
        }

        return polynomial;
    }

    // Memory of a secret buffer is never moved.
    private static unsafe nint AddressOf(SecretBuffer<ulong> buffer)
    {
        fixed (ulong* start = &MemoryMarshal.GetReference(buffer.Span))
        {
            return (nint)start;
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
