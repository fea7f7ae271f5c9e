using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Core;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class ShortResiduesTests
{
    private const int Degree = 64;
    private const int Seed = 75;

    private static readonly int[][] Chains = [[50, 50], [36, 36, 37], [60, 40], [50, 50, 50, 50], [50]];

    [TestMethod]
    public void Coefficients_are_off_by_half_of_what_is_dropped_at_most()
    {
        foreach (int[] chain in Chains)
        {
            byte[]? first = null;
            foreach (KernelWidth width in EncodingSamples.Widths(chain.Max() <= 50, chain.Max() <= 50))
            {
                CkksContext context = Context(chain, width);
                int most = ShortResidues.MostDropped(context.Parameters, context.MaximumLevel);
                Assert.AreEqual(chain.Min() - 1, most);
                foreach (int dropped in new[] { 0, 1, 2, 19, most })
                {
                    string at = $"{context.Parameters}, {width}, {dropped} bits, seed {Seed}";
                    BigInteger[] coefficients = Coefficients(context);
                    byte[] bytes = Write(context, coefficients, dropped, [], out Ciphertext ciphertext);
                    BigInteger[] read = Read(context, bytes, dropped, []);
                    foreach ((BigInteger sent, BigInteger came) in coefficients.Zip(read))
                    {
                        BigInteger off = Centred(came - sent, context);
                        BigInteger half = dropped == 0 ? 0 : BigInteger.One << (dropped - 1);
                        Assert.IsTrue(off <= half && off >= (dropped == 0 ? 0 : 1 - half), $"{sent} came as {came}, {at}");
                    }

                    // Writing leaves the ciphertext as it is.
                    CollectionAssert.AreEqual(ResiduesOf(coefficients, context), Inverse(ciphertext), at);
                    if (dropped == 19)
                    {
                        first ??= bytes;
                        CollectionAssert.AreEqual(first, bytes, at);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Only_chosen_coefficients_travel_and_what_is_added_with_them()
    {
        CkksContext context = Context([50, 50, 50], KernelWidth.Auto);
        const int Dropped = 20;
        int[] places = [63, 5, 17, 0, 18];
        BigInteger[] coefficients = Coefficients(context);
        BigInteger[] addend = [.. coefficients.Reverse()];
        var ciphertext = Transformed(context, coefficients);
        var bytes = new byte[ShortResidues.Bytes(context.Parameters, context.MaximumLevel, places.Length, Dropped)];
        Assert.AreEqual(bytes.Length, ShortResidues.Write(ciphertext, 1, ResiduesOf(addend, context), Dropped, places, bytes));
        BigInteger[] read = Read(context, bytes, Dropped, places);
        for (int k = 0; k < Degree; k++)
        {
            BigInteger off = places.Contains(k) ? Centred(read[k] - coefficients[k] - addend[k], context) : read[k];
            Assert.IsTrue(BigInteger.Abs(off) <= (places.Contains(k) ? 1 << (Dropped - 1) : 0), $"coefficient {k} is off by {off}");
        }
    }

    [TestMethod]
    public void What_is_off_has_the_deviation_that_bounds_are_made_of()
    {
        const int Large = 4096;
        var context = new CkksContext(RingPackedParameters.Degree4096());
        using var random = RingPackedSamples.Generator(Seed);
        using var generator = new CkksKeyGenerator(context, random);
        using SecretKey key = generator.SecretKey;
        using var encryptor = new CkksEncryptor(key, random);
        var decryptor = new CkksDecryptor(key);
        foreach (int dropped in new[] { 4, 18, 40 })
        {
            var sent = new Ciphertext(context);
            encryptor.EncryptZero(context.MaximumLevel, 1, sent);
            var came = new Ciphertext(context);
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                var bytes = new byte[ShortResidues.Bytes(context.Parameters, context.MaximumLevel, Large, dropped)];
                ShortResidues.Write(sent, polynomial, [], dropped, [], bytes);
                ShortResidues.Read(bytes, came, polynomial, dropped, []);
                Forward(came, polynomial);
            }

            double squares = 0;
            foreach ((ulong one, ulong other) in FirstOf(decryptor, sent).Zip(FirstOf(decryptor, came)))
            {
                ulong p = context.Parameters.Primes[0].Value;
                double off = (double)BigInteger.Min((one + p - other) % p, (other + p - one) % p);
                squares += off * off;
            }

            Assert.AreEqual(1, Math.Sqrt(squares / Large) / ShortResidues.Deviation(dropped, Large), 0.1, $"{dropped} bits, seed {Seed}");
        }

        for (int dropped = 1; dropped < 60; dropped++)
        {
            double deviation = ShortResidues.Deviation(dropped, Large);
            Assert.AreEqual(dropped, ShortResidues.DroppedWithin(deviation * 1.0000001, Large));
            Assert.AreEqual(dropped - 1, ShortResidues.DroppedWithin(deviation * 0.9999999, Large));
        }

        Assert.AreEqual(0, ShortResidues.DroppedWithin(0, Large));
        Assert.AreEqual(0.0, ShortResidues.Deviation(0, Large));
    }

    [TestMethod]
    public void Residues_that_are_none_are_refused()
    {
        // The prime 40961 is 1010000000000001 in binary.
        var context = new CkksContext(new CkksParameters(Degree, [new Modulus(40961), NttPrimes.Find(2 * Degree, 50, 1)[0]], hasSpecialPrime: false, SecurityLevel.None));
        foreach (int dropped in new[] { 0, 1, 8, 13, 14, 15 })
        {
            byte[] bytes = Write(context, [.. Enumerable.Repeat(BigInteger.Zero, Degree)], dropped, [], out _);
            Read(context, bytes, dropped, []);
            int bits = 16 - dropped;
            byte[] largest = [.. bytes];
            Put(largest, 7 * bits, bits, 40960 >> dropped);
            Read(context, largest, dropped, []);
            if (dropped < 15)
            {
                byte[] beyond = [.. bytes];
                Put(beyond, 7 * bits, bits, (40960 >> dropped) + 1);
                Sentences.Refused<FormatRefusedException>(() => Read(context, beyond, dropped, []), "not below its prime");
            }

            byte[] second = [.. bytes];
            second.AsSpan(Degree * bits / 8).Fill(byte.MaxValue);
            Sentences.Refused<FormatRefusedException>(() => Read(context, second, dropped, []), "not below its prime");
        }
    }

    private static CkksContext Context(int[] chain, KernelWidth width) =>
        new(CkksParameters.CreateWithoutSpecialPrime(Degree, chain, SecurityLevel.None), width);

    // The ends of the range, and what lies beside multiples of powers of two and of the first prime, among them.
    private static BigInteger[] Coefficients(CkksContext context)
    {
        BigInteger q = Product(context);
        BigInteger p = context.Parameters.Primes[0].Value;
        var random = new Random(Seed);
        var bytes = new byte[40];
        BigInteger[] ends = [0, 1, q - 1, q - 2, p - 1, p, p + 1, q - p, q - p - 1, 1 << 19, (1 << 19) - 1, (1 << 18) - 1, q / 2, (q / 2) + 1];
        return [.. Enumerable.Range(0, Degree).Select(k =>
        {
            random.NextBytes(bytes);
            return ((k < ends.Length ? ends[k] : new BigInteger(bytes, isUnsigned: true)) + q) % q;
        })];
    }

    private static byte[] Write(CkksContext context, BigInteger[] coefficients, int dropped, int[] places, out Ciphertext ciphertext)
    {
        ciphertext = Transformed(context, coefficients);
        var bytes = new byte[ShortResidues.Bytes(context.Parameters, context.MaximumLevel, Degree, dropped)];
        Assert.AreEqual(bytes.Length, ShortResidues.Write(ciphertext, 1, [], dropped, places, bytes));
        return bytes;
    }

    private static BigInteger[] Read(CkksContext context, byte[] bytes, int dropped, int[] places)
    {
        var ciphertext = new Ciphertext(context);
        Assert.AreEqual(bytes.Length, ShortResidues.Read(bytes, ciphertext, 1, dropped, places));
        BigInteger q = Product(context);
        var coefficients = new BigInteger[Degree];
        for (int i = 0; i <= context.MaximumLevel; i++)
        {
            BigInteger p = context.Parameters.Primes[i].Value;
            BigInteger unit = q / p * BigInteger.ModPow(q / p, p - 2, p);
            for (int k = 0; k < Degree; k++)
            {
                Assert.IsTrue(ciphertext.Prime(1, i)[k] < p);
                coefficients[k] = (coefficients[k] + (unit * ciphertext.Prime(1, i)[k])) % q;
            }
        }

        return coefficients;
    }

    private static Ciphertext Transformed(CkksContext context, BigInteger[] coefficients)
    {
        var ciphertext = new Ciphertext(context);
        ResiduesOf(coefficients, context).CopyTo(ciphertext.Polynomial(1));
        Forward(ciphertext, 1);
        return ciphertext;
    }

    private static void Forward(Ciphertext ciphertext, int polynomial)
    {
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            ciphertext.Context.Ring.Primes[i].Forward(ciphertext.Prime(polynomial, i));
        }
    }

    private static ulong[] Inverse(Ciphertext ciphertext)
    {
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            ciphertext.Context.Ring.Primes[i].Inverse(ciphertext.Prime(1, i));
        }

        return ciphertext.Polynomial(1).ToArray();
    }

    private static ulong[] FirstOf(CkksDecryptor decryptor, Ciphertext ciphertext)
    {
        using Plaintext plaintext = decryptor.Decrypt(ciphertext);
        ciphertext.Context.Ring.Primes[0].Inverse(plaintext.Prime(0));
        return plaintext.Prime(0).ToArray();
    }

    private static ulong[] ResiduesOf(BigInteger[] coefficients, CkksContext context) =>
        [.. Enumerable.Range(0, context.MaximumLevel + 1).SelectMany(i => coefficients.Select(x => (ulong)(x % context.Parameters.Primes[i].Value)))];

    private static BigInteger Centred(BigInteger x, CkksContext context)
    {
        BigInteger q = Product(context);
        x = ((x % q) + q) % q;
        return x > q / 2 ? x - q : x;
    }

    private static BigInteger Product(CkksContext context) => context.Parameters.Primes.Aggregate(BigInteger.One, (q, prime) => q * prime.Value);

    private static void Put(byte[] bytes, int at, int bits, int value)
    {
        for (int b = 0; b < bits; b++)
        {
            int bit = at + b;
            bytes[bit / 8] = (byte)((bytes[bit / 8] & ~(1 << (bit % 8))) | (((value >> b) & 1) << (bit % 8)));
        }
    }
}
