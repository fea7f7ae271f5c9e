using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// Which keys serve a plan's stretches best: small ones that carry them all, or ones whose results are merged, where the bytes that saves
/// count for more than the key switches it takes and the keys that are sent once.
/// </summary>
/// <param name="registry">The machines, and what plans are made for.</param>
/// <param name="options">Threads of either party, and whether results may be merged.</param>
internal sealed class CkksKeyChoice(SchemeRegistry registry, CkksOptions options)
{
    // Spacings of keys that are tried.
    private const int MostLevelsPerKey = 3;

    // Keys are sent before the first query, so even where set-up is not to count they must be worth it for a session of usual length.
    private const double UsualQueries = 20;

    // A plan of a network weighs many stretches again and again, and a client asks for a few sizes of queries; a hostile one for many.
    private const int Kept = 512;

    private readonly Dictionary<LinearStretch, CkksKeySet?> _alone = [];
    private readonly Dictionary<(LinearStretch Stretch, CkksKeySet Keys), CkksLayout?> _layouts = [];

    // What keys have been chosen for.
    private (LinkProfile Link, PlanObjective Objective) _request;

    /// <summary>The keys for a stretch by itself; null if there are none that carry it.</summary>
    public CkksKeySet? Alone(LinearStretch stretch)
    {
        (LinkProfile, PlanObjective) request = (registry.PlansFor.Link, registry.PlansFor.Objective);
        if (request != _request)
        {
            _request = request;
            _alone.Clear();
        }

        return Remembered(_alone, stretch, () => Found([stretch]));
    }

    /// <summary>The keys for some stretches together; null if there are none that carry them all.</summary>
    public CkksKeySet? For(IReadOnlyCollection<LinearStretch> stretches) => stretches.Count == 1 ? Alone(stretches.First()) : Found(stretches);

    private CkksKeySet? Found(IReadOnlyCollection<LinearStretch> stretches)
    {
        if (Plain(stretches) is not { } plain)
        {
            return null;
        }

        CkksKeySet best = plain;
        if (!options.MayMerge || !stretches.Any(stretch => stretch.Layer is MatMulShape) || ThatCarry(CkksKeySet.WithSpecialPrime, stretches) is not [_, ..] sets)
        {
            return best;
        }

        double queries = registry.PlansFor.Objective.Queries is > 0 and var expected ? expected : UsualQueries;
        double least = Cost(best, stretches);
        foreach (CkksParameters merging in sets)
        {
            for (int levels = 1; levels <= MostLevelsPerKey; levels++)
            {
                var open = new CkksKeySet(merging, MergeKeys.ToBeMade(levels));
                MergeKeys needed = stretches.Aggregate(new MergeKeys(0), (keys, stretch) => keys | Layout(stretch, open)!.Packing.MergeKeys);
                var set = new CkksKeySet(merging, needed);
                // As with the keys once they are made: no tile then takes less than the one that they were made for.
                double cost = needed.Count == 0 ? double.PositiveInfinity : Cost(open, stretches) + (SetUpCost(set, plain) / queries);
                (best, least) = cost < least ? (set, cost) : (best, least);
            }
        }

        return best;
    }

    /// <summary>The keys that carry some stretches together without merging and serve them best, whatever the link; null if there are none.</summary>
    public CkksKeySet? Plain(IReadOnlyCollection<LinearStretch> stretches) => ThatCarry(CkksKeySet.Plain, stretches)
        .Select(parameters => new CkksKeySet(parameters))
        .MinBy(keys => stretches.Sum(stretch => Layout(stretch, keys)!.Packing.Plan.Seconds));

    /// <summary>The layout of a stretch with some keys; null if they do not carry it.</summary>
    public CkksLayout? Layout(LinearStretch stretch, CkksKeySet keys) => Remembered(_layouts, (stretch, keys), () => CkksLayout.Of(stretch, keys));

    private static TValue? Remembered<TKey, TValue>(Dictionary<TKey, TValue?> known, TKey key, Func<TValue?> find)
        where TKey : notnull
        where TValue : class
    {
        if (!known.TryGetValue(key, out TValue? value))
        {
            value = find();
            if (known.Count == Kept)
            {
                known.Clear();
            }

            known.Add(key, value);
        }

        return value;
    }

    // The smallest, and where noise decides about tiles the next, which may do with fewer ciphertexts.
    private static CkksParameters[] ThatCarry(IEnumerable<CkksParameters> candidates, IReadOnlyCollection<LinearStretch> stretches) =>
        [.. candidates.Where(parameters => stretches.All(stretch => CkksLayout.Carries(stretch, parameters))).Take(stretches.Any(stretch => stretch.Leaving.IsAny) ? 2 : 1)];

    private double Cost(CkksKeySet set, IReadOnlyCollection<LinearStretch> stretches) => stretches.Sum(stretch =>
    {
        CkksLayout layout = Layout(stretch, set)!;
        RingPackedPlan plan = layout.Packing.Plan;
        var ahead = new ComputedAhead(CkksWork.Multiply(layout, options.Parallelism).Quoted(registry).ServerSeconds, plan.BytesUp);
        return Weighed(CkksWork.Enter(layout, options.Parallelism).Quoted(registry, bytesUp: plan.BytesUp) with { Pieces = layout.MessagesUp })
            + Weighed(CkksWork.Compute(layout, options.Parallelism).Quoted(registry) with { Pieces = layout.MessagesUp, Ahead = ahead })
            + Weighed(CkksWork.Leave(layout, options.Parallelism).Quoted(registry, bytesDown: plan.BytesDown));
    });

    private double SetUpCost(CkksKeySet set, CkksKeySet instead) =>
        Weighed(CkksWork.SetUp(set).Quoted(registry, bytesUp: set.MergeKeyBytes)) - Weighed(CkksWork.SetUp(instead).Quoted(registry));

    private double Weighed(Quote quote)
    {
        PlanObjective objective = registry.PlansFor.Objective;
        return (objective.SecondsWeight * registry.PlansFor.Link.Latency(quote)) + (objective.MegabyteWeight * 1e-6 * (quote.BytesUp + quote.BytesDown));
    }
}
