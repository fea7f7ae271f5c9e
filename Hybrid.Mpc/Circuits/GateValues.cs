using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Security;

namespace Hybrid.Mpc.Circuits;

/// <summary>One party's values while a circuit runs, by number.</summary>
internal sealed class GateValues : IDisposable
{
    private readonly IDisposable?[] _values;
    private readonly Dictionary<WeightMask, PrivateWeights> _weights;

    public GateValues(int party, int parties, int count, IReadOnlyList<PrivateWeights> weights, SecretPool memory)
    {
        Party = party;
        Parties = parties;
        _values = new IDisposable?[count];
        _weights = weights.DistinctBy(held => held.Mask).ToDictionary(held => held.Mask);
        Memory = memory;
    }

    /// <summary>Where memory for values comes from.</summary>
    public SecretPool Memory { get; }

    /// <summary>Which party this is.</summary>
    public int Party { get; }

    /// <summary>How many there are.</summary>
    public int Parties { get; }

    /// <summary>Whether public terms are this party's to add: they must be added once.</summary>
    public bool IsFirst => Party == 0;

    /// <summary>A value.</summary>
    public T Get<T>(int id)
        where T : class, IDisposable => (T)(_values[id] ?? throw new InvalidOperationException($"Value {id} is not there."));

    /// <summary>The words of a tensor's share; valid while the value is there.</summary>
    public Span<ulong> Words(int id) => Get<ArithmeticShare>(id).Words;

    /// <summary>The plane of a bit tensor's share; valid while the value is there.</summary>
    public Span<ulong> Bits(int id) => Get<BitShare>(id).Words;

    /// <summary>This party's end of private weights; the run was refused without them.</summary>
    public PrivateWeights Weights(WeightMask mask) => _weights[mask];

    /// <summary>Sets a value.</summary>
    public void Set(int id, IDisposable value) => _values[id] = value;

    /// <summary>Makes room for a tensor's share and returns its words, all zero.</summary>
    public Span<ulong> New(Wire wire)
    {
        var share = new ArithmeticShare(new ShareLayout(Party, Parties, wire.Shape, wire.FractionBits), Memory);
        Set(wire.Id, share);
        return share.Words;
    }

    /// <summary>Makes room for a bit tensor's share and returns its plane, all zero.</summary>
    public Span<ulong> New(BitWire wire)
    {
        var share = new BitShare(Party, Parties, wire.Shape, Memory);
        Set(wire.Id, share);
        return share.Words;
    }

    /// <summary>Takes a value away from here: the caller owns it.</summary>
    public T Take<T>(int id)
        where T : class, IDisposable
    {
        T value = Get<T>(id);
        _values[id] = null;
        return value;
    }

    /// <summary>Wipes a value that nobody needs any more.</summary>
    public void Drop(int id)
    {
        _values[id]?.Dispose();
        _values[id] = null;
    }

    public void Dispose()
    {
        for (int id = 0; id < _values.Length; id++)
            Drop(id);
    }
}
