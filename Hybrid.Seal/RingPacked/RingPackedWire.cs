using System.Collections.Immutable;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.RingPacked;

/// <summary>Ciphertexts of ring-packed layers as bytes, none wasted: residues as long as their primes, and of results only what is read.</summary>
/// <remarks>
/// Up: c_1 as its seed, then c_0, transformed or, where bits are dropped, as coefficients. Down: the level, then c_1's coefficients, and of
/// c_0 only those that are results, which are all that decryption needs (Huang et al. 2022, section 3.3). Both without the plan's dropped
/// bits (see <see cref="ShortResidues"/>). Bits lie lowest first; each prime's residues start at a byte.
/// </remarks>
public static class RingPackedWire
{
    private const int SeedBytes = AesSeed.Length;

    /// <summary>Bytes of an input ciphertext.</summary>
    /// <param name="packing">The layer.</param>
    public static int InputBytes(RingPacking packing)
    {
        ArgumentNullException.ThrowIfNull(packing);
        return InputBytes(packing.Parameters, packing.Level, packing.Plan.InputDroppedBits);
    }

    /// <summary>Bytes of an input ciphertext at a level, without so many bits.</summary>
    internal static int InputBytes(CkksParameters parameters, int level, int dropped) =>
        checked((int)(SeedBytes + ShortResidues.Bytes(parameters, level, parameters.Degree, dropped)));

    /// <summary>Bytes of a result ciphertext.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="output">Which of its result ciphertexts.</param>
    public static int OutputBytes(RingPacking packing, int output)
    {
        ArgumentNullException.ThrowIfNull(packing);
        using var places = new RingPacking.PlaceList(packing, output);
        return checked((int)ReplyBytes(packing.Parameters, packing.Plan.ReplyLevel, packing.Plan.DroppedBits, 1, places.Count));
    }

    /// <summary>Writes an input ciphertext, fresh from the secret key.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="ciphertext">The ciphertext.</param>
    /// <param name="destination">Takes <see cref="InputBytes(RingPacking)"/>.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ParameterException">The ciphertext is not fresh from the secret key.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int WriteInput(RingPacking packing, Ciphertext ciphertext, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(ciphertext);
        CkksParameters parameters = ciphertext.Context.Parameters;
        packing.RequireParameters(ciphertext.Context);
        int bytes = InputBytes(packing);
        RequireRoom(destination, bytes);
        if (ciphertext.Seed is not AesSeed seed || ciphertext.Size != 2 || ciphertext.Level != packing.Level)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The ciphertext is not fresh from the secret key, so it has no seed to send, or for another layer; encrypt with {nameof(RingPackedEncryptor)}.");
        }

        seed.Bytes.AsSpan().CopyTo(destination);
        int at = SeedBytes;
        if (packing.Plan.InputDroppedBits is > 0 and var dropped)
        {
            ShortResidues.Write(ciphertext, 0, [], dropped, [], destination[at..]);
            return bytes;
        }

        for (int i = 0; i <= ciphertext.Level; i++)
        {
            at += ResiduePacking.Write(ciphertext.Prime(0, i), parameters.Primes[i].BitCount, destination[at..]);
        }

        return bytes;
    }

    /// <summary>Reads an input ciphertext.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="packing">The layer.</param>
    /// <param name="source">Just its bytes.</param>
    /// <exception cref="FormatRefusedException">The bytes are not as many as they should be, or a residue is not below its prime.</exception>
    public static Ciphertext ReadInput(CkksContext context, RingPacking packing, ReadOnlySpan<byte> source)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.RequireParameters(context);
        var ciphertext = new Ciphertext(context);
        ReadInput(packing, source, ciphertext);
        return ciphertext;
    }

    /// <summary>Reads an input ciphertext into one that takes memory already.</summary>
    internal static void ReadInput(RingPacking packing, ReadOnlySpan<byte> source, Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        CkksContext context = ciphertext.Context;
        int level = packing.Level;
        RequireBytes(source.Length, InputBytes(packing), "input");
        ciphertext.Reset(2, level, 1);
        var seed = new AesSeed(ImmutableArray.Create(source[..SeedBytes]));
        int at = SeedBytes;
        if (packing.Plan.InputDroppedBits is > 0 and var dropped)
        {
            ShortResidues.Read(source[at..], ciphertext, 0, dropped, []);
            for (int i = 0; i <= level; i++)
            {
                context.Ring.Primes[i].Forward(ciphertext.Prime(0, i));
            }
        }
        else
        {
            for (int i = 0; i <= level; i++)
            {
                at += ResiduePacking.Read(source[at..], context.Parameters.Primes[i], ciphertext.Prime(0, i));
            }
        }

        seed.Expand(context, level + 1, ciphertext.Polynomial(1));
        ciphertext.Seed = seed;
    }

    /// <summary>Writes a result ciphertext: of its first polynomial only the results.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="output">Which of its result ciphertexts.</param>
    /// <param name="ciphertext">The ciphertext, masked or flooded.</param>
    /// <param name="destination">Takes <see cref="OutputBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ParameterException">The ciphertext is not one of this layer's results.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int WriteOutput(RingPacking packing, int output, Ciphertext ciphertext, Span<byte> destination) =>
        WriteOutput(packing, output, ciphertext, [], destination);

    /// <summary>Writes the sum of a result ciphertext and plain coefficients, prime by prime; of the ciphertext alone if there are none.</summary>
    internal static int WriteOutput(RingPacking packing, int output, Ciphertext ciphertext, ReadOnlySpan<ulong> plain, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(ciphertext);
        packing.RequireParameters(ciphertext.Context);
        RequireRoom(destination, OutputBytes(packing, output));
        if (ciphertext.Level != packing.Plan.ReplyLevel || ciphertext.Size != 2)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The ciphertext is at level {ciphertext.Level} and the layer's results are at {packing.Plan.ReplyLevel}; mask or flood it first.");
        }

        int dropped = packing.Plan.DroppedBits;
        destination[0] = (byte)ciphertext.Level;
        int at = 1;
        at += ShortResidues.Write(ciphertext, 1, [], dropped, [], destination[at..]);
        using var places = new RingPacking.PlaceList(packing, output);
        at += ShortResidues.Write(ciphertext, 0, plain, dropped, places.Coefficients, destination[at..]);
        return at;
    }

    /// <summary>Reads a result ciphertext; what is no result decrypts to anything.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="packing">The layer.</param>
    /// <param name="output">Which of its result ciphertexts.</param>
    /// <param name="source">Just its bytes.</param>
    /// <exception cref="FormatRefusedException">The bytes are not as many as they should be, the level is another, or a residue is not below its prime.</exception>
    public static Ciphertext ReadOutput(CkksContext context, RingPacking packing, int output, ReadOnlySpan<byte> source)
    {
        var ciphertext = new Ciphertext(context);
        ReadOutput(packing, output, source, ciphertext);
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            context.Ring.Primes[i].Forward(ciphertext.Prime(0, i));
        }

        return ciphertext;
    }

    /// <summary>Reads a result ciphertext into one that takes memory already. c_0 is left as coefficients, c_1 is transformed. Costs a transform a prime.</summary>
    internal static void ReadOutput(RingPacking packing, int output, ReadOnlySpan<byte> source, Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(ciphertext);
        CkksContext context = ciphertext.Context;
        packing.RequireParameters(context);
        RequireBytes(source.Length, OutputBytes(packing, output), "result");
        int level = packing.Plan.ReplyLevel;
        if (source[0] != level)
        {
            throw new FormatRefusedException($"A result ciphertext is at level {source[0]} and the layer's results are at {level}; pack both sides with the same shape, parameters and options.");
        }

        ciphertext.Reset(2, level, ExactEncoder.ScaleAt(context.Parameters, level));
        int dropped = packing.Plan.DroppedBits;
        int at = 1;
        at += ShortResidues.Read(source[at..], ciphertext, 1, dropped, []);
        using var places = new RingPacking.PlaceList(packing, output);
        ShortResidues.Read(source[at..], ciphertext, 0, dropped, places.Coefficients);
        for (int i = 0; i <= level; i++)
        {
            context.Ring.Primes[i].Forward(ciphertext.Prime(1, i));
        }
    }

    /// <summary>Bytes of so many result ciphertexts with so many results in all, up to a byte for each prime of each.</summary>
    internal static long ReplyBytes(CkksParameters parameters, int level, int dropped, int ciphertexts, int results) =>
        (ciphertexts * (1 + ShortResidues.Bytes(parameters, level, parameters.Degree, dropped))) + ShortResidues.Bytes(parameters, level, results, dropped);

    private static void RequireRoom(Span<byte> destination, int bytes)
    {
        if (destination.Length < bytes)
        {
            throw new ArgumentException($"The ciphertext takes {bytes} bytes and the destination has {destination.Length}.", nameof(destination));
        }
    }

    /// <summary>Throws unless there are just so many bytes.</summary>
    internal static void RequireBytes(int length, int? bytes, string what)
    {
        if (length != bytes)
        {
            throw new FormatRefusedException($"A ciphertext of this layer's {what} has {bytes} bytes and {length} came; pack both sides with the same shape, parameters and options.");
        }
    }
}
