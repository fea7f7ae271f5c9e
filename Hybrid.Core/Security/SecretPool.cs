using System.Numerics;
using System.Runtime.InteropServices;

namespace Hybrid.Security;

/// <summary>
/// Memory for secrets that are as large again and again: wiped when it comes back, kept, and lent anew. Fresh memory costs the system's
/// page faults, which for large buffers take longer than computing on them.
/// </summary>
public sealed class SecretPool : IDisposable
{
    // Smaller pieces cost the allocator nothing worth saving.
    private const int LeastBytes = 1 << 12;

    private readonly Dictionary<nuint, Stack<nint>> _free = [];
    private readonly long _limit;
    private readonly Lock _lock = new();
    private long _kept;
    private bool _disposed;

    /// <summary>An empty pool.</summary>
    /// <param name="limit">The most bytes it keeps while nobody uses them.</param>
    public SecretPool(long limit = 1L << 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _limit = limit;
    }

    /// <summary>Frees what nobody disposed of.</summary>
    ~SecretPool() => Clear();

    /// <summary>Frees what is kept; what is lent is freed when it comes back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Clear();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Lends zeroed memory, aligned to 64 bytes.</summary>
    internal nint Rent(nuint bytes)
    {
        nuint size = SizeClass(bytes);
        lock (_lock)
        {
            if (_free.TryGetValue(size, out Stack<nint>? stack) && stack.TryPop(out nint memory))
            {
                _kept -= (long)size;
                return memory;
            }
        }

        return Reserve(size);
    }

    /// <summary>Takes back memory that has been wiped.</summary>
    internal void Return(nint memory, nuint bytes)
    {
        nuint size = SizeClass(bytes);
        lock (_lock)
        {
            if (size > LeastBytes && !_disposed && _kept + (long)size <= _limit)
            {
                if (!_free.TryGetValue(size, out Stack<nint>? stack))
                {
                    _free.Add(size, stack = new Stack<nint>());
                }

                stack.Push(memory);
                _kept += (long)size;
                return;
            }
        }

        Free(memory);
    }

    /// <summary>Zeroed memory that no pool knows.</summary>
    internal static unsafe nint Reserve(nuint bytes)
    {
        void* start = NativeMemory.AlignedAlloc(Math.Max(bytes, 64), 64);
        NativeMemory.Clear(start, bytes);
        return (nint)start;
    }

    /// <summary>Frees memory, which has been wiped.</summary>
    internal static unsafe void Free(nint memory) => NativeMemory.AlignedFree((void*)memory);

    // Sizes are rounded up by an eighth at most, so that few of them serve many lengths.
    private static nuint SizeClass(nuint bytes)
    {
        if (bytes <= LeastBytes)
        {
            return bytes;
        }

        nuint step = (nuint)1 << (BitOperations.Log2((ulong)bytes) - 3);
        return (bytes + step - 1) & ~(step - 1);
    }

    private void Clear()
    {
        foreach (Stack<nint> stack in _free.Values)
        {
            while (stack.TryPop(out nint memory))
                Free(memory);
        }
    }
}
