using System.Runtime.CompilerServices;
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
internal static class TernarySampler
{
    /// <summary>Draws a number into every element.</summary>
    /// <param name="random">Where the bytes come from: about 0.23 a number.</param>
    /// <param name="destination">Any number of them, each -1, 0 or 1.</param>
    /// <param name="width">Which kernel is to compute; the same numbers come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(IRandomSource random, Span<long> destination, KernelWidth width = KernelWidth.Auto) =>
        ByteBlocks.Fill<BaseThree>(random, destination, width);

    private readonly unsafe struct BaseThree : IByteBlocks
    {
        private const int Digits = 5;
        private const int ByteBound = 243;

        public static int BlockBytes => 64;

        public static int BlockNumbers => Digits * BlockBytes;

        public static int BatchBlocks => 32;

        // Bytes uniform in [0, 243).
        public static void Draw(IRandomSource random, Span<byte> kept)
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

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Convert<TVector, TLanes>(byte* kept, long* numbers, int blocks)
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
}
