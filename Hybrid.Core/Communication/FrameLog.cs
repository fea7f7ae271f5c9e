using System.Security.Cryptography;

namespace Hybrid.Communication;

/// <summary>Counts and hashes the messages that went one way.</summary>
internal sealed class FrameLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;
    private long _messages;

    public (long Bytes, long Messages) Totals
    {
        get
        {
            lock (_gate)
            {
                return (_bytes, _messages);
            }
        }
    }

    public void Add(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Span<byte> start = stackalloc byte[FrameHeader.Bytes];
        header.Write(start);
        lock (_gate)
        {
            _hash.AppendData(start);
            _hash.AppendData(payload);
            _bytes += FrameHeader.Bytes + payload.Length;
            _messages++;
        }
    }

    /// <summary>Writes SHA-256 of all messages so far, headers included.</summary>
    public void CopyHash(Span<byte> destination)
    {
        lock (_gate)
        {
            _hash.GetCurrentHash(destination);
        }
    }

    public void Dispose() => _hash.Dispose();
}
