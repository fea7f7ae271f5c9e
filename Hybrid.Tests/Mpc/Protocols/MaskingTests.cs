using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Correlations;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>What the parties send each other looks uniform, however far from that the secrets are.</summary>
[TestClass]
public sealed class MaskingTests
{
    private const int Rows = 200;
    private const int Columns = 250;
    private const int Count = Rows * Columns;

    private static readonly ulong[] Constant = [.. Enumerable.Repeat(12345UL, Count)];

    [TestMethod]
    public async Task Opened_words_are_uniform_whatever_is_truncated_multiplied_or_squared()
    {
        ArithmeticShare[] xs = Parties.Split(Constant, new Shape(Count), 16, new RandomWords(79));
        await AssertUniform(party => new Truncation(xs[party], 16));
        await AssertUniform(party => new Multiplication(xs[party], xs[party]));
        await AssertUniform(party => new Squaring(xs[party]));
    }

    [TestMethod]
    public async Task Opened_matrices_are_uniform()
    {
        ArithmeticShare[] xs = Parties.Split(Constant, new Shape(Rows, Columns), 16, new RandomWords(86));
        ArithmeticShare[] ys = Parties.Split(Constant, new Shape(Columns, Rows), 16, new RandomWords(87));
        await AssertUniform(party => new MatrixMultiplication(xs[party], ys[party]));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Weights_and_what_meets_them_are_sent_as_uniform_words(int owner)
    {
        var mask = new WeightMask(0, owner, Columns, Rows);
        var rows = new WeightedRow(mask);
        using var dealt = new Dealt(88, CorrelationDemand.Of(mask, 1) + CorrelationDemand.Of(rows, 2 * Rows));
        var sent = new List<ulong[]>();
        Correlation masks = (await dealt.DrawAsync(mask, 1))[owner];
        sent.Add(Sent(new WeightOpening(mask, owner, Constant, 16), masks, owner));

        // The share of the other party is as bad as can be, and the same in both queries.
        using var share = new ArithmeticShare(1 - owner, 2, new Shape(Rows, Columns), 16, Constant);
        using var weights = new PrivateWeights(mask, 1 - owner, FixedPointFormat.Widest(16), sent[0]);
        for (int query = 0; query < 2; query++)
        {
            Correlation drawn = (await dealt.DrawAsync(rows, Rows))[1 - owner];
            sent.Add(Sent(new WeightMultiplication(share, weights), drawn, 1 - owner));
        }

        foreach (ulong[] words in sent)
            ChiSquare.AssertUniform(words, "sent words");
        ChiSquare.AssertUniform([.. sent[1].Zip(sent[2], (a, b) => unchecked(a - b))], "difference of two queries");
    }

    [TestMethod]
    public void Words_that_are_not_uniform_are_found()
    {
        ulong[] words = new RandomWords(89).Next(Count);
        ChiSquare.AssertUniform(words, "random words");
        Assert.ThrowsExactly<AssertFailedException>(() => ChiSquare.AssertUniform(Constant, "constants"));
        Assert.ThrowsExactly<AssertFailedException>(() => ChiSquare.AssertUniform([.. words.Select(word => word >> 1)], "63 bits"));
    }

    private static async Task AssertUniform(Func<int, RoundStep> step)
    {
        CorrelationKind kind = step(0).Kind!;
        using var dealt = new Dealt(80, step(0).Cost.Demand);
        Correlation[] drawn = await dealt.DrawAsync(kind, (int)step(0).Cost.Demand[kind]);
        ulong[][] sent = [Sent(step(0), drawn[0], 0), Sent(step(1), drawn[1], 1)];
        ChiSquare.AssertUniform(sent[0], $"{step(0).Name}: party 0's words");
        ChiSquare.AssertUniform(sent[1], $"{step(0).Name}: party 1's words");
        ChiSquare.AssertUniform([.. sent[0].Zip(sent[1], (a, b) => unchecked(a + b))], $"{step(0).Name}: opened words");
    }

    private static ulong[] Sent(RoundStep step, Correlation drawn, int party)
    {
        var words = new ulong[step.Cost.WordsFrom(party)];
        step.Send(drawn, words);
        return words;
    }
}
