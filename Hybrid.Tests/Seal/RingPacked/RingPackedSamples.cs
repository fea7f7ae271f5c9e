using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.RingPacked;

/// <summary>Both parties of a ring-packed layer, with fixed seeds, and plain layers to compare with.</summary>
internal sealed class RingPackedSamples : IDisposable
{
    public RingPackedSamples(CkksParameters parameters, byte seed, KernelWidth width = KernelWidth.Auto, int cores = 1, MergeKeys? merging = null)
    {
        Context = new CkksContext(parameters, width);
        using AesCtrGenerator random = Generator(seed);
        using var generator = new CkksKeyGenerator(Context, random);
        SecretKey = generator.SecretKey;
        Encryptor = new RingPackedEncryptor(SecretKey, random, cores);
        Decryptor = new RingPackedDecryptor(SecretKey, cores);
        Evaluator = new RingPackedEvaluator(generator.CreatePublicKey(), random, cores, merging is { } keys ? generator.CreateMergeKeys(keys) : null);
    }

    public CkksContext Context { get; }

    public SecretKey SecretKey { get; }

    public RingPackedEncryptor Encryptor { get; }

    public RingPackedDecryptor Decryptor { get; }

    public RingPackedEvaluator Evaluator { get; }

    public static AesCtrGenerator Generator(byte seed) => new([seed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

    /// <summary>Numbers modulo 2^64 of full range.</summary>
    public static ulong[] Words(int length, int seed)
    {
        var random = new Random(seed);
        var words = new ulong[length];
        for (int i = 0; i < length; i++)
        {
            words[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        }

        return words;
    }

    /// <summary>Weights in [-largest, largest], the ends among them.</summary>
    public static long[] Weights(int length, long largest, int seed)
    {
        var random = new Random(seed);
        var weights = new long[length];
        for (int i = 0; i < length; i++)
        {
            weights[i] = i % 7 == 0 ? -largest : i % 7 == 3 ? largest : random.NextInt64(-largest, largest + 1);
        }

        return weights;
    }

    /// <summary>The layer modulo 2^64, without any of the library's code for it.</summary>
    public static ulong[] Plain(RingPackedShape shape, ulong[] values, long[] weights) =>
        shape is MatMulShape product ? Product(product, values, weights) : Convolution((Conv2dShape)shape, values, weights);

    /// <summary>The bound on the noise of a reply before bits of it are dropped.</summary>
    public static double NoiseBefore(RingPacking packing) =>
        Math.Pow(2, packing.Plan.NoiseBits) - (NoiseBound.Deviations * ShortResidues.Deviation(packing.Plan.DroppedBits, packing.Parameters.Degree));

    /// <summary>Replies as they are read once they have been sent.</summary>
    public static Ciphertext[] Travelled(RingPacking packing, ReadOnlySpan<Ciphertext> replies)
    {
        var read = new Ciphertext[replies.Length];
        long total = 0;
        for (int i = 0; i < read.Length; i++)
        {
            var bytes = new byte[RingPackedWire.OutputBytes(packing, i)];
            Assert.AreEqual(bytes.Length, RingPackedWire.WriteOutput(packing, i, replies[i], bytes));
            read[i] = RingPackedWire.ReadOutput(replies[i].Context, packing, i, bytes);
            total += bytes.Length;
        }

        Assert.AreEqual(packing.ReplyBytes!.Value, total);
        Assert.AreEqual(packing.Plan.BytesDown, total, packing.Parameters.DataPrimeCount * (double)read.Length);
        return read;
    }

    public void Dispose()
    {
        Encryptor.Dispose();
        Decryptor.Dispose();
        Evaluator.Dispose();
        SecretKey.Dispose();
    }

    private static ulong[] Product(MatMulShape shape, ulong[] a, long[] b)
    {
        var c = new ulong[shape.Rows * shape.Columns];
        for (int i = 0; i < shape.Rows; i++)
        {
            for (int t = 0; t < shape.Inner; t++)
            {
                for (int j = 0; j < shape.Columns; j++)
                {
                    c[(i * shape.Columns) + j] += a[(i * shape.Inner) + t] * (ulong)b[(t * shape.Columns) + j];
                }
            }
        }

        return c;
    }

    private static ulong[] Convolution(Conv2dShape s, ulong[] image, long[] kernel)
    {
        var result = new ulong[s.OutputLength];
        int perGroup = s.Channels / s.Groups;
        int at = 0;
        for (int n = 0; n < s.Images; n++)
        {
            for (int m = 0; m < s.OutputChannels; m++)
            {
                int group = m / (s.OutputChannels / s.Groups);
                for (int i = 0; i < s.OutputHeight; i++)
                {
                    for (int j = 0; j < s.OutputWidth; j++, at++)
                    {
                        for (int c = 0; c < perGroup; c++)
                        {
                            for (int u = 0; u < s.KernelHeight; u++)
                            {
                                for (int v = 0; v < s.KernelWidth; v++)
                                {
                                    int y = (i * s.StrideHeight) + u - s.PadTop;
                                    int x = (j * s.StrideWidth) + v - s.PadLeft;
                                    if (y >= 0 && y < s.Height && x >= 0 && x < s.Width)
                                    {
                                        ulong pixel = image[(((((n * s.Channels) + (group * perGroup) + c) * s.Height) + y) * s.Width) + x];
                                        result[at] += pixel * (ulong)kernel[(((((m * perGroup) + c) * s.KernelHeight) + u) * s.KernelWidth) + v];
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        return result;
    }
}
