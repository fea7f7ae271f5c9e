using System.Runtime.CompilerServices;
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
internal static class ErrorSampler
{
    /// <summary>No error is larger than this, or smaller than its negative.</summary>
    public const int Bound = 21;

    /// <summary>The standard deviation, sqrt(42 / 4).</summary>
    public const double StandardDeviation = 3.2403703492039301;

    /// <summary>Draws an error into every element.</summary>
    /// <param name="random">Where the coins come from: 5.25 bytes an error.</param>
    /// <param name="destination">Any number of errors in [-21, 21].</param>
    /// <param name="width">Which kernel is to compute; the same errors come out of each.</param>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(IRandomSource random, Span<long> destination, KernelWidth width = KernelWidth.Auto) =>
        ByteBlocks.Fill<Coins>(random, destination, width);

    private readonly unsafe struct Coins : IByteBlocks
    {
        private const int RowBytes = 64;

        public static int BlockBytes => 21 * RowBytes;

        public static int BlockNumbers => 4 * RowBytes;

        public static int BatchBlocks => 8;

        public static void Draw(IRandomSource random, Span<byte> bytes) => random.Fill(bytes);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Convert<TVector, TLanes>(byte* bits, long* errors, int blocks)
            where TVector : unmanaged
            where TLanes : struct, IByteLanes<TVector>
        {
            TVector middle = TLanes.Broadcast(Bound);
            for (; blocks > 0; blocks--, bits += BlockBytes, errors += BlockNumbers)
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
}
