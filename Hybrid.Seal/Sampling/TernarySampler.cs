using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>Secrets of ring learning with errors: exactly uniform in {-1, 0, 1}.</summary>
/// <remarks>
/// A random byte below 243 = 3^5, and 243 of 256 are, is five digits to the base three; one that is not is thrown away, which tells
/// nothing of those that are kept. 320 numbers take 64 bytes kept: number 64 d + j is digit d of byte j, the highest first, less one.
/// What is left of the last block and of the bytes drawn is thrown away. Nothing branches or indexes on a digit; the bytes are wiped.
/// </remarks>
internal static unsafe class TernarySampler
{
    private const int Digits = 5;
    private const int ByteBound = 243;
    private const int BlockBytes = 64;
    private const int BlockNumbers = Digits * BlockBytes;
    private const int BatchBlocks = 32;

    /// <summary>Draws a number into every element.</summary>
    /// <param name="random">Where the bytes come from: about 0.23 a number.</param>
    /// <param name="destination">Any number of them, each -1, 0 or 1.</param>
    /// <param name="width">Which kernel is to compute; the same numbers come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(IRandomSource random, Span<long> destination, KernelWidth width = KernelWidth.Auto)
    {
        width = SamplingWidths.Choose(width);
        Span<byte> kept = stackalloc byte[BatchBlocks * BlockBytes];
        while (!destination.IsEmpty)
        {
            int numbers = Math.Min(destination.Length, BatchBlocks * BlockNumbers);
            int blocks = (numbers + BlockNumbers - 1) / BlockNumbers;
            FillKept(random, kept[..(blocks * BlockBytes)]);
            int whole = numbers / BlockNumbers;
            Convert(kept, destination, whole, width);
            if (whole < blocks)
            {
                ConvertPart(kept.Slice(whole * BlockBytes, BlockBytes), destination[(whole * BlockNumbers)..numbers], width);
            }

            destination = destination[numbers..];
        }

        CryptographicOperations.ZeroMemory(kept);
    }

    /// <summary>Draws bytes uniform in [0, 243).</summary>
    private static void FillKept(IRandomSource random, Span<byte> kept)
    {
        Span<byte> drawn = stackalloc byte[BatchBlocks * BlockBytes];
        int count = 0;
        while (count < kept.Length)
        {
            // The sixteenth more than is needed mostly makes up for those thrown away.
            int missing = kept.Length - count;
            Span<byte> batch = drawn[..Math.Min(drawn.Length, missing + missing / 16 + 16)];
            random.Fill(batch);
            foreach (byte value in batch)
            {
                if (count == kept.Length)
                {
                    break;
                }

                kept[count] = value;
                count += (int)((uint)(value - ByteBound) >> 31);
            }
        }

        CryptographicOperations.ZeroMemory(drawn);
    }

    private static void ConvertPart(ReadOnlySpan<byte> kept, Span<long> numbers, KernelWidth width)
    {
        Span<long> block = stackalloc long[BlockNumbers];
        Convert(kept, block, 1, width);
        block[..numbers.Length].CopyTo(numbers);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(block));
    }

    private static void Convert(ReadOnlySpan<byte> kept, Span<long> numbers, int blocks, KernelWidth width)
    {
        fixed (byte* source = kept)
        fixed (long* destination = numbers)
        {
            switch (width)
            {
                case KernelWidth.Vector512:
                    Convert<Vector512<byte>, ByteLanes512>(source, destination, blocks);
                    break;

                case KernelWidth.Vector256:
                    Convert<Vector256<byte>, ByteLanes256>(source, destination, blocks);
                    break;

                default:
                    Convert<Vector128<byte>, ByteLanes128>(source, destination, blocks);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert<TVector, TLanes>(byte* kept, long* numbers, int blocks)
        where TVector : unmanaged
        where TLanes : struct, IByteLanes<TVector>
    {
        TVector minusOne = TLanes.Broadcast(0xff);
        for (; blocks > 0; blocks--, kept += BlockBytes, numbers += BlockNumbers)
        {
            for (int j = 0; j < BlockBytes; j += TLanes.Count)
            {
                TVector rest = TLanes.Load(kept + j);
                long* destination = numbers + j;
                for (int power = 81; power > 0; power /= 3, destination += BlockBytes)
                {
                    TVector step = TLanes.Broadcast((byte)power);
                    TVector one = TLanes.AtLeast(rest, step); // -1 where the digit is one or two
                    TVector two = TLanes.AtLeast(rest, TLanes.Add(step, step));
                    rest = TLanes.Subtract(TLanes.Subtract(rest, TLanes.And(step, one)), TLanes.And(step, two));
                    TLanes.StoreSigned(TLanes.Subtract(TLanes.Subtract(minusOne, one), two), destination);
                }
            }
        }
    }
}
