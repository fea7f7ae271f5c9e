namespace Hybrid.Security;

/// <summary>A source of uniformly random bytes: the operating system's, or the generator expanded from a seed.</summary>
public interface IRandomSource
{
    /// <summary>Fills <paramref name="destination"/> with uniformly random bytes.</summary>
    void Fill(Span<byte> destination);
}
