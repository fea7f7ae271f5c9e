using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Lookups;

/// <summary>A real function of a secret fixed-point number that costs one opening and no comparison.</summary>
/// <remarks>
/// The secret X is opened masked, c = X - offset + r mod 2^64, for a uniform r that the dealer knows; only the low K = k + L bits of
/// both are used. The function lies in a space that translations map to itself, such as polynomials of a degree, so f(X) at
/// X - offset = c - r is Σ T(c) · B(r): public coefficients made from c alone, times words made from r alone, which the dealer has
/// shared additively mod 2^64. The sum is linear in the shares: each party computes its own share of f(X), with h + g fraction bits.
/// <para>
/// With k > 0 the domain has 2^k segments, each with its own T. Let c = c_top 2^L + c_low, and r likewise. Then
/// X - offset = u 2^L + t for u = (c_top - r_top) mod 2^k and t = c_low - r_low in (-2^L, 2^L). No borrow is needed: u is the floor or
/// one above it, and what stands for f in a segment does so on both sides. B is zero in all segments but r_top, so the sum over
/// them all picks T of segment u.
/// </para>
/// <para>
/// Opened: c, uniform for a uniform r, which must be used once. Outside the domain the result means nothing, but nothing more
/// is revealed. Instances are immutable and may be used by several threads.
/// </para>
/// </remarks>
internal abstract class LookupFunction : IEquatable<LookupFunction>
{
    private readonly LookupShape _shape;

    /// <summary>Takes the sizes, a name for the functions of the mask, and the tables that the name's hash covers.</summary>
    protected LookupFunction(LookupShape shape, string basis, params ReadOnlySpan<double[]> tables)
    {
        _shape = shape;
        int slopeBits = OutputFractionBits - InputFractionBits;
        int shift = Math.Max(0, slopeBits - 30);
        SlopeWord = unchecked((ulong)DeterministicMath.Round(shape.Slope * DeterministicMath.PowerOfTwo(slopeBits - shift))) << shift;
        CultureInfo culture = CultureInfo.InvariantCulture;
        Basis = string.Create(culture, $"{basis}k{TableBits}l{LowBits}w{BasisWords}h{BasisFractionBits}");
        string sizes = string.Create(culture, $"f{InputFractionBits}o{Offset}g{CoefficientFractionBits}s{SlopeWord:x}");
        Name = $"{shape.Label}/{Basis}/{sizes}/{Hash(tables)}";
    }

    /// <summary>Label, basis, sizes and a hash of the tables: equal names stand for equal results, so parties compare them.</summary>
    public string Name { get; }

    /// <summary>
    /// What the dealer's words depend on: functions with equal ones are dealt alike, and those with the same offset, such as a sine and
    /// its cosine, can be evaluated at the same X with one mask, one opening and one set of words.
    /// </summary>
    public string Basis { get; }

    /// <summary>Fraction bits of X: x = X / 2^f, in two's complement.</summary>
    public int InputFractionBits => _shape.InputFractionBits;

    /// <summary>What is subtracted from X before it is masked.</summary>
    public long Offset => _shape.Offset;

    /// <summary>k: there are 2^k segments.</summary>
    public int TableBits => _shape.TableBits;

    /// <summary>L: a segment is 2^L steps of X wide.</summary>
    public int LowBits => _shape.LowBits;

    /// <summary>K = k + L: how many low bits of the opened word are used; the others need not be sent.</summary>
    public int OpenedBits => TableBits + LowBits;

    /// <summary>How many words the dealer shares for each element.</summary>
    public int BasisWords => _shape.BasisWords;

    /// <summary>h: fraction bits of the dealer's words.</summary>
    public int BasisFractionBits => _shape.BasisFractionBits;

    /// <summary>g: fraction bits of the public coefficients.</summary>
    public int CoefficientFractionBits => _shape.CoefficientFractionBits;

    /// <summary>h + g: fraction bits of the result.</summary>
    public int OutputFractionBits => BasisFractionBits + CoefficientFractionBits;

    /// <summary>The public integer by which X itself enters the result; 0 for most functions.</summary>
    public ulong SlopeWord { get; }

    /// <summary>Whether evaluating needs the party's share of X.</summary>
    public bool UsesInput => SlopeWord != 0;

    /// <summary>The lowest x of the domain, which belongs to it.</summary>
    public double Lowest => _shape.Lowest;

    /// <summary>The highest x of the domain, which belongs to it.</summary>
    public double Highest => _shape.Highest;

    /// <summary>The largest |f(x)| on the domain; times 2^<see cref="OutputFractionBits"/> it is at most 2^62.</summary>
    public double MaximumMagnitude => _shape.MaximumMagnitude;

    /// <summary>
    /// A bound on |result - f(x)| / max(1, |f(x)|) on the domain: what the approximation leaves, found on a fine grid and a twentieth
    /// added, and all roundings.
    /// </summary>
    public double MaximumError => _shape.MaximumError;

    /// <summary>The dealer's words in the clear: those of element i from i · <see cref="BasisWords"/> on.</summary>
    /// <param name="r">The masks, uniform words; only their low K bits count.</param>
    /// <param name="basis">r.Length · BasisWords words; overwritten.</param>
    /// <remarks>No branch and no address depends on a mask.</remarks>
    /// <exception cref="ArgumentException"><paramref name="basis"/> has another length.</exception>
    public void Deal(ReadOnlySpan<ulong> r, Span<ulong> basis) => Deal(r, basis, KernelWidth.Auto);

    /// <summary>One party's shares of f(X), with <see cref="OutputFractionBits"/> fraction bits.</summary>
    /// <param name="opened">c = X - offset + r of each element; only the low K bits count.</param>
    /// <param name="basisShares">The party's shares of the dealer's words.</param>
    /// <param name="inputShares">The party's shares of X; may be empty unless <see cref="UsesInput"/>.</param>
    /// <param name="result">As many words as <paramref name="opened"/>; overwritten.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Evaluate(
        ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, ReadOnlySpan<ulong> inputShares, Span<ulong> result) =>
        Evaluate(opened, basisShares, inputShares, result, KernelWidth.Auto);

    /// <inheritdoc cref="Deal(ReadOnlySpan{ulong}, Span{ulong})"/>
    internal void Deal(ReadOnlySpan<ulong> r, Span<ulong> basis, KernelWidth width)
    {
        CheckBasis(r.Length, basis.Length, nameof(basis));
        DealCore(r, basis, Resolve(width));
    }

    /// <inheritdoc cref="Evaluate(ReadOnlySpan{ulong}, ReadOnlySpan{ulong}, ReadOnlySpan{ulong}, Span{ulong})"/>
    internal void Evaluate(
        ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, ReadOnlySpan<ulong> inputShares, Span<ulong> result, KernelWidth width)
    {
        CheckBasis(opened.Length, basisShares.Length, nameof(basisShares));
        if (result.Length != opened.Length)
        {
            throw new ArgumentException($"{opened.Length} elements were opened; there is room for {result.Length}.", nameof(result));
        }

        if (inputShares.Length != opened.Length && (UsesInput || !inputShares.IsEmpty))
        {
            throw new ArgumentException(
                $"{opened.Length} elements were opened; {inputShares.Length} shares were given.", nameof(inputShares));
        }

        EvaluateCore(opened, basisShares, result, Resolve(width));
        if (UsesInput)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = unchecked(result[i] + (SlopeWord * inputShares[i]));
        }
    }

    /// <summary>Deals; the lengths are right and the width is one that the machine has.</summary>
    protected abstract void DealCore(ReadOnlySpan<ulong> r, Span<ulong> basis, KernelWidth width);

    /// <summary>Evaluates, without the slope; the lengths are right and the width is one that the machine has.</summary>
    protected abstract void EvaluateCore(
        ReadOnlySpan<ulong> opened, ReadOnlySpan<ulong> basisShares, Span<ulong> result, KernelWidth width);

    /// <inheritdoc/>
    public bool Equals(LookupFunction? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LookupFunction);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static KernelWidth Resolve(KernelWidth width)
    {
        if (!KernelWidths.IsSupported(width))
        {
            throw new PlatformNotSupportedException($"This machine has no kernels of width {width}.");
        }

        return width == KernelWidth.Auto ? KernelWidths.Best : width;
    }

    private static string Hash(ReadOnlySpan<double[]> tables)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (double[] table in tables)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, table.Length);
            hash.AppendData(bytes);
            foreach (double entry in table)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, BitConverter.DoubleToInt64Bits(entry));
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private void CheckBasis(int elements, int words, string name)
    {
        if (words != (long)elements * BasisWords)
        {
            throw new ArgumentException(
                $"{elements} elements of {_shape.Label} take {(long)elements * BasisWords} words; there are {words}.", name);
        }
    }
}
