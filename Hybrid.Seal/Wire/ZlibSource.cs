namespace Hybrid.Seal.Wire;

/// <summary>
/// Feeds memory to .NET's inflating stream, and tells what that stream does not: whether it wanted more than there is (it takes
/// a cut stream for a whole one), or stopped before the last byte (it leaves what trails).
/// </summary>
/// <remarks>The last byte is handed over by itself: the inflater asks for it only if its stream really reaches so far.</remarks>
internal sealed unsafe class ZlibSource : Stream
{
    private readonly byte* _start;
    private readonly int _length;
    private int _position;

    /// <param name="start">The first byte; the memory must stay in place for as long as this is in use.</param>
    /// <param name="length">How many there are.</param>
    public ZlibSource(byte* start, int length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>Whether more bytes were asked for after the last.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether the last byte was never asked for.</summary>
    public bool IsLeft => _position < _length;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int left = _length - _position;
        IsCut |= left == 0;
        int count = Math.Min(buffer.Length, left > 1 ? left - 1 : left);
        new ReadOnlySpan<byte>(_start + _position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
