using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Schemes;
using Hybrid.Tests.Core.Graph;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>Runs a program between two parties of this process, and holds it against its reference and its quotes.</summary>
internal static class LocalRun
{
    /// <summary>Runs it and checks that every step sent what it was quoted at, and that what the client learnt is right.</summary>
    /// <param name="program">The program.</param>
    /// <param name="schemes">Adds the schemes.</param>
    /// <param name="client">The client's inputs.</param>
    /// <param name="server">The server's.</param>
    /// <param name="tolerance">By how much results may be off, given what they should be.</param>
    /// <param name="what">For messages.</param>
    /// <param name="link">The link that is planned for; a local network unless given.</param>
    public static async Task<ProgramRun> CheckAsync(
        TensorProgram program,
        Action<SchemeRegistry> schemes,
        IReadOnlyDictionary<string, Tensor<double>> client,
        IReadOnlyDictionary<string, Tensor<double>> server,
        Func<double, double> tolerance,
        string what,
        Hybrid.Planning.LinkProfile? link = null)
    {
        var options = new SessionOptions { Schemes = schemes, Channel = SharesSessions.Patient, Link = link ?? Hybrid.Planning.LinkProfile.Lan };
        await using LocalProgram local = await LocalProgram.StartAsync(program, options, options, Hybrid.Communication.InProcessTransport.CreatePair());
        (ProgramRun run, ProgramRun atServer) = await local.RunAsync(client, server);
        foreach (StepTrace step in run.Steps)
        {
            Quote quote = step.Step.Quote;
            Assert.AreEqual((quote.BytesUp, quote.BytesDown, (long)quote.Messages), (step.BytesSent, step.BytesReceived, step.Messages), $"{what}: {step.Step}");
        }

        foreach (StepTrace step in atServer.Steps)
            Assert.AreEqual((step.Step.Quote.BytesDown, step.Step.Quote.BytesUp), (step.BytesSent, step.BytesReceived), $"{what}: {step.Step} at the server");
        Dictionary<string, Tensor<double>> inputs = client.Concat(server).ToDictionary(pair => pair.Key, pair => pair.Value);
        Dictionary<string, double[]> expected = ProgramReference.Fixed(program, inputs);
        foreach ((string name, Tensor<double> result) in run.Results)
        {
            double[] actual = [.. result];
            Assert.HasCount(expected[name].Length, actual, what);
            for (int i = 0; i < actual.Length; i++)
                Assert.AreEqual(expected[name][i], actual[i], tolerance(expected[name][i]), $"{what}: {name}, element {i}");
        }

        return run;
    }

    /// <summary>Shares, with a dealer in this process.</summary>
    public static Action<SchemeRegistry> Shares(Hybrid.Mpc.Correlations.ComparisonMethod? comparison = null)
    {
        var options = new SharesOptions { Dealer = new InProcessDealer(), Comparison = comparison };
        return schemes => schemes.UseShares(options);
    }

    /// <summary>Random numbers in an interval.</summary>
    public static Tensor<double> Numbers(Random random, double low, double high, params ReadOnlySpan<int> lengths)
    {
        var shape = new Hybrid.Tensors.Shape(lengths);
        double[] values = [.. Enumerable.Range(0, shape.ElementCount).Select(_ => low + (random.NextDouble() * (high - low)))];
        return Tensor.Create(values, [.. lengths.ToArray().Select(length => (nint)length)]);
    }
}
