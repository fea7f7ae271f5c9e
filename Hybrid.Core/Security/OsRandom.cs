using System.Security.Cryptography;

namespace Hybrid.Security;

/// <summary>The operating system's cryptographic random generator.</summary>
public sealed class OsRandom : IRandomSource
{
    private OsRandom()
    {
    }

    /// <summary>The one instance; it has no state of its own and may be used by many threads.</summary>
    public static OsRandom Instance { get; } = new();

    /// <inheritdoc/>
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
