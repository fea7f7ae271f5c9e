using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Core;
using Hybrid.Tests.Seal.RingPacked;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Ten thousand spoilt messages of each kind are read or refused with a sentence. The ring is small, which the format does not mind.</summary>
[TestClass]
public sealed class MutatedCkksMessagesTests
{
    private const int Seed = 241;
    private const int Runs = 10_000;

    [TestMethod]
    public void Inputs_replies_and_keys_are_read_or_refused()
    {
        using var parties = new RingPackedSamples(CkksParameters.CreateWithoutSpecialPrime(256, [50, 50, 50], SecurityLevel.None), Seed);
        CkksContext context = parties.Context;
        RingPacking packing = new MatMulShape(3, 2, 4).Pack(context.Parameters, new RingPackedOptions { LargestWeight = 10, RevealBits = 40 });
        using var weights = new RingPackedWeights(context, packing, [1, 2, 3, 4, 5, 6, 7, 8]);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, [1, 2, 3, 4, 5, 6]);
        var input = new byte[RingPackedWire.InputBytes(packing)];
        RingPackedWire.WriteInput(packing, inputs[0], input);
        Ciphertext[] replies = parties.Evaluator.RevealTo(parties.Evaluator.Multiply(weights, inputs), []);
        var reply = new byte[RingPackedWire.OutputBytes(packing, 0)];
        RingPackedWire.WriteOutput(packing, 0, replies[0], reply);
        using var random = RingPackedSamples.Generator(Seed);
        using var generator = new CkksKeyGenerator(context, random);
        using SecretKey secret = generator.SecretKey;
        byte[] key = SealFormat.WritePublicKey(generator.CreatePublicKey());

        var results = new ulong[packing.Shape.OutputLength];
        Check("input", input, bytes =>
        {
            Ciphertext ciphertext = RingPackedWire.ReadInput(context, packing, bytes);
            RequireCanonical(ciphertext);
        });
        Check("reply", reply, bytes =>
        {
            Ciphertext ciphertext = RingPackedWire.ReadOutput(context, packing, 0, bytes);
            RequireCanonical(ciphertext);
            parties.Decryptor.Decrypt(packing, [ciphertext], results);
        });
        Check("key", key, bytes => SealFormat.ReadPublicKey(context, bytes));
    }

    [TestMethod]
    public void Keys_for_merging_and_their_choice_are_read_or_refused()
    {
        var context = new CkksContext(CkksParameters.Create(256, [50, 50, 50], SecurityLevel.None));
        using var random = RingPackedSamples.Generator(Seed);
        using var generator = new CkksKeyGenerator(context, random);
        using SecretKey secret = generator.SecretKey;
        var merging = new MergeKeys((1 << 3) | (1 << 5));
        byte[] keys = MergeKeyMessage.Write(generator.CreateMergeKeys(merging));
        Assert.AreEqual(MergeKeyMessage.Bytes(context.Parameters, merging), keys.Length);
        Check("keys for merging", keys, bytes => MergeKeyMessage.Read(context, merging, bytes));
        byte[] choice = MergeKeyMessage.WriteChoice(new CkksKeySet(RingPackedParameters.Degree8192LongMerging(), merging));
        Check("choice", choice, bytes =>
        {
            // Of another length it is taken for a public key.
            if (bytes.Length != MergeKeyMessage.ChoiceBytes)
            {
                throw new FormatRefusedException("A public key is longer, and has a header; send one.");
            }

            CkksKeySet set = MergeKeyMessage.ReadChoice(bytes);
            Assert.IsTrue(set.Merging!.Value.AreOf(8192));
        });
    }

    private static void Check(string what, byte[] good, Action<byte[]> read)
    {
        read(good);
        var random = new Random(Seed);
        int refused = 0;
        for (int run = 0; run < Runs; run++)
        {
            byte[] bytes = run % 2 == 0 ? Flipped(random, good) : Mutations.Mutate(random, good);
            try
            {
                read(bytes);
            }
            catch (Exception e) when (e is FormatRefusedException or ParameterException)
            {
                Sentences.Check(e);
                refused++;
            }
            catch (Exception e)
            {
                throw new AssertFailedException($"{what}, run {run} of seed {Seed}: {e}");
            }
        }

        Assert.IsGreaterThan(Runs / 4, refused, $"{what}: other lengths, at least, are refused");
        Assert.IsLessThan(Runs, refused, $"{what}: some are still messages");
    }

    // Of the same length: bits flipped, or a stretch all ones.
    private static byte[] Flipped(Random random, byte[] good)
    {
        byte[] bytes = [.. good];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        if (random.Next(2) == 0)
        {
            int at = random.Next(bytes.Length);
            bytes.AsSpan(at, Math.Min(random.Next(1, 30), bytes.Length - at)).Fill(0xFF);
        }

        return bytes;
    }

    private static void RequireCanonical(Ciphertext ciphertext)
    {
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            for (int prime = 0; prime <= ciphertext.Level; prime++)
            {
                ulong p = ciphertext.Context.Parameters.Primes[prime].Value;
                foreach (ulong residue in ciphertext.Prime(polynomial, prime))
                {
                    Assert.IsLessThan(p, residue);
                }
            }
        }
    }
}
