using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>One kind of a party's correlations: how many are left, the streams of its seed, and corrections not yet drawn.</summary>
internal sealed class PartyPool : IDisposable
{
    private readonly int _index;
    private readonly int _party;
    private readonly long _total;
    private readonly SeedStream?[] _streams;
    private ReadOnlyMemory<byte> _message;
    private int _messageUnits;
    private int _messageDrawn;
    private long _arrived;

    public PartyPool(CorrelationKind kind, long count, int index, int party, ReadOnlySpan<byte> seed)
    {
        Kind = kind;
        Left = count;
        _total = count;
        _index = index;
        _party = party;
        _streams = new SeedStream?[kind.Vectors.Length];
        for (int vector = 0; vector < _streams.Length; vector++)
        {
            if (kind.Vectors[vector].IsSeededFor(party))
            {
                _streams[vector] = new SeedStream(seed, index, vector);
            }
        }
    }

    public CorrelationKind Kind { get; }

    public long Left { get; private set; }

    /// <summary>Draws units; there are enough left.</summary>
    public async ValueTask<Correlation> DrawAsync(int count, ICorrectionFeed? feed, CancellationToken cancellationToken)
    {
        var drawn = new Correlation(Kind, _party, _total - Left, count);
        try
        {
            Expand(drawn);
            for (int done = 0; feed is not null && Kind.CorrectionWords > 0 && done < count;)
            {
                if (_messageDrawn == _messageUnits)
                {
                    await NextMessageAsync(feed, cancellationToken).ConfigureAwait(false);
                }

                done += TakeCorrections(drawn, done);
            }

            Left -= count;
            return drawn;
        }
        catch
        {
            drawn.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SeedStream? stream in _streams)
            stream?.Dispose();
    }

    private void Expand(Correlation drawn)
    {
        for (int vector = 0; vector < _streams.Length; vector++)
            _streams[vector]?.Fill(drawn.Vectors[vector]);
        GC.KeepAlive(drawn);
    }

    private async ValueTask NextMessageAsync(ICorrectionFeed feed, CancellationToken cancellationToken)
    {
        _message = await feed.NextAsync(_index, cancellationToken).ConfigureAwait(false);
        _messageUnits = CorrectionMessage.ReadCount(_message.Span, Kind, _index, _arrived, _total - _arrived);
        _messageDrawn = 0;
        _arrived += _messageUnits;
    }

    private int TakeCorrections(Correlation drawn, int done)
    {
        int units = Math.Min(drawn.Count - done, _messageUnits - _messageDrawn);
        ReadOnlySpan<byte> rest = _message.Span[CorrectionMessage.HeaderBytes..];
        for (int vector = 0; vector < Kind.Vectors.Length; vector++)
        {
            if (Kind.Vectors[vector].Dealing != Dealing.Derived)
            {
                continue;
            }

            int words = Kind.Vectors[vector].Words;
            Span<ulong> destination = drawn.Vectors[vector].Slice(done * words, units * words);
            int start = _messageDrawn * words * sizeof(ulong);
            rest.Slice(start, destination.Length * sizeof(ulong)).CopyTo(MemoryMarshal.AsBytes(destination));
            LittleEndian.Convert(destination);
            rest = rest[(_messageUnits * words * sizeof(ulong))..];
        }

        GC.KeepAlive(drawn);
        _messageDrawn += units;
        return units;
    }
}
