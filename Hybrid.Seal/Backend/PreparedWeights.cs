using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// What a server prepares of its constants once for all queries and clients: the composed map, and its weights as transformed
/// polynomials for the tiles in use.
/// </summary>
internal sealed class PreparedWeights
{
    // As many tilings as queries of different sizes are likely to use at a time.
    private const int Kept = 4;

    private readonly Lock _lock = new();
    private readonly List<RingPackedWeights> _weights = [];
    private ComposedMap? _map;

    /// <summary>The composed map of a stretch; the constants are the same whenever this binding is.</summary>
    public ComposedMap Map(Stretch stretch, StepContext context)
    {
        lock (_lock)
        {
            return _map ??= ComposedMap.Of(stretch, context);
        }
    }

    /// <summary>The weights for a packing, made now if there are none for it.</summary>
    public RingPackedWeights For(RingPacking packing, CkksContext context, ComposedMap map)
    {
        lock (_lock)
        {
            int at = _weights.FindIndex(weights => weights.Serve(packing));
            RingPackedWeights found = at >= 0 ? _weights[at] : new RingPackedWeights(context, packing, map.Weights);
            if (at >= 0)
            {
                _weights.RemoveAt(at);
            }
            else if (_weights.Count == Kept)
            {
                // The one unused longest; another session may be computing with it, so the collector wipes it.
                _weights.RemoveAt(0);
            }

            _weights.Add(found);
            return found;
        }
    }
}
