using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>One party's part of some elements of a correlation: masks at once, the rest chunk by chunk. A protocol uses it once.</summary>
/// <remarks>
/// Used for two secrets, a mask would show their difference; a source therefore never gives one twice, and the chunks go by only once.
/// The words are wiped on dispose.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Correlation : IDisposable
{
    private readonly int _parties;
    private readonly int _index;
    private readonly ICorrectionFeed? _feed;
    private readonly SeedStream?[] _streams;
    private readonly int[][] _starts;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _early;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _late;

    // The message that the chunk came in; what the dealer sends all parties alike is read where it lies.
    private ReadOnlyMemory<byte> _message;
    private int _next;
    private int _used;

    internal Correlation(CorrelationDraw draw, int index, int party, int parties, ReadOnlySpan<byte> seed, ICorrectionFeed? feed, SecretPool? memory)
    {
        Draw = draw;
        Party = party;
        _parties = parties;
        _index = index;
        _feed = feed;
        ImmutableArray<DealtVector> vectors = draw.Kind.Vectors;
        _streams = new SeedStream?[vectors.Length];
        _starts = new int[vectors.Length][];
        int earlyWords = 0;
        int lateWords = 0;
        int largest = draw.ChunkCount(0);
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            if (!vectors[vector].IsHeldBy(party))
            {
                _starts[vector] = [];
                continue;
            }

            if (vectors[vector].IsSeededFor(party, parties))
            {
                _streams[vector] = new SeedStream(seed, index, vector);
            }

            if (IsInMessage(vectors[vector]))
            {
                _starts[vector] = [0];
                continue;
            }

            if (vectors[vector].ComesLate)
            {
                _starts[vector] = [lateWords];
                lateWords = checked(lateWords + vectors[vector].Length(largest));
                continue;
            }

            _starts[vector] = new int[draw.Chunks];
            for (int chunk = 0; chunk < draw.Chunks; chunk++)
            {
                _starts[vector][chunk] = earlyWords;
                earlyWords = checked(earlyWords + vectors[vector].Length(draw.ChunkCount(chunk)));
            }
        }

        _early = new SecretBuffer<ulong>(earlyWords, memory);
        _late = new SecretBuffer<ulong>(lateWords, memory);
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            if (!vectors[vector].ComesLate && _starts[vector].Length > 0)
            {
                // Chunk after chunk, in one piece.
                int words = _starts[vector][^1] - _starts[vector][0] + vectors[vector].Length(draw.ChunkCount(draw.Chunks - 1));
                _streams[vector]!.Fill(_early.Span.Slice(_starts[vector][0], words));
            }
        }
    }

    /// <summary>Kind and count.</summary>
    public CorrelationDraw Draw { get; }

    /// <summary>Whose part this is.</summary>
    public int Party { get; }

    /// <summary>How many chunks it comes in.</summary>
    internal int Chunks => Draw.Chunks;

    /// <summary>The chunk that <see cref="NextAsync"/> went to last.</summary>
    internal int Chunk => _next - 1;

    /// <summary>Elements of a chunk.</summary>
    internal Range Elements(int chunk)
    {
        int start = chunk * Draw.Kind.ChunkElements;
        return start..(start + Draw.ChunkCount(chunk));
    }

    /// <summary>Where a chunk's words lie in a bit plane of all elements, and how many they are.</summary>
    internal (int Start, int Words) Planes(int chunk) => (chunk * Draw.Kind.ChunkElements / 64, (Draw.ChunkCount(chunk) + 63) / 64);

    /// <summary>
    /// One chunk of a vector that is there from the start. Whoever reads it keeps the correlation alive meanwhile.
    /// </summary>
    internal Span<ulong> Early(int vector, int chunk) =>
        _early.Span.Slice(_starts[vector][chunk], Draw.Kind.Vectors[vector].Length(Draw.ChunkCount(chunk)));

    /// <summary>A whole vector that is there from the start, chunk after chunk.</summary>
    internal Span<ulong> Early(int vector) =>
        _early.Span[_starts[vector][0]..(_starts[vector][^1] + Draw.Kind.Vectors[vector].Length(Draw.ChunkCount(Chunks - 1)))];

    /// <summary>
    /// A vector of the chunk that <see cref="NextAsync"/> went to; it may be overwritten. Not for what all parties are sent alike.
    /// </summary>
    internal Span<ulong> Late(int vector) =>
        _late.Span.Slice(_starts[vector][0], Draw.Kind.Vectors[vector].Length(Draw.ChunkCount(Chunk)));

    /// <summary>What all parties are sent alike, of the chunk that <see cref="NextAsync"/> went to: as it lies in the message.</summary>
    internal ReadOnlySpan<ulong> Common(int vector)
    {
        DealtVector common = Draw.Kind.Vectors[vector];
        return IsInMessage(common)
            ? MemoryMarshal.Cast<byte, ulong>(_message.Span[_starts[vector][0]..])[..common.Length(Draw.ChunkCount(Chunk))]
            : Late(vector);
    }

    /// <summary>Goes to the next chunk; false after the last.</summary>
    /// <exception cref="FormatRefusedException">The dealer sent something else than what is due.</exception>
    internal async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        if (_next == Chunks)
        {
            return false;
        }

        int chunk = _next++;
        ImmutableArray<DealtVector> vectors = Draw.Kind.Vectors;
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            if (vectors[vector].ComesLate)
            {
                _streams[vector]?.Fill(Late(vector));
            }
        }

        int bytes = CorrectionMessage.Bytes(Draw, Party, _parties, chunk);
        if (bytes > 0)
        {
            ReadOnlyMemory<byte> message = await _feed!.NextAsync(bytes, cancellationToken).ConfigureAwait(false);
            CorrectionMessage.Require(message.Span, Draw, _index, chunk, bytes);
            Take(message);
        }

        return true;
    }

    /// <summary>Wipes the words.</summary>
    public void Dispose()
    {
        foreach (SeedStream? stream in _streams)
            stream?.Dispose();
        _early.Dispose();
        _late.Dispose();
        _message = default;
    }

    /// <summary>Names draw and party, never the words.</summary>
    public override string ToString() => $"party {Party}'s part of draw {_index}: {Draw}";

    /// <summary>Marks the correlation as used.</summary>
    /// <exception cref="InvalidOperationException">It was used before.</exception>
    internal void Use()
    {
        if (Interlocked.Exchange(ref _used, 1) != 0)
        {
            throw new InvalidOperationException($"The {this} was used before: draw a fresh one for every product.");
        }
    }

    // Only there do words lie in a message as they lie in memory.
    private static bool IsInMessage(DealtVector vector) => vector.Dealing is Dealing.Common && BitConverter.IsLittleEndian;

    private void Take(ReadOnlyMemory<byte> message)
    {
        _message = message;
        int at = CorrectionMessage.HeaderBytes;
        ImmutableArray<DealtVector> vectors = Draw.Kind.Vectors;
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            if (!vectors[vector].IsSentTo(Party, _parties))
            {
                continue;
            }

            int bytes = vectors[vector].Length(Draw.ChunkCount(Chunk)) * sizeof(ulong);
            if (IsInMessage(vectors[vector]))
            {
                _starts[vector][0] = at;
            }
            else
            {
                Span<ulong> destination = Late(vector);
                message.Span.Slice(at, bytes).CopyTo(MemoryMarshal.AsBytes(destination));
                LittleEndian.Convert(destination);
            }

            at += bytes;
        }
    }
}
