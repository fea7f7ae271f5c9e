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

    /// <summary>The integers mod n², canonical, limbs one after the other.</summary>
    internal ulong[] ToIntegers(int parallelism)
    {
        LaneRing ring = Key.Ring;
        int limbs = Key.SquareLimbs;
        var integers = new ulong[Count * limbs];
        LaneBlocks.For(ring, Count, LaneRing.Lanes, parallelism, (first, count, workspace) =>
        {
            var block = new ulong[ring.BlockWords];
            ring.Load(block, _rows, first, count);
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
