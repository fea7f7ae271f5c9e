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
    // As many tilings as queries of different sizes are likely to use at a time, and no more memory than a server can spare whatever
    // sizes a client asks for; the last one is kept anyway.
    private const int Kept = 4;
    private const long KeptBytes = 1L << 27;

    private readonly Lock _lock = new();
    private readonly List<RingPackedWeights> _weights = [];
    private ComposedMap? _map;

    /// <summary>The composed map of the stretch, composed now if it was not; its constants are the same whenever this is.</summary>
    public ComposedMap Map(Stretch stretch, StepContext context)
    {
        lock (_lock)
        {
            return _map ??= ComposedMap.Of(stretch, context);
        }
    }

    /// <summary>The weights for a packing, made now if there are none for it.</summary>
    public RingPackedWeights For(RingPacking packing, CkksContext context, ComposedMap map, int cores = 1)
    {
        lock (_lock)
        {
            int at = _weights.FindIndex(weights => weights.Serve(packing));
            RingPackedWeights? found = at >= 0 ? _weights[at] : null;
            if (found is not null)
            {
                _weights.RemoveAt(at);
            }
            else
            {
                MakeRoom(packing.Plan.WeightBytes);
                found = new RingPackedWeights(context, packing, map.Weights, cores);
            }

            _weights.Add(found);
            return found;
        }
    }

    // Drops those unused longest; another session may be computing with them, so the collector wipes them.
    private void MakeRoom(long bytes)
    {
        while (_weights.Count == Kept || (_weights.Count > 0 && _weights.Sum(weights => weights.Packing.Plan.WeightBytes) + bytes > KeptBytes))
        {
            _weights.RemoveAt(0);
        }
    }
}
