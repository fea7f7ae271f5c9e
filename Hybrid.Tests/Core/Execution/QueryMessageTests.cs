using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Execution;
using Hybrid.Models;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class QueryMessageTests
{
    private static readonly byte[] Hash = SHA256.HashData("a plan"u8);

    [TestMethod]
    [DataRow(1, Revealed.Scores)]
    [DataRow(171, Revealed.Values)]
    [DataRow(QueryMessage.MaximumRows, Revealed.Label)]
    public void What_was_written_is_read(int rows, Revealed revealed)
    {
        AssertSame(new QueryMessage(rows, revealed, Hash, new byte[] { 0, 3, 3, 1 }));
        AssertSame(new QueryMessage(rows, revealed, Hash, new byte[] { 0, 3, 3, 1 }, Waits: true));
        AssertSame(QueryMessage.ForGraph(rows, revealed));
        Assert.IsTrue(Read(QueryMessage.ForGraph(rows, revealed).Write()).WantsGraph);
        Assert.IsFalse(Read(new QueryMessage(rows, revealed, Hash, new byte[] { 0 }).Write()).WantsGraph);
    }

    [TestMethod]
    public void Goodbye_is_a_query_of_no_rows()
    {
        AssertSame(QueryMessage.Goodbye);
        Assert.AreEqual(0, Read(QueryMessage.Goodbye.Write()).Rows);
    }

    [TestMethod]
    public void The_message_is_a_copy_of_the_bytes()
    {
        byte[] bytes = new QueryMessage(1, Revealed.Scores, Hash, new byte[] { 2 }).Write();
        QueryMessage message = Read(bytes);
        bytes.AsSpan().Clear();
        CollectionAssert.AreEqual(Hash, message.Hash.ToArray());
        Assert.AreEqual(2, message.Assignment.Span[0]);
    }

    [TestMethod]
    public void The_largest_assignment_fits_the_largest_message()
    {
        byte[] bytes = new QueryMessage(1, Revealed.Scores, Hash, new byte[Hybrid.Graph.GraphLimits.MaximumNodes]).Write();
        Assert.HasCount(QueryMessage.MaximumBytes, bytes);
    }

    [TestMethod]
    public void Lengths_that_make_no_query_are_refused()
    {
        byte[] bytes = new QueryMessage(1, Revealed.Scores, Hash, new byte[] { 2 }).Write();
        for (int length = 0; length < bytes.Length; length++)
        {
            // Eight bytes are a wish for a graph.
            if (length != 8)
            {
                Refused(bytes[..length], $"{length} bytes, which make no query");
            }
        }
    }

    [TestMethod]
    public void Rows_and_wishes_that_cannot_be_are_refused()
    {
        foreach (int rows in new[] { -1, int.MinValue, QueryMessage.MaximumRows + 1, int.MaxValue })
        {
            Refused(With(rows, 0), $"asked for {rows} rows");
        }

        foreach (byte revealed in new byte[] { 3, 4, 255 })
        {
            Refused(With(1, revealed), $"asked to be revealed {revealed}");
        }
    }

    [TestMethod]
    public void Bits_that_mean_nothing_are_refused()
    {
        byte[] asked = new QueryMessage(1, Revealed.Scores, Hash, new byte[] { 2 }).Write();
        foreach ((int place, byte value) in new (int, byte)[] { (5, 2), (5, 255), (6, 1), (7, 128) })
        {
            byte[] bytes = [.. asked];
            bytes[place] = value;
            Refused(bytes, "bits that mean nothing");
        }

        // Who wishes for a graph has no plan to wait for.
        byte[] wish = QueryMessage.ForGraph(1, Revealed.Scores).Write();
        wish[5] = 1;
        Refused(wish, "bits that mean nothing");
    }

    [TestMethod]
    public void Ten_thousand_mutated_queries_are_read_or_refused()
    {
        const int Seed = 21;
        var random = new Random(Seed);
        byte[] original = new QueryMessage(7, Revealed.Values, Hash, new byte[] { 0, 3, 3, 1 }).Write();
        int refused = 0;
        for (int run = 0; run < 10_000; run++)
        {
            byte[] bytes = Mutations.Mutate(random, original);
            try
            {
                CollectionAssert.AreEqual(bytes, Read(bytes).Write(), $"seed {Seed}, run {run}: nothing is read that was not there");
            }
            catch (ProtocolException e)
            {
                Sentences.Check(e, "The client", "during query");
                Assert.AreEqual(("client", "query"), (e.Peer, e.Step), $"seed {Seed}, run {run}");
                refused++;
            }
        }

        Assert.IsTrue(refused is > 1000 and < 10_000, $"seed {Seed}: {refused} refused");
    }

    private static QueryMessage Read(byte[] bytes) => QueryMessage.Read(bytes, "client", SessionMessages.Query);

    private static void Refused(byte[] bytes, string part)
    {
        ProtocolException e = Sentences.Refused<ProtocolException>(() => Read(bytes), "The client", part);
        Assert.AreEqual(("client", "query"), (e.Peer, e.Step));
    }

    private static byte[] With(int rows, byte revealed)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows);
        bytes[4] = revealed;
        return bytes;
    }

    private static void AssertSame(QueryMessage message)
    {
        QueryMessage read = Read(message.Write());
        Assert.AreEqual((message.Rows, message.Revealed, message.WantsGraph, message.Waits), (read.Rows, read.Revealed, read.WantsGraph, read.Waits));
        CollectionAssert.AreEqual(message.Hash.ToArray(), read.Hash.ToArray());
        CollectionAssert.AreEqual(message.Assignment.ToArray(), read.Assignment.ToArray());
    }
}
