using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Mpc.Circuits;

/// <summary>Borrowed words for messages, all zero at first and wiped when they go back.</summary>
internal sealed class SecretMemory : IDisposable
{
    private readonly byte[] _array;
    private int _disposed;

    /// <summary>Borrows words.</summary>
    public SecretMemory(int words)
    {
        int bytes = checked(words * sizeof(ulong));
        _array = ArrayPool<byte>.Shared.Rent(bytes);
        Words = new WordMemory(_array.AsMemory(0, bytes));
        Words.Span.Clear();
    }

    /// <summary>The words.</summary>
    public WordMemory Words { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            CryptographicOperations.ZeroMemory(Words.Bytes.Span);
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}

/// <summary>Words in memory that is also seen as bytes.</summary>
/// <param name="Bytes">The bytes, eight a word.</param>
internal readonly record struct WordMemory(Memory<byte> Bytes)
{
    /// <summary>The words.</summary>
    public Span<ulong> Span => MemoryMarshal.Cast<byte, ulong>(Bytes.Span);

    /// <summary>How many words.</summary>
    public int Length => Bytes.Length / sizeof(ulong);

    /// <summary>Some of the words.</summary>
    public WordMemory Slice(int start, int length) => new(Bytes.Slice(start * sizeof(ulong), length * sizeof(ulong)));
}
