using System.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Plaintexts of one key: integers modulo n, of which those above n/2 stand for negative numbers. Wiped when disposed.
/// </summary>
public sealed class PlaintextVector : IDisposable
{
    private readonly SecretBuffer<ulong> _limbs;

    internal PlaintextVector(PaillierPublicKey key, int count)
    {
        Key = key;
        Count = count;
        _limbs = new SecretBuffer<ulong>(checked(count * key.ModulusLimbs));
    }

    /// <summary>The key whose plaintexts these are.</summary>
    public PaillierPublicKey Key { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Plaintexts from signed integers of magnitude below n/2.</summary>
    /// <exception cref="ParameterException">A number is out of range.</exception>
    public static PlaintextVector FromIntegers(PaillierPublicKey key, params ReadOnlySpan<BigInteger> values)
    {
        ArgumentNullException.ThrowIfNull(key);
        var plaintexts = new PlaintextVector(key, values.Length);
        BigInteger modulus = key.N;
        for (int i = 0; i < values.Length; i++)
        {
            if (BigInteger.Abs(values[i]) > (modulus - 1) / 2)
            {
                plaintexts.Dispose();
                throw new ParameterException(ParameterFault.OutOfRange, $"Number {i} does not fit a plaintext of {key.Bits} bits: it must lie strictly between -n/2 and n/2.");
            }

            BigInteger residue = values[i].Sign < 0 ? values[i] + modulus : values[i];
            Limbs.FromBigEndian(plaintexts[i], residue.ToByteArray(isUnsigned: true, isBigEndian: true));
        }

        return plaintexts;
    }

    /// <summary>The signed integer at an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such plaintext.</exception>
    public BigInteger ToInteger(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        BigInteger value = Limbs.ToBigInteger(this[index]);
        return value > Key.N / 2 ? value - Key.N : value;
    }

    /// <summary>Wipes the plaintexts.</summary>
    public void Dispose() => _limbs.Dispose();

    /// <summary>Names the count, never a value.</summary>
    public override string ToString() => $"PlaintextVector[{Count}]";

    internal ReadOnlySpan<ulong> Range(int first, int count) => _limbs.Span.Slice(first * Key.ModulusLimbs, count * Key.ModulusLimbs);

    internal Span<ulong> this[int index] => _limbs.Span.Slice(index * Key.ModulusLimbs, Key.ModulusLimbs);
}
