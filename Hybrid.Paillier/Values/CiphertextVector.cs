using System.Runtime.ExceptionServices;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Paillier;

/// <summary>Ciphertexts under one key: numbers modulo n². Immutable; holds no secret.</summary>
public sealed class CiphertextVector
{
    // A row of the key's ring each, in Montgomery form.
    private readonly ulong[] _rows;

    internal CiphertextVector(PaillierPublicKey key, ulong[] rows)
    {
        Key = key;
        _rows = rows;
    }

    /// <summary>The key they are encrypted under.</summary>
    public PaillierPublicKey Key { get; }

    /// <summary>How many there are.</summary>
    public int Count => _rows.Length / Key.Ring.RowWords;

    internal ReadOnlyMemory<ulong> Rows => _rows;

    /// <summary>The ciphertexts at the given places, in that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A place does not exist.</exception>
    public CiphertextVector Select(ReadOnlySpan<int> places)
    {
        int words = Key.Ring.RowWords;
        var rows = new ulong[places.Length * words];
        for (int i = 0; i < places.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(places[i], nameof(places));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(places[i], Count, nameof(places));
            _rows.AsSpan(places[i] * words, words).CopyTo(rows.AsSpan(i * words));
        }

        return new CiphertextVector(Key, rows);
    }

    internal ReadOnlySpan<ulong> Row(int index) => _rows.AsSpan(index * Key.Ring.RowWords, Key.Ring.RowWords);

    /// <summary>
    /// Runs a block operation over all ciphertexts, eight at a time, on several threads. The first error comes out as it was
    /// thrown: callers document <see cref="ObjectDisposedException"/> and the like, not how the work is spread.
    /// </summary>
    internal static void ForBlocks(int count, int parallelism, LaneRing ring, Action<int, int, LaneWorkspace> block)
    {
        int blocks = (count + LaneRing.Lanes - 1) / LaneRing.Lanes;
        try
        {
            Parallel.For(
                0,
                blocks,
                new ParallelOptions { MaxDegreeOfParallelism = parallelism },
                ring.CreateWorkspace,
                (b, _, workspace) =>
                {
                    block(b * LaneRing.Lanes, Math.Min(LaneRing.Lanes, count - (b * LaneRing.Lanes)), workspace);
                    return workspace;
                },
                workspace => workspace.Dispose());
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    /// <summary>The integers mod n², canonical, limbs one after the other.</summary>
    internal ulong[] ToIntegers(int parallelism)
    {
        LaneRing ring = Key.Ring;
        int limbs = Key.SquareLimbs;
        var integers = new ulong[Count * limbs];
        ForBlocks(Count, parallelism, ring, (first, count, workspace) =>
        {
            var block = new ulong[ring.BlockWords];
            for (int lane = 0; lane < count; lane++)
            {
                ring.SetRow(block, lane, Row(first + lane));
            }

            ring.Multiply(block, block, Key.RawOne, workspace, count);
            Span<ulong> low = stackalloc ulong[ring.ModulusLimbs];
            Span<ulong> high = stackalloc ulong[ring.ModulusLimbs];
            var whole = new ulong[2 * ring.ModulusLimbs];
            for (int lane = 0; lane < count; lane++)
            {
                ring.Normalise(low, high, block, lane, workspace);
                Limbs.Multiply(whole, high, ring.Modulus(lane));
                Limbs.AddTo(whole, low);
                whole.AsSpan(0, limbs).CopyTo(integers.AsSpan((first + lane) * limbs));
            }
        });
        return integers;
    }
}
