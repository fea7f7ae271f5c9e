using System.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Checks at a session's set-up that this machine computes Paillier right: one small query, from packing to unpacking, with
/// a known outcome. Besides, every kernel is then compiled before the first query.
/// </summary>
internal static class PaillierSelfTest
{
    // The two largest primes below 2^64: no key to trust, but one that every step can be run with.
    private const ulong P = 18446744073709551557;
    private const ulong Q = 18446744073709551533;
    private const int SlotBits = 40;

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidOperationException">The outcome is wrong.</exception>
    public static void Run()
    {
        using var random = new AesCtrGenerator(new byte[AesCtrGenerator.SeedBytes]);
        using PaillierPrivateKey key = MakeKey();
        var packing = new SlotPacking(key.PublicKey, SlotBits);
        Int128[] values = [.. Enumerable.Range(0, 9 * packing.Slots).Select(i => (Int128)(i - 10))];
        using PlaintextVector packed = packing.Pack(values);
        using PlaintextVector bias = packing.Pack([.. Enumerable.Repeat((Int128)1000, 3 * packing.Slots)]);

        // Three blocks of slots: (3, 3) ciphertexts, multiplied by one row of weights.
        var evaluator = new PaillierEvaluator(key.PublicKey);
        CiphertextVector product = evaluator.Multiply(PaillierWeights.Compile([5, -7, 9], 1, 3), Encrypt(key, packed, random), 3);
        CiphertextVector sent = Reply(evaluator.AddPlain(product, bias), random);
        using PlaintextVector decrypted = new PaillierDecryptor(key).Decrypt(CiphertextFormat.Read(key.PublicKey, CiphertextFormat.Write(sent), 3));

        int row = 3 * packing.Slots;
        var result = new Int128[row];
        packing.Unpack(result, decrypted);
        for (int i = 0; i < row; i++)
        {
            if (result[i] != (5 * values[i]) - (7 * values[row + i]) + (9 * values[(2 * row) + i]) + 1000)
            {
                throw new InvalidOperationException("Paillier's self-test failed: this processor or this runtime computes wrongly, and nothing that it says can be trusted.");
            }
        }
    }

    private static CiphertextVector Encrypt(PaillierPrivateKey key, PlaintextVector packed, AesCtrGenerator random)
    {
        using var encryptor = new PaillierEncryptor(key, packed.Count, random);
        return encryptor.Encrypt(packed);
    }

    // Once with a table of powers, as for many ciphertexts, and once without, as for few.
    private static CiphertextVector Reply(CiphertextVector ciphertexts, AesCtrGenerator random)
    {
        using var many = new PaillierRandomiser(ciphertexts.Key, 4, 100, random);
        using var few = new PaillierRandomiser(ciphertexts.Key, 4, 1, random);
        return few.Randomise(many.Randomise(ciphertexts));
    }

    private static PaillierPrivateKey MakeKey()
    {
        BigInteger n = (BigInteger)P * Q;
        ulong[] noiseBase = Limbs.FromBigInteger(BigInteger.ModPow(3, n, n * n), 4);
        return new PaillierPrivateKey(PaillierPublicKey.Create(Limbs.FromBigInteger(n, 2), noiseBase), [P], [Q], 64);
    }
}
