using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.SlotReplies;

/// <summary>How wide a reply's flooding noise is, how far its primes can be dropped, and what its slots err by then.</summary>
/// <remarks>
/// <para>
/// Coefficients: scale times the largest slot bounds those of the message, since each is a mean of slots. Flooding noise is below 2^bits for
/// certain, and ten deviations bound the rest (<see cref="NoiseBound"/>). All of it stays below half the modulus.
/// </para>
/// <para>
/// Slots: n(x) at a root of unity has a real part of variance N / 2 times that of a coefficient. For flooding noise that is N 4^bits / 6, and
/// uniform numbers are strictly sub-Gaussian, so sqrt(N / 3) 2^bits times ten, as elsewhere, is passed with a chance of 2 e^-100. The noise from
/// before may be anything within its bound, so it counts N times.
/// </para>
/// </remarks>
internal sealed class SlotReplyNoise
{
    // Of the largest slot: of doubles on the way, and of scales that went through the same operations in another order.
    private static readonly double Doubles = Math.ScaleB(1, -36);

    private readonly CkksContext _context;
    private readonly double _largest;
    private readonly double _floor;
    private double _coefficient; // what is no message, at the level so far
    private double _slot;        // the same in a slot, not yet divided by the scale

    public SlotReplyNoise(SlotReply reply)
    {
        _context = reply.Context;
        _largest = reply.LargestValue;
        _floor = _largest * Doubles;
        Scale = reply.Scale;

        NoiseBound zero = NoiseBound.FreshPublic(_context);
        double computed = Math.Pow(2, reply.NoiseBits);
        FloodingBits = RequireFlooding(reply, Math.Log2(computed + zero.Coefficient));
        double flooding = Math.ScaleB(1, FloodingBits);
        double root = Math.Sqrt(_context.Degree);
        _coefficient = flooding + computed + zero.Coefficient;
        _slot = (NoiseBound.Deviations * flooding * root / Math.Sqrt(3)) + (_context.Degree * computed) + (zero.Coefficient * root);

        FloodedLevel = RequireRoom(reply);
        Level = FloodedLevel;
        RequireTolerance(reply);
        while (Level > 0 && TryRescale(reply.Tolerance))
        {
        }
    }

    /// <summary>The noise added is uniform in (-2^bits, 2^bits).</summary>
    public int FloodingBits { get; }

    /// <summary>The lowest level with room for message and noise: primes above it are left away before anything is added.</summary>
    public int FloodedLevel { get; }

    /// <summary>The level sent: as many primes are divided by as the tolerance allows.</summary>
    public int Level { get; private set; }

    /// <summary>The scale sent.</summary>
    public double Scale { get; private set; }

    /// <summary>A bound on what a slot's real part errs by.</summary>
    public double SlotError => (_slot / Scale) + _floor;

    private static int RequireFlooding(SlotReply reply, double noiseBits)
    {
        double bits = Math.Ceiling(Math.Max(0, noiseBits)) + reply.StatisticalBits;
        return bits <= FloodingSampler.MaximumResidueBits ? (int)bits : throw new ParameterException(
            ParameterFault.OutOfRange,
            $"Drowning noise of 2^{noiseBits:F1} for {reply.StatisticalBits} bits takes noise of 2^{bits:F0}, and 2^{FloodingSampler.MaximumResidueBits} is the most: rescale before the reply, use smaller scales, or fewer bits.");
    }

    private int RequireRoom(SlotReply reply)
    {
        for (int level = 0; level <= reply.Level; level++)
        {
            if (HasRoom(level, Scale, _coefficient))
            {
                return level;
            }
        }

        double needed = 1 + Math.Log2((Scale * _largest) + _coefficient);
        throw new ParameterException(
            ParameterFault.OutOfRange,
            $"Slots up to {_largest:G3} at scale 2^{Math.Log2(Scale):F1} under noise of 2^{FloodingBits} take a modulus of 2^{needed:F1}, and level {reply.Level} has 2^{_context.BitsAt(reply.Level):F1}: use parameters with more primes, rescale less before the reply, or take fewer bits.");
    }

    private void RequireTolerance(SlotReply reply)
    {
        if (_floor >= reply.Tolerance)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"Slots up to {_largest:G3} are decoded to {_floor:G2} in doubles and the tolerance is {reply.Tolerance:G2}: take a greater one, or smaller numbers.");
        }

        if (SlotError > reply.Tolerance)
        {
            double needed = Math.Ceiling(Math.Log2(_slot / (reply.Tolerance - _floor)));
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"Noise of 2^{FloodingBits} a coefficient makes a slot err by {SlotError:G2} at scale 2^{Math.Log2(Scale):F1}, and the tolerance is {reply.Tolerance:G2}: encrypt at larger scales so that the result's is 2^{needed:F0}, or take fewer bits or a greater tolerance.");
        }
    }

    // Divides by the level's last prime, if slots still are within the tolerance and coefficients within the modulus.
    private bool TryRescale(double tolerance)
    {
        double prime = _context.Parameters.Primes[Level].Value;
        double rounding = NoiseBound.OfRescaling(_context).Coefficient;
        double scale = Scale / prime;
        double coefficient = (_coefficient / prime) + rounding;
        double slot = (_slot / prime) + (rounding * Math.Sqrt(_context.Degree));
        if ((slot / scale) + _floor > tolerance || !HasRoom(Level - 1, scale, coefficient))
        {
            return false;
        }

        (Scale, _coefficient, _slot) = (scale, coefficient, slot);
        Level--;
        return true;
    }

    // A scale is below the modulus by itself, too: SEAL refuses others.
    private bool HasRoom(int level, double scale, double coefficient)
    {
        double bits = _context.BitsAt(level);
        return 1 + Math.Log2((scale * _largest) + coefficient) < bits && Math.Log2(scale) < bits;
    }
}
