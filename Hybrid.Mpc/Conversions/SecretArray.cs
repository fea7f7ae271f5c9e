using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace Hybrid.Mpc.Conversions;

/// <summary>Words that go to or come from another scheme, as memory: pinned, so that no copy is left behind, and wiped on dispose.</summary>
internal sealed class SecretArray : IDisposable
{
    private readonly ulong[] _words;

    /// <summary>So many zeros.</summary>
    public SecretArray(int length) => _words = GC.AllocateArray<ulong>(length, pinned: true);

    /// <summary>A copy.</summary>
    public SecretArray(ReadOnlySpan<ulong> words)
        : this(words.Length) => words.CopyTo(_words);

    /// <summary>The words.</summary>
    public Memory<ulong> Memory => _words;

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_words.AsSpan()));
}
