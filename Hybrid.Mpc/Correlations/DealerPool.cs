using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>The dealer's work on one kind: corrections, chunk by chunk, in memory that does not grow with their number.</summary>
internal sealed class DealerPool : IDisposable
{
    private readonly CorrelationKind _kind;
    private readonly int _index;
    private readonly SeedStream?[][] _streams;
    private readonly SecretBuffer<ulong> _values;
    private readonly SecretBuffer<ulong> _share;
    private readonly SecretBuffer<ulong>? _mask;
    private readonly byte[] _message;
    private long _left;
    private long _dealt;

    /// <summary>Starts at the first unit.</summary>
    /// <param name="kind">The kind; it has corrections.</param>
    /// <param name="count">How many units.</param>
    /// <param name="index">The kind's place in the demand.</param>
    /// <param name="seeds">Both parties' seeds; copied.</param>
    /// <param name="mask">The mask the kind needs; owned by the pool.</param>
    public DealerPool(CorrelationKind kind, long count, int index, DealerSeeds seeds, SecretBuffer<ulong>? mask)
    {
        _kind = kind;
        _index = index;
        _left = count;
        _mask = mask;
        _streams = [Streams(0), Streams(1)];
        int units = (int)Math.Min(kind.ChunkUnits, count);
        _values = new SecretBuffer<ulong>(checked(units * kind.Vectors.Sum(vector => vector.Words)));
        _share = new SecretBuffer<ulong>(checked(units * kind.Vectors.Max(vector => vector.Words)));
        _message = new byte[checked(CorrectionMessage.HeaderBytes + (units * kind.CorrectionBytes))];

        SeedStream?[] Streams(int party) =>
            [.. kind.Vectors.Select((vector, number) => vector.IsSeededFor(party) ? new SeedStream(seeds.Of(party), index, number) : null)];
    }

    /// <summary>The message with the next units' corrections; it is overwritten by the next call.</summary>
    /// <exception cref="InvalidOperationException">All were dealt.</exception>
    public ReadOnlyMemory<byte> Next()
    {
        int count = (int)Math.Min(_kind.ChunkUnits, _left);
        if (count == 0)
        {
            throw new InvalidOperationException($"All {_dealt} {_kind.Name} of the plan were dealt: no message is left.");
        }

        var values = new CorrelationVectors(_values.Span, _kind.Vectors, count);
        Draw(values);
        _kind.Derive(values, _mask is null ? [] : _mask.Span);
        CorrectionMessage.WriteHeader(_message, _index, _dealt, count);
        int length = CorrectionMessage.HeaderBytes + Correct(values);
        _left -= count;
        _dealt += count;
        return _message.AsMemory(0, length);
    }

    public void Dispose()
    {
        foreach (SeedStream? stream in _streams[0].Concat(_streams[1]))
            stream?.Dispose();
        _values.Dispose();
        _share.Dispose();
        _mask?.Dispose();
    }

    // The values of what is not derived: the sum of the parties' shares, or one party's words.
    private void Draw(CorrelationVectors values)
    {
        for (int vector = 0; vector < _kind.Vectors.Length; vector++)
        {
            Dealing dealing = _kind.Vectors[vector].Dealing;
            if (dealing == Dealing.Derived)
            {
                continue;
            }

            Span<ulong> value = values[vector];
            _streams[dealing == Dealing.Party1 ? 1 : 0][vector]!.Fill(value);
            if (dealing == Dealing.Shared)
            {
                Span<ulong> share = _share.Span[..value.Length];
                _streams[1][vector]!.Fill(share);
                if (_kind.IsBitwise)
                {
                    TensorPrimitives.Xor<ulong>(value, share, value);
                }
                else
                {
                    RingVector.Add(value, share, value);
                }
            }
        }
    }

    // Party 1's share of what is derived: its value minus party 0's share.
    private int Correct(CorrelationVectors values)
    {
        Span<ulong> corrections = MemoryMarshal.Cast<byte, ulong>(_message.AsSpan(CorrectionMessage.HeaderBytes));
        int done = 0;
        for (int vector = 0; vector < _kind.Vectors.Length; vector++)
        {
            if (_kind.Vectors[vector].Dealing != Dealing.Derived)
            {
                continue;
            }

            Span<ulong> value = values[vector];
            Span<ulong> share = _share.Span[..value.Length];
            Span<ulong> correction = corrections.Slice(done, value.Length);
            _streams[0][vector]!.Fill(share);
            if (_kind.IsBitwise)
            {
                TensorPrimitives.Xor<ulong>(value, share, correction);
            }
            else
            {
                RingVector.Subtract(value, share, correction);
            }

            done += value.Length;
        }

        LittleEndian.Convert(corrections[..done]);
        return done * sizeof(ulong);
    }
}
