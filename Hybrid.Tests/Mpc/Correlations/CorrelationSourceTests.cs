using System.Buffers.Binary;
using Hybrid.Mpc.Correlations;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Correlations;

[TestClass]
public sealed class CorrelationSourceTests
{
    private static readonly CorrelationDraw Squares = new(new SquarePair(), 10);
    private static readonly CorrelationDraw Triples = new(new MultiplicationTriple(), 3);

    [TestMethod]
    public void Only_the_next_draw_of_the_demand_is_given()
    {
        using var dealt = new Dealt(41, 2, Squares, Triples, Squares);
        foreach (ICorrelationSource source in dealt.Sources)
        {
            Sentences.Refused<ParameterException>(() => source.Draw(Triples), "3 multiplication triples", "10 square pairs are next");
            Sentences.Refused<ParameterException>(() => source.Draw(new CorrelationDraw(new SquarePair(), 9)), "9 square pairs", "10 square pairs are next");
            Assert.AreEqual(3, source.DrawsLeft);

            // The refusals took nothing away.
            source.Draw(Squares).Dispose();
            source.Draw(Triples).Dispose();
            Assert.AreEqual(1, source.DrawsLeft);
            source.Draw(Squares).Dispose();
            Sentences.Refused<ParameterException>(() => source.Draw(Squares), "10 square pairs", "nothing is left");
        }
    }

    [TestMethod]
    public void Nothing_is_used_or_given_twice()
    {
        using var dealt = new Dealt(42, 2, Squares, Squares);
        using Correlation first = dealt.Sources[0].Draw(Squares);
        using Correlation second = dealt.Sources[0].Draw(Squares);
        Assert.AreNotEqual(first.Early(0)[0], second.Early(0)[0]);
        first.Use();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(first.Use).Message, "party 0's part of draw 0: 10 square pairs was used before");
        second.Use();
    }

    [TestMethod]
    public void Demands_of_one_dealer_have_masks_of_their_own()
    {
        using var dealer = new LocalDealer(3, new RandomWords(43).Source);
        var seen = new HashSet<ulong>();
        for (int demand = 0; demand < 3; demand++)
        {
            using var dealt = new Dealt(dealer, Squares);
            foreach (Correlation part in dealt.Draw(Squares))
            {
                using (part)
                    Assert.IsTrue(seen.Add(part.Early(0)[0]), "a mask came twice");
            }
        }
    }

    [TestMethod]
    public void Equal_seeds_deal_equal_masks_and_others_do_not()
    {
        ulong[] First(byte seed)
        {
            using var dealt = new Dealt(seed, 2, Squares);
            using Correlation part = dealt.Sources[0].Draw(Squares);
            return part.Early(0).ToArray();
        }

        CollectionAssert.AreEqual(First(44), First(44));
        CollectionAssert.AreNotEqual(First(44), First(45));
    }

    [TestMethod]
    public void What_is_disposed_of_is_gone()
    {
        var dealt = new Dealt(46, 2, Squares, Squares);
        Correlation part = dealt.Sources[0].Draw(Squares);
        dealt.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => dealt.Sources[0].Draw(Squares));
        Assert.AreEqual(10, part.Early(0).Length, "a part outlives its source");
        part.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => part.Early(0)[0]);
    }

    [TestMethod]
    public void Keys_are_for_two_parties()
    {
        using var dealer = new LocalDealer(3, new RandomWords(47).Source);
        var demand = new CorrelationDemand([new CorrelationDraw(new ComparisonMask(64, ComparisonMethod.FunctionSharing, 0), 1)]);
        Sentences.Refused<ParameterException>(() => dealer.GiveSource(0, demand), "2 parties", "there are 3", "by tree");
        Sentences.Refused<ParameterException>(
            () => dealer.GiveSource(1, new CorrelationDemand([new CorrelationDraw(new WeightMask(0, 0, 1), 1)])), "2 parties", "there are 3");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => dealer.GiveSource(3, CorrelationDemand.None));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LocalDealer(1, new RandomWords(47).Source));
    }

    [TestMethod]
    public void A_message_that_does_not_fit_is_refused_in_one_sentence()
    {
        byte[] message = Message();
        CorrectionMessage.Require(message, Squares, 2, 5, message.Length);
        Refused(message[..^1], "10 square pairs", "has 87 bytes instead of 88");
        Refused([.. message, 0], "has 89 bytes instead of 88");
        Refused([], "has 0 bytes");
        Refused(message[..7], "has 7 bytes");
        Refused(With(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes, 3)), "chunk 5 of draw 3", "chunk 5 of draw 2 is next");
        Refused(With(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 4)), "chunk 4 of draw 2", "chunk 5 of draw 2 is next");
        Refused(With(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), -1)), "chunk -1");
    }

    [TestMethod]
    public async Task Ten_thousand_spoilt_messages_are_refused_or_only_have_other_words()
    {
        byte[] message = new byte[CorrectionMessage.HeaderBytes + (8 * Squares.Count)];
        CorrectionMessage.WriteHeader(message, 0, 0);
        var demand = new CorrelationDemand([Squares]);
        var random = new Random(48);
        int taken = 0;
        for (int run = 0; run < 10_000; run++)
        {
            byte[] spoilt = Mutations.Mutate(random, message);
            using var source = new SeededCorrelationSource(1, 2, new byte[16], demand, new OneMessage(spoilt));
            using Correlation part = source.Draw(Squares);
            try
            {
                Assert.IsTrue(await part.NextAsync(CancellationToken.None));
                taken++;
                Assert.HasCount(message.Length, spoilt);
                CollectionAssert.AreEqual(message[..8], spoilt[..8]);
            }
            catch (FormatRefusedException e)
            {
                Sentences.Check(e, "dealer's message for 10 square pairs", "use the same plan");
            }
        }

        Assert.IsTrue(taken is > 100 and < 9900, $"{taken} were taken");
    }

    private static byte[] Message()
    {
        byte[] message = new byte[CorrectionMessage.HeaderBytes + (8 * Squares.Count)];
        CorrectionMessage.WriteHeader(message, draw: 2, chunk: 5);
        return message;
    }

    private static byte[] With(Action<byte[]> change)
    {
        byte[] message = Message();
        change(message);
        return message;
    }

    private static void Refused(byte[] message, params string[] parts) =>
        Sentences.Refused<FormatRefusedException>(() => CorrectionMessage.Require(message, Squares, 2, 5, Message().Length), parts);

    private sealed class OneMessage(byte[] message) : ICorrectionFeed
    {
        public ValueTask<ReadOnlyMemory<byte>> NextAsync(int maximumBytes, CancellationToken cancellationToken) => new(message);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
