using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>Draws any number of numbers from blocks of random bytes, at a width; the bytes are wiped.</summary>
internal static unsafe class ByteBlocks
{
    /// <summary>The most numbers of a block.</summary>
    public const int MaximumNumbers = 512;

    /// <summary>Draws a number into every element.</summary>
    public static void Fill<TBlocks>(IRandomSource random, Span<long> destination, KernelWidth width)
        where TBlocks : struct, IByteBlocks
    {
        width = SamplingWidths.Choose(width);
        Span<byte> bytes = stackalloc byte[TBlocks.BatchBlocks * TBlocks.BlockBytes];
        while (!destination.IsEmpty)
        {
            int numbers = Math.Min(destination.Length, TBlocks.BatchBlocks * TBlocks.BlockNumbers);
            int blocks = (numbers + TBlocks.BlockNumbers - 1) / TBlocks.BlockNumbers;
            TBlocks.Draw(random, bytes[..(blocks * TBlocks.BlockBytes)]);
            int whole = numbers / TBlocks.BlockNumbers;
            Convert<TBlocks>(bytes, destination, whole, width);
            if (whole < blocks)
            {
                ConvertPart<TBlocks>(bytes.Slice(whole * TBlocks.BlockBytes, TBlocks.BlockBytes), destination[(whole * TBlocks.BlockNumbers)..numbers], width);
            }

            destination = destination[numbers..];
        }

        CryptographicOperations.ZeroMemory(bytes);
    }

    // Of the last block as many as there is room for.
    private static void ConvertPart<TBlocks>(ReadOnlySpan<byte> bytes, Span<long> numbers, KernelWidth width)
        where TBlocks : struct, IByteBlocks
    {
        Span<long> block = stackalloc long[MaximumNumbers];
        Convert<TBlocks>(bytes, block[..TBlocks.BlockNumbers], 1, width);
        block[..numbers.Length].CopyTo(numbers);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(block));
    }

    private static void Convert<TBlocks>(ReadOnlySpan<byte> bytes, Span<long> numbers, int blocks, KernelWidth width)
        where TBlocks : struct, IByteBlocks
    {
        fixed (byte* source = bytes)
        fixed (long* destination = numbers)
        {
            switch (width)
            {
                case KernelWidth.Vector512:
                    TBlocks.Convert<Vector512<byte>, ByteLanes512>(source, destination, blocks);
                    break;

                case KernelWidth.Vector256:
                    TBlocks.Convert<Vector256<byte>, ByteLanes256>(source, destination, blocks);
                    break;

                default:
                    TBlocks.Convert<Vector128<byte>, ByteLanes128>(source, destination, blocks);
                    break;
            }
        }
    }
}
