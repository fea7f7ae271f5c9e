using System.Security.Cryptography;

namespace Hybrid.Communication;

/// <summary>Counts the messages that went one way, and hashes them if it is told to.</summary>
internal sealed class FrameLog(bool hashes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IncrementalHash? _hash = hashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
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
            _hash?.AppendData(start);
            _hash?.AppendData(payload);
            _bytes += FrameHeader.Bytes + payload.Length;
            _messages++;
        }
    }

    /// <summary>Writes SHA-256 of all messages so far, headers included.</summary>
    /// <exception cref="InvalidOperationException">They are not hashed.</exception>
    public void CopyHash(Span<byte> destination)
    {
        IncrementalHash hash = _hash ?? throw new InvalidOperationException("This channel keeps no transcript: open it with KeepsTranscript.");
        lock (_gate)
        {
            hash.GetCurrentHash(destination);
        }
    }

    public void Dispose() => _hash?.Dispose();
}
