using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Seal.Sampling;
using Hybrid.Security;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class AesSeedTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, AesSeed.Length).Select(i => (byte)((13 * i) + 5))];

    [TestMethod]
    public void A_seed_stands_for_the_words_of_counter_mode_below_each_prime()
    {
        foreach (KernelWidth width in EncodingSamples.Widths())
        {
            var context = new CkksContext(RingPackedParameters.Degree8192(), width);
            int primes = context.Parameters.DataPrimeCount;
            var polynomial = new ulong[primes * context.Degree];
            new AesSeed([.. Bytes]).Expand(context, primes, polynomial);
            CollectionAssert.AreEqual(Expected(context.Parameters, primes), polynomial, $"{width}");
        }
    }

    [TestMethod]
    public void Fresh_seeds_differ_and_cost_their_length()
    {
        using var random = new AesCtrGenerator(new byte[AesCtrGenerator.SeedBytes]);
        CollectionAssert.AreNotEqual(AesSeed.Draw(random).Bytes, AesSeed.Draw(random).Bytes);
        Assert.AreEqual(24, AesSeed.Length);
    }

    [TestMethod]
    public void Seal_never_sees_one()
    {
        // SEAL cannot expand it: what it reads is both polynomials.
        var context = new CkksContext(CkksParameters.Create(64, [40, 40], SecurityLevel.None));
        using var generator = new CkksKeyGenerator(context);
        using var plaintext = new Plaintext(context);
        using var own = new CkksEncryptor(generator.SecretKey, null, AesSeed.Draw);
        using var seals = new CkksEncryptor(generator.SecretKey);
        byte[] whole = SealFormat.WriteCiphertext(own.Encrypt(plaintext));
        Assert.IsGreaterThan(1.5 * SealFormat.WriteCiphertext(seals.Encrypt(plaintext)).Length, whole.Length);
        Assert.IsNull(SealFormat.ReadCiphertext(context, whole).Seed);
    }

    // Written down again, with the platform's AES: block i is AES(key, stream ‖ i).
    private static ulong[] Expected(CkksParameters parameters, int primes)
    {
        using var aes = Aes.Create();
        aes.Key = Bytes[..16];
        Span<byte> block = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(block, BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(16)));
        var words = new Queue<ulong>();
        var expected = new List<ulong>();
        Span<byte> output = stackalloc byte[16];
        for (ulong next = 0; expected.Count < primes * parameters.Degree;)
        {
            if (words.Count == 0)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block[8..], next++);
                aes.EncryptEcb(block, output, PaddingMode.None);
                words.Enqueue(BinaryPrimitives.ReadUInt64LittleEndian(output));
                words.Enqueue(BinaryPrimitives.ReadUInt64LittleEndian(output[8..]));
            }

            ulong p = parameters.Primes[expected.Count / parameters.Degree].Value;
            ulong word = words.Dequeue() & ((1ul << 50) - 1);
            if (word < p)
            {
                expected.Add(word);
            }
        }

        return [.. expected];
    }
}
