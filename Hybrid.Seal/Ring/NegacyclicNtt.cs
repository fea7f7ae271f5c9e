using System.Runtime.Intrinsics;
using Hybrid.Numerics;

namespace Hybrid.Seal.Ring;

/// <summary>
/// The negacyclic number-theoretic transform: turns products in Z_p[X] / (X^N + 1) into products of numbers.
/// Forward maps the coefficients of a to the values a(psi^(2 reverse(j) + 1)) for j = 0 … N-1, Inverse maps back.
/// </summary>
/// <remarks>
/// psi is the least primitive 2N-th root of unity and reverse(j) has the log2 N bits of j in reverse order: the order of Microsoft SEAL.
/// Polynomials are N residues in [0, p), in and out, worked on in place; residues outside that range give wrong numbers, never an error,
/// so whoever reads them from outside checks them there. Nothing branches or indexes on a residue, and nothing is allocated.
/// Immutable, so any number of threads may share one. A transform is log2 N * N / 2 butterflies.
/// </remarks>
public sealed class NegacyclicNtt
{
    private readonly NttTransform _transform;

    /// <summary>Prepares the transform of one prime and one degree.</summary>
    /// <param name="tables">The prime, the degree and the roots of unity.</param>
    /// <param name="width">Which kernel is to compute; the same numbers come out of each.</param>
    /// <remarks>
    /// Keeps tables of 16 N bytes. The vector kernels compute with doubles and take primes below 2^50 and degrees from 64: four at
    /// once with AVX2 and FMA, eight with AVX-512 F and DQ. The portable one takes primes to 61 bits and any degree.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is not one of the enumeration's values.</exception>
    /// <exception cref="ParameterException">The kernel asked for by name does not run on this machine, or not with this prime or degree.</exception>
    public NegacyclicNtt(NttTables tables, KernelWidth width = KernelWidth.Auto)
    {
        ArgumentNullException.ThrowIfNull(tables);
        Tables = tables;
        Width = NttKernelChoice.Make(tables, width);
        Residues = ResidueKernels.Make(tables.Modulus, Width);
        _transform = Width switch
        {
            KernelWidth.Vector512 => new VectorNtt<Vector512<double>, DoubleLanes512>(tables, Residues),
            KernelWidth.Vector256 => new VectorNtt<Vector256<double>, DoubleLanes256>(tables, Residues),
            _ => new PortableNtt(tables, Residues),
        };
    }

    /// <summary>The prime, the degree and the roots of unity.</summary>
    public NttTables Tables { get; }

    /// <summary>The kernel that computes: never <see cref="KernelWidth.Auto"/>.</summary>
    public KernelWidth Width { get; }

    /// <summary>Arithmetic on values or coefficients, element by element.</summary>
    internal ResidueKernels Residues { get; }

    /// <summary>Replaces N coefficients in [0, p) by the N values in [0, p), in bit-reversed order.</summary>
    /// <exception cref="ArgumentException">The span does not have N elements.</exception>
    public void Forward(Span<ulong> polynomial)
    {
        CheckLength(polynomial.Length, nameof(polynomial));
        _transform.Forward(polynomial);
    }

    /// <summary>The same where all coefficients but the lowest are zero: the first levels then copy, and are left out.</summary>
    /// <param name="polynomial">N coefficients, of which all from <paramref name="length"/> on are zero.</param>
    /// <param name="length">How many need not be.</param>
    /// <exception cref="ArgumentException">The span does not have N elements.</exception>
    internal void ForwardShort(Span<ulong> polynomial, int length)
    {
        CheckLength(polynomial.Length, nameof(polynomial));
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, polynomial.Length);
        _transform.ForwardShort(polynomial, length);
    }

    /// <summary>Replaces N values in [0, p), in bit-reversed order, by the N coefficients in [0, p).</summary>
    /// <exception cref="ArgumentException">The span does not have N elements.</exception>
    public void Inverse(Span<ulong> values)
    {
        CheckLength(values.Length, nameof(values));
        _transform.Inverse(values, values);
    }

    /// <summary>The values of a polynomial given modulo another prime, each coefficient taken as the number of its class nearest to zero.</summary>
    /// <param name="source">N coefficients in [0, q).</param>
    /// <param name="from">The other prime q, of any length.</param>
    /// <param name="destination">N values; may be the very span <paramref name="source"/>, but not overlap it by part.</param>
    /// <remarks>
    /// The same as <see cref="ResidueKernels.Rebase"/> and <see cref="Forward"/>, one pass over memory less where both primes are below 2^50.
    /// </remarks>
    /// <exception cref="ArgumentException">A span does not have N elements, or the destination overlaps the source by part.</exception>
    internal void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(from);
        CheckLength(source.Length, nameof(source));
        CheckLength(destination.Length, nameof(destination));
        CheckOverlap(source, destination);
        _transform.ForwardRebased(source, from, destination);
    }

    /// <summary>The same, after which two other polynomials at these addresses will be multiplied by the result: they are fetched meanwhile.</summary>
    internal void ForwardRebased(ReadOnlySpan<ulong> source, Modulus from, Span<ulong> destination, nint firstFactor, nint secondFactor)
    {
        CheckLength(source.Length, nameof(source));
        CheckLength(destination.Length, nameof(destination));
        CheckOverlap(source, destination);
        _transform.ForwardRebased(source, from, destination, firstFactor, secondFactor);
    }

    /// <summary>destination = addend + (minuend - <see cref="ForwardRebased(ReadOnlySpan{ulong}, Modulus, Span{ulong})"/> of the source) w: dividing by a prime.</summary>
    /// <param name="source">N coefficients in [0, q).</param>
    /// <param name="from">The prime q they are modulo; this one for no rebasing.</param>
    /// <param name="scratch">N words of any content, the source's own or other memory.</param>
    /// <param name="minuend">N values.</param>
    /// <param name="w">A constant in [0, p).</param>
    /// <param name="addend">N values, or none for zero.</param>
    /// <param name="destination">N values; may be the minuend's or the addend's memory.</param>
    internal void ForwardQuotient(
        ReadOnlySpan<ulong> source, Modulus from, Span<ulong> scratch, ReadOnlySpan<ulong> minuend, ulong w, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        CheckLength(source.Length, nameof(source));
        CheckLength(scratch.Length, nameof(scratch));
        CheckLength(minuend.Length, nameof(minuend));
        CheckLength(destination.Length, nameof(destination));
        _transform.ForwardQuotient(source, from, scratch, minuend, w, addend, destination);
    }

    /// <summary>Inverse into other memory: N values in [0, p) to N coefficients in [0, p).</summary>
    internal void Inverse(ReadOnlySpan<ulong> values, Span<ulong> coefficients)
    {
        CheckLength(values.Length, nameof(values));
        CheckLength(coefficients.Length, nameof(coefficients));
        _transform.Inverse(values, coefficients);
    }

    /// <summary>destination[i] = a[i] b[i] mod p: the product of two transformed polynomials.</summary>
    /// <param name="a">N values in [0, p).</param>
    /// <param name="b">N values in [0, p).</param>
    /// <param name="destination">N values; may be the very span <paramref name="a"/> or <paramref name="b"/>, but not overlap one by part.</param>
    /// <exception cref="ArgumentException">A span does not have N elements, or the destination overlaps an operand by part.</exception>
    public void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination)
    {
        CheckLength(a.Length, nameof(a));
        CheckLength(b.Length, nameof(b));
        CheckLength(destination.Length, nameof(destination));
        CheckOverlap(a, destination);
        CheckOverlap(b, destination);
        Residues.Multiply(a, b, destination);
    }

    private void CheckLength(int length, string parameter)
    {
        if (length != Tables.Degree)
        {
            throw new ArgumentException($"A polynomial of this ring has {Tables.Degree} residues; this span has {length}.", parameter);
        }
    }

    private static void CheckOverlap(ReadOnlySpan<ulong> operand, Span<ulong> destination)
    {
        if (operand.Overlaps(destination, out int offset) && offset != 0)
        {
            throw new ArgumentException(
                "The destination overlaps an operand by part; use that operand's span itself or other memory.", nameof(destination));
        }
    }
}
