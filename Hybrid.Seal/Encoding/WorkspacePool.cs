using Hybrid.Security;

namespace Hybrid.Seal.Encoding;

/// <summary>A few buffers of one length that calls take in turn, so that a call allocates nothing; wiped whenever one comes back.</summary>
/// <remarks>Any number of threads may take and give back at once. More than are kept are made, and freed when they come back.</remarks>
internal sealed class WorkspacePool(int length)
{
    private const int Kept = 4;

    private readonly SecretBuffer<double>?[] _idle = new SecretBuffer<double>?[Kept];

    /// <summary>A buffer, all zero, that nobody else has.</summary>
    public SecretBuffer<double> Rent()
    {
        for (int i = 0; i < Kept; i++)
        {
            if (Interlocked.Exchange(ref _idle[i], null) is { } buffer)
            {
                return buffer;
            }
        }

        return new SecretBuffer<double>(length);
    }

    /// <summary>Takes a rented buffer back.</summary>
    public void Return(SecretBuffer<double> buffer)
    {
        buffer.Span.Clear();
        for (int i = 0; i < Kept; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], buffer, null) is null)
            {
                return;
            }
        }

        buffer.Dispose();
    }
}
