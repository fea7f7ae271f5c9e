using Hybrid.Seal.Encoding;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>Turns vectors of up to N / 2 numbers into plaintexts and back, by the canonical embedding.</summary>
/// <remarks>
/// A plaintext is the integer polynomial nearest to scale times the one whose values at the primitive 2N-th roots of unity are the slots;
/// slots stand in Microsoft SEAL's order. Rounding errs by about sqrt(N / 12) / scale a slot. Any number of threads may share one;
/// working memory is wiped, and once warm an overload with a destination allocates nothing.
/// Source: Cheon, Kim, Kim, Song (2017), section 2.2.
/// </remarks>
public sealed class CkksEncoder
{
    private readonly SlotTransform _transform;
    private readonly CoefficientComposition _composition;
    private readonly SecretWorkspaces<double> _coefficients;
    private readonly SecretWorkspaces<ulong> _residues;

    /// <summary>Makes the encoder of a parameter set.</summary>
    public CkksEncoder(CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
        ReadOnlySpan<Modulus> primes = context.Parameters.Primes.AsSpan()[..context.Parameters.DataPrimeCount];
        // As with the ring's kernels, what a width does not take the portable kernel does.
        _transform = new SlotTransform(context.Degree, context.Degree >= NttKernelChoice.MinimumVectorDegree ? context.Width : Numerics.KernelWidth.Auto);
        bool isVector = context.Ring.Primes.All(prime => prime.Tables.Modulus.BitCount <= NttKernelChoice.MaximumVectorBits);
        _composition = new CoefficientComposition(primes, isVector ? context.Width : Numerics.KernelWidth.Auto);
        _coefficients = new SecretWorkspaces<double>(context.Degree);
        _residues = new SecretWorkspaces<ulong>(primes.Length * context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Numbers a plaintext holds: N / 2.</summary>
    public int SlotCount => Context.SlotCount;

    /// <summary>Encodes real numbers.</summary>
    /// <param name="values">Up to N / 2 finite numbers; the slots behind them hold 0.</param>
    /// <param name="scale">What they are multiplied by before rounding; 2^40 keeps about nine digits after the point.</param>
    /// <param name="level">The plaintext's level.</param>
    /// <param name="destination">Where the plaintext goes.</param>
    /// <exception cref="ParameterException">There are too many numbers, one is not finite, or they are too large for scale and level.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level, or the scale does not fit it.</exception>
    public void Encode(ReadOnlySpan<double> values, double scale, int level, Plaintext destination) => Encode(values, [], scale, level, destination);

    /// <summary>Encodes real numbers at the highest level.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{double}, double, int, Plaintext)"/>
    public Plaintext Encode(ReadOnlySpan<double> values, double scale) => Encode(values, scale, Context.MaximumLevel);

    /// <inheritdoc cref="Encode(ReadOnlySpan{double}, double, int, Plaintext)"/>
    public Plaintext Encode(ReadOnlySpan<double> values, double scale, int level)
    {
        var destination = new Plaintext(Context, level);
        Encode(values, scale, level, destination);
        return destination;
    }

    /// <summary>Encodes complex numbers, as real and imaginary parts.</summary>
    /// <param name="real">Up to N / 2 real parts.</param>
    /// <param name="imaginary">As many imaginary parts; none for real numbers.</param>
    /// <param name="scale">What they are multiplied by before rounding.</param>
    /// <param name="level">The plaintext's level.</param>
    /// <param name="destination">Where the plaintext goes.</param>
    /// <inheritdoc cref="Encode(ReadOnlySpan{double}, double, int, Plaintext)"/>
    public void Encode(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, double scale, int level, Plaintext destination)
    {
        RequireDestination(destination, scale, level);
        if (real.Length > SlotCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A plaintext of degree {Context.Degree} holds {SlotCount} numbers; {real.Length} were given: split them, or take a larger degree.");
        }

        if (imaginary.Length != 0 && imaginary.Length != real.Length)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"There are {imaginary.Length} imaginary parts for {real.Length} real ones; give as many, or none for real numbers.");
        }

        using SecretWorkspaces<double>.Loan loan = _coefficients.Borrow();
        _transform.ToCoefficients(real, imaginary, scale, loan.Span);
        WriteCoefficients(loan.Span, scale, level, destination);
    }

    /// <summary>Encodes the same real number in every slot, which is a constant polynomial.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{double}, double, int, Plaintext)"/>
    public void EncodeConstant(double value, double scale, int level, Plaintext destination)
    {
        RequireDestination(destination, scale, level);
        double coefficient = Math.Round(value * scale, MidpointRounding.ToEven);
        RequireFits(Math.Abs(coefficient), scale, level);
        destination.Reset(level, scale);
        for (int i = 0; i <= level; i++)
        {
            destination.Prime(i).Fill(CoefficientRounding.ToResidue(coefficient, Context.Ring.Modulus(i)));
        }
    }

    /// <summary>Encodes numbers as coefficients rather than slots: products of such plaintexts are negacyclic convolutions.</summary>
    /// <param name="coefficients">Up to N finite numbers, the lowest power first.</param>
    /// <param name="scale">What they are multiplied by before rounding to integers; 1 for integers as they are.</param>
    /// <param name="level">The plaintext's level.</param>
    /// <param name="destination">Where the plaintext goes.</param>
    /// <inheritdoc cref="Encode(ReadOnlySpan{double}, double, int, Plaintext)"/>
    public void EncodeCoefficients(ReadOnlySpan<double> coefficients, double scale, int level, Plaintext destination)
    {
        RequireDestination(destination, scale, level);
        if (coefficients.Length > Context.Degree)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A plaintext of degree {Context.Degree} has {Context.Degree} coefficients; {coefficients.Length} were given.");
        }

        using SecretWorkspaces<double>.Loan loan = _coefficients.Borrow();
        System.Numerics.Tensors.TensorPrimitives.Multiply(coefficients, scale, loan.Span);
        WriteCoefficients(loan.Span, scale, level, destination);
    }

    /// <summary>Decodes real parts, for the key's owner.</summary>
    /// <param name="plaintext">The plaintext.</param>
    /// <param name="values">Takes the first slots; at most N / 2.</param>
    /// <exception cref="ParameterException">The plaintext has other parameters, or more numbers are asked for than there are.</exception>
    public void Decode(Plaintext plaintext, Span<double> values) => Decode(plaintext, values, []);

    /// <summary>Decodes complex numbers, for the key's owner.</summary>
    /// <param name="plaintext">The plaintext.</param>
    /// <param name="real">Takes the real parts of the first slots; at most N / 2.</param>
    /// <param name="imaginary">Takes as many imaginary parts, or none.</param>
    /// <exception cref="ParameterException">The plaintext has other parameters, or more numbers are asked for than there are.</exception>
    public void Decode(Plaintext plaintext, Span<double> real, Span<double> imaginary)
    {
        RequireSlots(real.Length);
        using SecretWorkspaces<double>.Loan loan = _coefficients.Borrow();
        ReadCoefficients(plaintext, loan.Span);
        _transform.ToSlots(loan.Span, 1 / plaintext.Scale, real, imaginary);
    }

    /// <summary>Decodes the real parts of all slots, for the key's owner.</summary>
    /// <inheritdoc cref="Decode(Plaintext, Span{double})"/>
    public double[] Decode(Plaintext plaintext)
    {
        var values = new double[SlotCount];
        Decode(plaintext, values);
        return values;
    }

    /// <summary>Decodes coefficients rather than slots, for the key's owner.</summary>
    /// <param name="plaintext">The plaintext.</param>
    /// <param name="coefficients">Takes the first coefficients, divided by the scale; at most N.</param>
    /// <exception cref="ParameterException">The plaintext has other parameters, or more numbers are asked for than there are.</exception>
    public void DecodeCoefficients(Plaintext plaintext, Span<double> coefficients)
    {
        if (coefficients.Length > Context.Degree)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A plaintext of degree {Context.Degree} has {Context.Degree} coefficients; {coefficients.Length} were asked for.");
        }

        using SecretWorkspaces<double>.Loan loan = _coefficients.Borrow();
        ReadCoefficients(plaintext, loan.Span);
        System.Numerics.Tensors.TensorPrimitives.Divide(loan.Span[..coefficients.Length], plaintext.Scale, coefficients);
    }

    /// <summary>
    /// Decodes real parts that someone other than the key's owner may see: drowned in noise, so that nothing can be learned from the
    /// ciphertext's own noise, with which the key could be worked out.
    /// </summary>
    /// <param name="plaintext">A decrypted plaintext.</param>
    /// <param name="noiseBits">log2 of a bound on the noise of its coefficients, from <see cref="NoiseBound"/>.</param>
    /// <param name="bits">Statistical security: what is released differs from what does not depend on the noise by 2^-bits at most, a coefficient.</param>
    /// <param name="values">Takes the first slots; at most N / 2. They err by about sqrt(N) 2^(noiseBits + bits) / scale.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    /// <remarks>
    /// The noise is added to the integers, exactly, before they become doubles: rounding a large one first could tell more of the
    /// ciphertext's noise than the bound allows. Source: Li and Micciancio (2021), section 5; flooding with uniform noise 2^bits times the bound.
    /// </remarks>
    /// <exception cref="ParameterException">The noise to add is beyond 100 bits, or as large as the scale, so that nothing would be left to see.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bits are not positive, or the bound is not a number.</exception>
    public void DecodeForRelease(Plaintext plaintext, double noiseBits, int bits, Span<double> values, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        Context.RequireSame(plaintext.Context, "plaintext");
        RequireSlots(values.Length);
        if (double.IsNaN(noiseBits))
        {
            throw new ArgumentOutOfRangeException(nameof(noiseBits), "The bound on the noise is not a number; follow the computation with NoiseBound.");
        }

        double floodingBits = Math.Ceiling(Math.Max(0, noiseBits)) + bits;
        double lost = floodingBits + (Math.Log2(Context.Degree) / 2);
        if (floodingBits > FloodingSampler.MaximumResidueBits || lost >= Math.Log2(plaintext.Scale))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"Releasing with {bits} bits of security takes noise of 2^{floodingBits} a coefficient, 2^{lost:F0} a slot, and the scale is 2^{Math.Log2(plaintext.Scale):F0}: nothing would be left to see; use a larger scale, or fewer bits.");
        }

        using SecretWorkspaces<double>.Loan loan = _coefficients.Borrow();
        using SecretWorkspaces<ulong>.Loan message = _residues.Borrow();
        using SecretWorkspaces<ulong>.Loan noise = _residues.Borrow();
        Span<ulong> residues = message.Span[..plaintext.Residues.Length];
        Span<ulong> flood = noise.Span[..residues.Length];
        ToCoefficients(plaintext, residues);
        using (AesCtrGenerator generator = RandomStreams.Fork(random ?? OsRandom.Instance))
        {
            FloodingSampler.FillResidues(
                generator, (int)floodingBits, Context.Parameters.Primes.AsSpan()[..(plaintext.Level + 1)], Context.Degree, flood);
        }

        for (int i = 0; i <= plaintext.Level; i++)
        {
            Span<ulong> sum = Context.Ring.Slice(residues, i);
            Context.Ring.Primes[i].Residues.Add(sum, Context.Ring.Slice(flood, i), sum);
        }

        _composition.ToDoubles(residues, loan.Span);
        _transform.ToSlots(loan.Span, 1 / plaintext.Scale, values, []);
    }

    /// <summary>Rounds coefficients that have been scaled to the plaintext of a level.</summary>
    internal void WriteCoefficients(ReadOnlySpan<double> coefficients, double scale, int level, Plaintext destination)
    {
        double largest = CoefficientRounding.Largest(coefficients);
        RequireFits(largest, scale, level);
        destination.Reset(level, scale);
        for (int i = 0; i <= level; i++)
        {
            CoefficientRounding.ToResidues(coefficients, largest, Context.Ring.Modulus(i), destination.Prime(i), Context.Ring.Primes[i].Width);
            Context.Ring.Primes[i].Forward(destination.Prime(i));
        }
    }

    /// <summary>The coefficients in (-Q/2, Q/2), not yet divided by the scale.</summary>
    internal void ReadCoefficients(Plaintext plaintext, Span<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        Context.RequireSame(plaintext.Context, "plaintext");
        using SecretWorkspaces<ulong>.Loan loan = _residues.Borrow();
        Span<ulong> residues = loan.Span[..plaintext.Residues.Length];
        ToCoefficients(plaintext, residues);
        _composition.ToDoubles(residues, coefficients);
    }

    /// <summary>The coefficients in (-Q/2, Q/2) exactly, for Q below 2^126.</summary>
    internal void ReadCoefficients(Plaintext plaintext, Span<Int128> coefficients)
    {
        Context.RequireSame(plaintext.Context, "plaintext");
        using SecretWorkspaces<ulong>.Loan loan = _residues.Borrow();
        Span<ulong> residues = loan.Span[..plaintext.Residues.Length];
        ToCoefficients(plaintext, residues);
        _composition.ToInt128(residues, coefficients);
    }

    private void ToCoefficients(Plaintext plaintext, Span<ulong> residues)
    {
        plaintext.Residues.CopyTo(residues);
        for (int i = 0; i <= plaintext.Level; i++)
        {
            Context.Ring.Primes[i].Inverse(Context.Ring.Slice(residues, i));
        }
    }

    private void RequireDestination(Plaintext destination, double scale, int level)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Context.RequireSame(destination.Context, "destination");
        Context.RequireLevel(level, nameof(level));
        Context.RequireScale(scale, level, nameof(scale));
    }

    private void RequireSlots(int count)
    {
        if (count > SlotCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A plaintext of degree {Context.Degree} holds {SlotCount} numbers; {count} were asked for.");
        }
    }

    private void RequireFits(double largest, double scale, int level)
    {
        if (!double.IsFinite(largest))
        {
            throw new ParameterException(ParameterFault.OutOfRange, "A number to encode is not finite, or becomes infinite when scaled; encode finite numbers only.");
        }

        if (Math.Log2(largest + 1) >= Context.BitsAt(level) - 1)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The numbers are too large: at scale 2^{Math.Log2(scale):F1} they do not fit the modulus of level {level}, 2^{Context.BitsAt(level):F1}; use a smaller scale, a higher level or smaller numbers.");
        }
    }
}
