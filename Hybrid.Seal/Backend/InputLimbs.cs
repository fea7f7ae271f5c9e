using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Schemes;

namespace Hybrid.Seal;

/// <summary>Integers as balanced limbs, and results put together from those of their limbs.</summary>
/// <remarks>Takes the same steps whatever the integers.</remarks>
internal static class InputLimbs
{
    /// <summary>limbs[j n + i] = limb j of integer i, modulo 2^64.</summary>
    public static void Split(PlainIntegers integers, int count, int bits, Span<ulong> limbs)
    {
        if (integers.AreWords)
        {
            Split<long>(integers.Words, count, bits, limbs);
        }
        else
        {
            Split<Int128>(integers.Wide, count, bits, limbs);
        }
    }

    /// <inheritdoc cref="Split(PlainIntegers, int, int, Span{ulong})"/>
    public static void Split<T>(ReadOnlySpan<T> integers, int count, int bits, Span<ulong> limbs)
        where T : unmanaged, INumberBase<T>
    {
        if (count == 1)
        {
            TensorPrimitives.ConvertTruncating(integers, limbs);
            return;
        }

        Int128 half = Int128.One << (bits - 1);
        for (int i = 0; i < integers.Length; i++)
        {
            Int128 rest = Int128.CreateTruncating(integers[i]);
            for (int j = 0; j < count - 1; j++)
            {
                // Rounded to the nearest multiple of 2^bits: the limb is in [-half, half).
                Int128 higher = (rest + half) >> bits;
                limbs[(j * integers.Length) + i] = (ulong)(long)(rest - (higher << bits));
                rest = higher;
            }

            limbs[((count - 1) * integers.Length) + i] = (ulong)(long)rest;
        }
    }

    /// <summary>integers[i] = sum of results[j n + i] 2^(j bits), each result taken as signed.</summary>
    public static void Join(ReadOnlySpan<ulong> results, int count, int bits, PlainIntegers integers)
    {
        if (integers.AreWords)
        {
            Join(results, count, bits, integers.Words);
        }
        else
        {
            Join(results, count, bits, integers.Wide);
        }
    }

    /// <inheritdoc cref="Join(ReadOnlySpan{ulong}, int, int, PlainIntegers)"/>
    public static void Join<T>(ReadOnlySpan<ulong> results, int count, int bits, Span<T> integers)
        where T : INumberBase<T>
    {
        if (count == 1)
        {
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<ulong, long>(results), integers);
            return;
        }

        for (int i = 0; i < integers.Length; i++)
        {
            Int128 sum = 0;
            for (int j = count - 1; j >= 0; j--)
            {
                sum = (sum << bits) + (long)results[(j * integers.Length) + i];
            }

            integers[i] = T.CreateTruncating(sum);
        }
    }
}
