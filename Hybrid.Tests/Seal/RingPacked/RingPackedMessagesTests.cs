using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.RingPacked;

/// <summary>Layers as they are sent: whole messages, on any number of cores, in memory that earlier ones have used.</summary>
[TestClass]
public sealed class RingPackedMessagesTests
{
    private const byte Seed = 91;

    private static readonly MatMulShape Shape = new(5, 300, 70);

    private static readonly CkksParameters Parameters = CkksParameters.CreateWithoutSpecialPrime(256, [50, 50, 50], SecurityLevel.None);

    private static readonly RingPacking Packing = Shape.Pack(Parameters, new RingPackedOptions { LargestWeight = 100, RevealBits = 40 });

    [TestMethod]
    public void A_message_is_its_ciphertexts_one_after_the_other()
    {
        ulong[] values = RingPackedSamples.Words(Shape.InputLength, Seed);
        using var apart = new RingPackedSamples(Parameters, Seed);
        using var whole = new RingPackedSamples(Parameters, Seed);
        using var words = new SecretBuffer<ulong>(values);
        var message = new byte[Packing.Plan.BytesUp];
        whole.Encryptor.Write(Packing, words, message);
        int each = RingPackedWire.InputBytes(Packing);
        var expected = new byte[message.Length];
        Ciphertext[] inputs = apart.Encryptor.Encrypt(Packing, values);
        for (int i = 0; i < inputs.Length; i++)
            RingPackedWire.WriteInput(Packing, inputs[i], expected.AsSpan(i * each));
        CollectionAssert.AreEqual(expected, message);

        using var weights = new RingPackedWeights(whole.Context, Packing, RingPackedSamples.Weights(Shape.WeightLength, 100, Seed));
        var reply = new byte[Packing.ReplyBytes!.Value];
        whole.Evaluator.WriteRevealed(whole.Evaluator.Multiply(weights, whole.Evaluator.ReadInputs(Packing, message)), [], reply);
        Ciphertext[] replies = apart.Evaluator.RevealTo(apart.Evaluator.Multiply(weights, inputs), []);
        var expectedReply = new byte[reply.Length];
        int at = 0;
        for (int i = 0; i < replies.Length; i++)
            at += RingPackedWire.WriteOutput(Packing, i, replies[i], expectedReply.AsSpan(at));
        Assert.AreEqual(reply.Length, at);
        CollectionAssert.AreEqual(expectedReply, reply);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Messages_are_right_on_any_number_of_cores_and_in_used_memory(int cores)
    {
        using var parties = new RingPackedSamples(Parameters, Seed, cores: cores);
        long[] plain = RingPackedSamples.Weights(Shape.WeightLength, 100, Seed);
        using var weights = new RingPackedWeights(parties.Context, Packing, plain);
        var message = new byte[Packing.Plan.BytesUp];
        var reply = new byte[Packing.ReplyBytes!.Value];
        for (int run = 0; run < 4; run++)
        {
            ulong[] values = RingPackedSamples.Words(Shape.InputLength, Seed + run);
            ulong[] bias = RingPackedSamples.Words(Shape.OutputLength, Seed - run);
            using var words = new SecretBuffer<ulong>(values);
            using var results = new SecretBuffer<ulong>(Shape.OutputLength);
            parties.Encryptor.Write(Packing, words, message);
            Ciphertext[] inputs = parties.Evaluator.ReadInputs(Packing, message);
            RingPackedProduct product = parties.Evaluator.Multiply(weights, inputs);
            var share = new ulong[Shape.OutputLength];
            bool isMasked = run % 2 == 1;
            if (isMasked)
            {
                parties.Evaluator.WriteMasked(product, bias, share, reply.AsMemory(0, Packing.ReplyBytes.Value));
            }
            else
            {
                parties.Evaluator.WriteRevealed(product, bias, reply);
            }

            parties.Evaluator.Recycle(inputs);
            parties.Decryptor.Read(Packing, reply, results);
            ulong[] expected = RingPackedSamples.Plain(Shape, values, plain);
            for (int i = 0; i < expected.Length; i++)
            {
                long off = (long)(results.Span[i] + share[i] - expected[i] - bias[i]);
                Assert.IsLessThanOrEqualTo(isMasked ? 1 : 0, Math.Abs(off), $"run {run}, result {i}, seed {Seed}");
            }
        }
    }

    [TestMethod]
    public void Weights_are_the_same_whatever_cores_prepare_them()
    {
        var context = new CkksContext(Parameters);
        long[] plain = RingPackedSamples.Weights(Shape.WeightLength, 100, Seed);
        using var one = new RingPackedWeights(context, Packing, plain);
        using var four = new RingPackedWeights(context, Packing, plain, cores: 4);
        for (int sum = 0; sum < Packing.Plan.WeightPolynomials / Packing.TermCount; sum++)
        {
            for (int prime = 0; prime < Parameters.DataPrimeCount; prime++)
            {
                for (int group = 0; group < Packing.Groups.Count; group++)
                    Assert.IsTrue(one.Factors(sum, prime, group, 0, context.Degree).SequenceEqual(four.Factors(sum, prime, group, 0, context.Degree)), $"sum {sum}, prime {prime}, group {group}");
            }
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RingPackedWeights(context, Packing, plain, cores: 0));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Messages_that_are_none_are_refused_in_a_sentence(int cores)
    {
        using var parties = new RingPackedSamples(Parameters, Seed, cores: cores);
        using var values = new SecretBuffer<ulong>(Shape.InputLength);
        using var results = new SecretBuffer<ulong>(Shape.OutputLength);
        var message = new byte[Packing.Plan.BytesUp];
        parties.Encryptor.Write(Packing, values, message);
        Sentences.Refused<FormatRefusedException>(() => parties.Evaluator.ReadInputs(Packing, message.AsMemory(1)), "bytes");
        int last = message.Length - 1;
        message[last] = byte.MaxValue;
        message[last - 7] = byte.MaxValue;
        message.AsSpan(last - 16).Fill(byte.MaxValue);
        Sentences.Refused<FormatRefusedException>(() => parties.Evaluator.ReadInputs(Packing, message), "canonical");
        var reply = new byte[Packing.ReplyBytes!.Value];
        Sentences.Refused<FormatRefusedException>(() => parties.Decryptor.Read(Packing, reply.AsMemory(1), results), "bytes");
        reply[0] = 77;
        Sentences.Refused<FormatRefusedException>(() => parties.Decryptor.Read(Packing, reply, results), "level 77");
        Assert.ThrowsExactly<ArgumentException>(() => parties.Encryptor.Write(Packing, results, message));
        Assert.ThrowsExactly<ArgumentException>(() => parties.Encryptor.Write(Packing, values, message.AsMemory(1)));
        using var weights = new RingPackedWeights(parties.Context, Packing, new long[Shape.WeightLength]);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(Packing, values.Span);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, inputs);
        Assert.ThrowsExactly<ArgumentException>(() => parties.Evaluator.WriteRevealed(product, [], reply.AsMemory(1)));
        parties.Evaluator.WriteRevealed(product, [], reply);
        Assert.ThrowsExactly<InvalidOperationException>(() => parties.Evaluator.WriteRevealed(product, [], reply));
    }
}
