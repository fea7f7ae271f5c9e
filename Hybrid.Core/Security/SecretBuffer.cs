using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Security;

/// <summary>
/// Memory for secrets: outside the garbage collector's heap (which would copy it about), aligned to 64 bytes,
/// zero at first and wiped when disposed or, failing that, finalised.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class SecretBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly Memory _memory;

    /// <summary>Reserves room for <paramref name="length"/> elements, all zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or comes to more than 2 GiB.</exception>
    public SecretBuffer(int length)
        : this(length, null)
    {
    }

    /// <summary>Borrows room for <paramref name="length"/> elements, all zero, from a pool; reserves it where there is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or comes to more than 2 GiB.</exception>
    public unsafe SecretBuffer(int length, SecretPool? pool)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)length * sizeof(T), int.MaxValue, nameof(length));
        Length = length;
        _memory = new Memory(checked((nuint)length * (nuint)sizeof(T)), pool);
    }

    /// <summary>Copies <paramref name="source"/>, which is left as it is.</summary>
    public SecretBuffer(ReadOnlySpan<T> source)
        : this(source.Length) => source.CopyTo(Span);

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The elements. A span does not keep its buffer alive: hold on to the buffer for as long as the span is in use.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been wiped.</exception>
    public unsafe Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
            return new Span<T>((void*)_memory.DangerousGetHandle(), Length);
        }
    }

    /// <summary>Wipes and frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>Names the type and the length, never the content.</summary>
    public override string ToString() => $"SecretBuffer<{typeof(T).Name}>[{Length}]";

    // A SafeHandle, so that a buffer nobody disposed of is still wiped before its memory goes back.
    private sealed unsafe class Memory : SafeHandle
    {
        private readonly nuint _bytes;
        private readonly SecretPool? _pool;

        public Memory(nuint bytes, SecretPool? pool)
            : base(0, ownsHandle: true)
        {
            _bytes = bytes;
            _pool = pool;
            SetHandle(pool is null ? SecretPool.Reserve(bytes) : pool.Rent(bytes));
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, checked((int)_bytes)));
            if (_pool is null)
            {
                SecretPool.Free(handle);
            }
            else
            {
                _pool.Return(handle, _bytes);
            }

            return true;
        }
    }
}
