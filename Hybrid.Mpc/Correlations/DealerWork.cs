using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;
using System.Numerics.Tensors;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>A dealer's whole work for one demand: chunk by chunk, what each party is to be sent.</summary>
/// <remarks>Memory does not grow with the number of elements.</remarks>
internal sealed class DealerWork : IDisposable
{
    private readonly CorrelationDemand _demand;
    private readonly DealerSeeds _seeds;
    private readonly DealerMemory _memory;
    private readonly AesCtrGenerator _own;
    private readonly byte[][] _messages;
    private readonly int[] _lengths;
    private SecretBuffer<ulong> _values = new(0);
    private SecretBuffer<ulong> _share = new(0);
    private SeedStream?[][] _streams = [];
    private int _draw = -1;
    private int _chunk;

    /// <summary>Starts before the first chunk.</summary>
    /// <param name="demand">What to deal.</param>
    /// <param name="seeds">The seeds; they outlive the work.</param>
    /// <param name="memory">What was dealt to the same parties before; it outlives the work.</param>
    /// <exception cref="ParameterException">More parties than a kind of the demand can serve.</exception>
    public DealerWork(CorrelationDemand demand, DealerSeeds seeds, DealerMemory memory)
    {
        foreach (CorrelationDraw draw in demand.Draws)
        {
            if (seeds.Parties > draw.Kind.MaximumParties)
            {
                throw new ParameterException(
                    ParameterFault.Unsupported, $"{draw.Kind.Name} serve {draw.Kind.MaximumParties} parties, and there are {seeds.Parties}: plan comparisons by tree.");
            }
        }

        _demand = demand;
        _seeds = seeds;
        _memory = memory;
        _own = new AesCtrGenerator(seeds.Own);
        _messages = [.. Enumerable.Range(0, seeds.Parties).Select(_ => Array.Empty<byte>())];
        _lengths = new int[seeds.Parties];
        Remember();
    }

    private CorrelationDraw Draw => _demand.Draws[_draw];

    /// <summary>Works out the next chunk of which anything is sent; false at the end.</summary>
    public bool MoveNext()
    {
        while (_draw < _demand.Draws.Length)
        {
            if (_draw < 0 || ++_chunk == Draw.Chunks)
            {
                if (++_draw == _demand.Draws.Length)
                {
                    return false;
                }

                Begin();
            }

            Deal();
            if (_lengths.AsSpan().ContainsAnyExcept(0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a party is sent for the chunk; empty where nothing is. Overwritten by the next one.</summary>
    public ReadOnlyMemory<byte> Message(int party) => _messages[party].AsMemory(0, _lengths[party]);

    public void Dispose()
    {
        End();
        _values.Dispose();
        _share.Dispose();
        _own.Dispose();
    }

    // Nothing may be sent for a mask, so nobody would ask for its chunk.
    private void Remember()
    {
        for (int draw = 0; draw < _demand.Draws.Length; draw++)
        {
            if (_demand.Draws[draw].Kind is WeightMask mask)
            {
                using var stream = new SeedStream(_seeds.Of(mask.Owner), draw, vector: 0);
                var words = new SecretBuffer<ulong>(mask.Words);
                stream.Fill(words.Span);
                _memory.Add(mask, words);
            }
        }
    }

    private void Begin()
    {
        End();
        _chunk = 0;
        ImmutableArray<DealtVector> vectors = Draw.Kind.Vectors;
        _streams = new SeedStream?[_seeds.Parties][];
        for (int party = 0; party < _streams.Length; party++)
        {
            _streams[party] = new SeedStream?[vectors.Length];
            for (int vector = 0; vector < vectors.Length; vector++)
            {
                if (vectors[vector].IsSeededFor(party, _seeds.Parties))
                {
                    _streams[party][vector] = new SeedStream(_seeds.Of(party), _draw, vector);
                }
            }
        }

        int count = Draw.ChunkCount(0);
        Grow(ref _values, checked(vectors.Sum(vector => vector.Length(count))));
        Grow(ref _share, vectors.Max(vector => vector.Length(count)));
        for (int party = 0; party < _messages.Length; party++)
        {
            int bytes = CorrectionMessage.Bytes(Draw, party, _seeds.Parties, 0);
            if (_messages[party].Length < bytes)
            {
                _messages[party] = new byte[bytes];
            }
        }
    }

    private static void Grow(ref SecretBuffer<ulong> buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer.Dispose();
            buffer = new SecretBuffer<ulong>(length);
        }
    }

    private void End()
    {
        foreach (SeedStream?[] streams in _streams)
        {
            foreach (SeedStream? stream in streams)
                stream?.Dispose();
        }

        _streams = [];
    }

    private void Deal()
    {
        CorrelationKind kind = Draw.Kind;
        var values = new DealtValues(
            _values.Span, kind.Vectors, Draw.ChunkCount(_chunk), kind.Mask is { } mask ? _memory.Of(mask) : [], _own);
        Expand(values);
        kind.Derive(values);
        Write(values);
    }

    // The values of what is not derived: the sum of the parties' shares, or one party's words.
    private void Expand(DealtValues values)
    {
        ImmutableArray<DealtVector> vectors = Draw.Kind.Vectors;
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            if (vectors[vector].Dealing is Dealing.Owned)
            {
                _streams[vectors[vector].Owner][vector]!.Fill(values[vector]);
            }
            else if (vectors[vector].Dealing is Dealing.Shared)
            {
                _streams[0][vector]!.Fill(values[vector]);
                for (int party = 1; party < _seeds.Parties; party++)
                {
                    Span<ulong> share = _share.Span[..values[vector].Length];
                    _streams[party][vector]!.Fill(share);
                    Combine(vectors[vector].Form, values[vector], share);
                }
            }
        }
    }

    private void Write(DealtValues values)
    {
        int last = _seeds.Parties - 1;
        for (int party = 0; party <= last; party++)
        {
            _lengths[party] = CorrectionMessage.Bytes(Draw, party, _seeds.Parties, _chunk);
            if (_lengths[party] > 0)
            {
                CorrectionMessage.WriteHeader(_messages[party], _draw, _chunk);
            }
        }

        int[] at = [.. _messages.Select(_ => CorrectionMessage.HeaderBytes)];
        ImmutableArray<DealtVector> vectors = Draw.Kind.Vectors;
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            Span<ulong> value = values[vector];
            if (vectors[vector].Dealing is Dealing.Common)
            {
                for (int party = 0; party <= last; party++)
                    at[party] += Copy(value, party, at[party]);
            }
            else if (vectors[vector].Dealing is Dealing.Derived)
            {
                // The last party's share is what the others' leave of the value.
                for (int party = 0; party < last; party++)
                {
                    Span<ulong> share = _share.Span[..value.Length];
                    _streams[party][vector]!.Fill(share);
                    Remove(vectors[vector].Form, value, share);
                }

                at[last] += Copy(value, last, at[last]);
            }
        }
    }

    private int Copy(Span<ulong> words, int party, int start)
    {
        LittleEndian.Convert(words);
        MemoryMarshal.AsBytes(words).CopyTo(_messages[party].AsSpan(start));
        LittleEndian.Convert(words);
        return words.Length * sizeof(ulong);
    }

    private static void Combine(VectorForm form, Span<ulong> value, ReadOnlySpan<ulong> share)
    {
        if (form == VectorForm.Planes)
        {
            TensorPrimitives.Xor(value, share, value);
        }
        else
        {
            RingVector.Add(value, share, value);
        }
    }

    private static void Remove(VectorForm form, Span<ulong> value, ReadOnlySpan<ulong> share)
    {
        if (form == VectorForm.Planes)
        {
            TensorPrimitives.Xor(value, share, value);
        }
        else
        {
            RingVector.Subtract(value, share, value);
        }
    }
}
