using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Dealing;

[TestClass]
public sealed class LocalDealingTests
{
    [TestMethod]
    public async Task Parties_in_one_process_compute_again_and_again()
    {
        ICorrelationProvider[] parties = LocalDealing.Providers(2, new RandomWords(5).Source);
        Assert.AreEqual(1, parties[1].Party);
        Assert.AreEqual(2, parties[1].Parties);
        foreach (ComparisonMethod method in Enum.GetValues<ComparisonMethod>())
        {
            long[] numbers = Meet.Numbers(1000);
            foreach (long[] opened in await Meet.ReluAsync(parties, numbers, method))
                CollectionAssert.AreEqual(numbers.Select(number => Math.Max(0, number)).ToArray(), opened);
        }

        foreach (ICorrelationProvider party in parties)
            await party.DisposeAsync();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => parties[0].PrepareAsync(CorrelationDemand.None).AsTask());
    }

    [TestMethod]
    public async Task Demands_that_differ_are_noticed()
    {
        ICorrelationProvider[] parties = LocalDealing.Providers(2, new RandomWords(5).Source);
        using ICorrelationSource source = await parties[0].PrepareAsync(new CorrelationDemand([new(new SquarePair(), 1)]));
        ParameterException error = await Assert.ThrowsExactlyAsync<ParameterException>(
            () => parties[1].PrepareAsync(new CorrelationDemand([new(new SquarePair(), 2)])).AsTask());
        Sentences.Check(error, "Party 1", "same plan");
        foreach (ICorrelationProvider party in parties)
            await party.DisposeAsync();
    }
}
