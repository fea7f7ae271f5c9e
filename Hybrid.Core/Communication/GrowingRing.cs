namespace Hybrid.Communication;

/// <summary>A queue of bytes that takes room as it needs it, up to a limit, and wipes what it gives out. Not for use by several threads
/// at once.</summary>
/// <param name="capacity">Most bytes it holds.</param>
internal sealed class GrowingRing(int capacity)
{
    private const int FirstBytes = 64 * 1024;

    private byte[] _ring = [];
    private int _start;

    /// <summary>Bytes in it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes it would still take.</summary>
    public int Room => capacity - Count;

    /// <summary>Takes the first bytes of <paramref name="source"/>, as many as there is room for, and says how many.</summary>
    public int Put(ReadOnlySpan<byte> source)
    {
        int put = Math.Min(source.Length, Room);
        Grow(Count + put);
        int end = _ring.Length == 0 ? 0 : (int)(((long)_start + Count) % _ring.Length);
        int run = Math.Min(put, _ring.Length - end);
        source[..run].CopyTo(_ring.AsSpan(end));
        source[run..put].CopyTo(_ring);
        Count += put;
        return put;
    }

    /// <summary>Gives out bytes, of which it must have as many, and wipes its own.</summary>
    public void Take(Span<byte> destination)
    {
        int run = Math.Min(destination.Length, _ring.Length - _start);
        Move(_ring.AsSpan(_start, run), destination);
        Move(_ring.AsSpan(0, destination.Length - run), destination[run..]);
        Count -= destination.Length;
        _start = Count == 0 ? 0 : (int)(((long)_start + destination.Length) % _ring.Length);
    }

    private static void Move(Span<byte> source, Span<byte> destination)
    {
        source.CopyTo(destination);
        source.Clear();
    }

    private void Grow(int needed)
    {
        if (needed <= _ring.Length)
        {
            return;
        }

        byte[] larger = new byte[(int)Math.Min(capacity, Math.Max(FirstBytes, Math.Max(needed, 2L * _ring.Length)))];
        int count = Count;
        Take(larger.AsSpan(0, count));
        _ring = larger;
        _start = 0;
        Count = count;
    }
}
