namespace Hybrid.Security;

/// <summary>AES-128 of consecutive counter blocks under one key. Every kind of it writes the same bytes.</summary>
internal abstract class CounterCipher : IDisposable
{
    /// <summary>Length of a block, and of a key, in bytes.</summary>
    public const int BlockBytes = 16;

    /// <summary>The fastest kind that this machine runs. The key, of 16 bytes, is copied.</summary>
    public static CounterCipher Create(ReadOnlySpan<byte> key) =>
        AesInstructionsCipher.IsSupported ? new AesInstructionsCipher(key) : new PlatformCounterCipher(key);

    /// <summary>Writes AES(key, stream ‖ i) for i from <paramref name="firstBlock"/> on, both halves 64 bits, big endian.</summary>
    /// <param name="stream">The first half of every counter.</param>
    /// <param name="firstBlock">The second half of the first counter.</param>
    /// <param name="destination">A whole number of blocks.</param>
    /// <exception cref="ObjectDisposedException">The key has been wiped.</exception>
    public abstract void Write(ulong stream, ulong firstBlock, Span<byte> destination);

    /// <summary>Wipes the key.</summary>
    public abstract void Dispose();
}
