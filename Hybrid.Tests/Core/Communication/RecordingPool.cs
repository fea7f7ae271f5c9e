using System.Buffers;

namespace Hybrid.Tests.Core.Communication;

/// <summary>A pool that remembers the largest buffer asked of it, and what buffers held when they came back.</summary>
internal sealed class RecordingPool : ArrayPool<byte>
{
    public int Largest { get; private set; }

    public List<byte[]> Returned { get; } = [];

    public override byte[] Rent(int minimumLength)
    {
        Largest = Math.Max(Largest, minimumLength);
        return new byte[minimumLength];
    }

    public override void Return(byte[] array, bool clearArray = false) => Returned.Add(array);
}
