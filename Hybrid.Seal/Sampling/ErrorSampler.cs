using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>
/// Errors of ring learning with errors: the centred binomial distribution of 42 coins, e = (ones among 21) - (ones among 21 others),
/// |e| up to 21, variance 42 / 4, standard deviation 3.24.
/// </summary>
/// <remarks>
/// The default error of Microsoft SEAL 4.x. Drawn as (ones among 42) - 21: taking 1 - c for the coin c of one half changes no coin's
/// distribution. 256 errors take 21 rows of 64 random bytes: error 64 c + j counts the ones in byte j of rows 5 c to 5 c + 4, and in
/// bits 2 c and 2 c + 1 of byte j of row 20. Every bit serves once. Nothing branches or indexes on a coin; the bits are wiped.
/// Source: Alkim, Ducas, Pöppelmann and Schwabe, "Post-quantum key exchange: a new hope" (2016), section 4.
/// </remarks>
internal static unsafe class ErrorSampler
{
    /// <summary>No error is larger than this, or smaller than its negative.</summary>
    public const int Bound = 21;

    /// <summary>The standard deviation, sqrt(42 / 4).</summary>
    public const double StandardDeviation = 3.2403703492039301;

    private const int RowBytes = 64;
    private const int BlockErrors = 4 * RowBytes;
    private const int BlockBytes = 21 * RowBytes;
    private const int BatchBlocks = 8;

    /// <summary>Draws an error into every element.</summary>
    /// <param name="random">Where the coins come from: 5.25 bytes an error.</param>
    /// <param name="destination">Any number of errors in [-21, 21].</param>
    /// <param name="width">Which kernel is to compute; the same errors come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(IRandomSource random, Span<long> destination, KernelWidth width = KernelWidth.Auto)
    {
        width = SamplingWidths.Choose(width);
        Span<byte> bits = stackalloc byte[BatchBlocks * BlockBytes];
        while (!destination.IsEmpty)
        {
            int errors = Math.Min(destination.Length, BatchBlocks * BlockErrors);
            int blocks = (errors + BlockErrors - 1) / BlockErrors;
            random.Fill(bits[..(blocks * BlockBytes)]);
            int whole = errors / BlockErrors;
            Convert(bits, destination, whole, width);
            if (whole < blocks)
            {
                ConvertPart(bits.Slice(whole * BlockBytes, BlockBytes), destination[(whole * BlockErrors)..errors], width);
            }

            destination = destination[errors..];
        }

        CryptographicOperations.ZeroMemory(bits);
    }

    private static void ConvertPart(ReadOnlySpan<byte> bits, Span<long> errors, KernelWidth width)
    {
        Span<long> block = stackalloc long[BlockErrors];
        Convert(bits, block, 1, width);
        block[..errors.Length].CopyTo(errors);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(block));
    }

    private static void Convert(ReadOnlySpan<byte> bits, Span<long> errors, int blocks, KernelWidth width)
    {
        fixed (byte* source = bits)
        fixed (long* destination = errors)
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
    private static void Convert<TVector, TLanes>(byte* bits, long* errors, int blocks)
        where TVector : unmanaged
        where TLanes : struct, IByteLanes<TVector>
    {
        TVector middle = TLanes.Broadcast(Bound);
        for (; blocks > 0; blocks--, bits += BlockBytes, errors += BlockErrors)
        {
            for (int c = 0; c < 4; c++)
            {
                TVector spare = TLanes.Broadcast((byte)(3 << (2 * c)));
                for (int j = 0; j < RowBytes; j += TLanes.Count)
                {
                    byte* row = bits + 5 * c * RowBytes + j;
                    TVector ones = TLanes.CountOnes(TLanes.And(TLanes.Load(bits + 20 * RowBytes + j), spare));
                    ones = TLanes.Add(ones, TLanes.CountOnes(TLanes.Load(row)));
                    ones = TLanes.Add(ones, TLanes.CountOnes(TLanes.Load(row + RowBytes)));
                    ones = TLanes.Add(ones, TLanes.CountOnes(TLanes.Load(row + 2 * RowBytes)));
                    ones = TLanes.Add(ones, TLanes.CountOnes(TLanes.Load(row + 3 * RowBytes)));
                    ones = TLanes.Add(ones, TLanes.CountOnes(TLanes.Load(row + 4 * RowBytes)));
                    TLanes.StoreSigned(TLanes.Subtract(ones, middle), errors + c * RowBytes + j);
                }
            }
        }
    }
}
