using System.Buffers.Binary;
using System.Collections.Immutable;
using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal;

/// <summary>
/// The keys for merging results as a session sends them: key by key in rising order, digit by digit, the seed of the second polynomial, then
/// the first one's residues, as long as their primes. Which keys they are has been said before.
/// </summary>
internal static class MergeKeyMessage
{
    /// <summary>Bytes of a choice: which of the sets with a special prime, and the exponents.</summary>
    public const int ChoiceBytes = 1 + sizeof(uint);

    /// <summary>Bytes of so many keys.</summary>
    public static int Bytes(CkksParameters parameters, MergeKeys keys) => checked(keys.Count * parameters.DataPrimeCount * DigitBytes(parameters));

    /// <summary>Says which keys a client will send.</summary>
    public static byte[] WriteChoice(CkksKeySet set)
    {
        var bytes = new byte[ChoiceBytes];
        bytes[0] = (byte)CkksKeySet.WithSpecialPrime.ToList().IndexOf(set.Parameters);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(1), set.Merging!.Value.Exponents);
        return bytes;
    }

    /// <summary>Which keys a client will send.</summary>
    /// <exception cref="FormatRefusedException">There are no such parameters, or no maps of such exponents.</exception>
    public static CkksKeySet ReadChoice(ReadOnlySpan<byte> bytes)
    {
        uint exponents = BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
        if (bytes[0] >= CkksKeySet.WithSpecialPrime.Count)
        {
            throw new FormatRefusedException($"A choice of keys names parameters number {bytes[0]}, and there are {CkksKeySet.WithSpecialPrime.Count}; use the same release on both sides.");
        }

        CkksParameters parameters = CkksKeySet.WithSpecialPrime[bytes[0]];
        var keys = new MergeKeys(exponents);
        return keys.AreOf(parameters.Degree)
            ? new CkksKeySet(parameters, keys)
            : throw new FormatRefusedException($"A choice of keys names exponents that maps of degree {parameters.Degree} do not have; use the same release on both sides.");
    }

    /// <summary>Writes the keys, fresh from <see cref="CkksKeyGenerator.CreateMergeKeys"/>.</summary>
    public static byte[] Write(GaloisKeys keys)
    {
        CkksParameters parameters = keys.Context.Parameters;
        var bytes = new byte[checked(keys.Keys.Count * parameters.DataPrimeCount * DigitBytes(parameters))];
        Span<byte> at = bytes;
        foreach (KeySwitchingKey key in keys.Keys.Select(key => key.ToSwitchingKey()))
        {
            for (int digit = 0; digit < key.Digits; digit++)
            {
                ((AesSeed)key.Seeds[digit]!).Bytes.AsSpan().CopyTo(at);
                at = at[AesSeed.Length..];
                for (int prime = 0; prime < parameters.Primes.Length; prime++)
                {
                    at = at[ResiduePacking.Write(key.Prime(digit, 0, prime), parameters.Primes[prime].BitCount, at)..];
                }
            }
        }

        return bytes;
    }

    /// <summary>Reads the keys.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="expected">Which keys they are.</param>
    /// <param name="bytes">Just their bytes.</param>
    /// <exception cref="FormatRefusedException">The bytes are not as many as they should be, or a residue is not below its prime.</exception>
    public static GaloisKeys Read(CkksContext context, MergeKeys expected, ReadOnlySpan<byte> bytes)
    {
        CkksParameters parameters = context.Parameters;
        if (bytes.Length != Bytes(parameters, expected))
        {
            throw new FormatRefusedException($"Keys for merging with exponents {expected} have {Bytes(parameters, expected)} bytes and {bytes.Length} came; use the same release on both sides.");
        }

        var keys = new GaloisKeys(context);
        foreach (uint element in expected.Elements)
        {
            var key = new KeySwitchingKey(context);
            for (int digit = 0; digit < key.Digits; digit++)
            {
                var seed = new AesSeed(ImmutableArray.Create(bytes[..AesSeed.Length]));
                bytes = bytes[AesSeed.Length..];
                Span<ulong> residues = key.Digit(digit);
                for (int prime = 0; prime < parameters.Primes.Length; prime++)
                {
                    bytes = bytes[ResiduePacking.Read(bytes, parameters.Primes[prime], key.Prime(digit, 0, prime))..];
                }

                seed.Expand(context, parameters.Primes.Length, residues[(residues.Length / 2)..]);
                key.Seeds[digit] = seed;
            }

            keys.Add(GaloisKey.FromSwitchingKey(new Automorphism(context.Degree, element), key));
        }

        return keys;
    }

    private static int DigitBytes(CkksParameters parameters) =>
        AesSeed.Length + parameters.Primes.Sum(prime => ResiduePacking.Bytes(parameters.Degree, prime.BitCount));
}
