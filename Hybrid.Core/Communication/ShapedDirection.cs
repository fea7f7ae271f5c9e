using System.Diagnostics;
using System.Security.Cryptography;

namespace Hybrid.Communication;

/// <summary>One direction of a shaped link: holds what is sent until it would have arrived, then hands it to the stream below.</summary>
/// <remarks>
/// A thread of its own does the handing over: the pool's timers are milliseconds late, and tens of them while its threads compute. It
/// sleeps all but a tenth of a millisecond of the time.
/// </remarks>
internal sealed class ShapedDirection : IDisposable
{
    private const int StackBytes = 256 * 1024;
    private const int PieceBytes = 64 * 1024;
    private const int WindowBytes = 4 << 20;
    private const int MostWayBytes = 252 << 20;

    // A sender that waits is woken for this much room, not for every piece.
    private const int RoomBytes = 256 * 1024;

    // From here on the thread no longer looks up for a closed end: the wait before ends up to this much late.
    private const double FineSeconds = 1.5e-3;

    // How long a closed end goes on offering what it has sent to a peer that takes nothing.
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Stream _below;
    private readonly TransmissionClock _clock;
    private readonly GrowingRing _ring;
    private readonly FineSleep _sleep = new(native: true);
    private readonly CancellationTokenSource _abandon = new();
    private TaskCompletionSource? _room;
    private int _wanted;
    private Exception? _fault;
    private double? _end;

    /// <summary>Starts the direction and its thread.</summary>
    /// <param name="below">Where bytes go when they arrive; disposed of once the direction is and all has arrived.</param>
    /// <param name="bitsPerSecond">The rate.</param>
    /// <param name="delaySeconds">The delay of the way.</param>
    public ShapedDirection(Stream below, double bitsPerSecond, double delaySeconds)
    {
        _below = below;
        _clock = new TransmissionClock(bitsPerSecond, delaySeconds);
        // What is on its way has left the sender's buffer.
        _ring = new GrowingRing(WindowBytes + (int)Math.Min(MostWayBytes, bitsPerSecond / 8 * delaySeconds));
        new Thread(Run, StackBytes) { IsBackground = true, Name = "Hybrid shaped link" }.Start();
    }

    /// <summary>Sends all of <paramref name="source"/>, waiting for room.</summary>
    /// <exception cref="IOException">The stream below takes no more.</exception>
    /// <exception cref="ObjectDisposedException">This end is closed.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long handedOver = Stopwatch.GetTimestamp();
        while (true)
        {
            Task room;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_end is not null, typeof(Stream));
                if (_fault is not null)
                {
                    throw new IOException("The other end is closed.", _fault);
                }

                source = source[Send(source.Span[..Math.Min(source.Length, PieceBytes)], handedOver)..];
                if (source.IsEmpty)
                {
                    return;
                }

                if (_ring.Room > 0)
                {
                    // The thread gets its turn between pieces.
                    continue;
                }

                _wanted = Math.Min(source.Length, RoomBytes);
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            handedOver = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Closes this end: no more will be sent. Returns at once; what was sent still arrives, then the end of the stream.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }

            long now = Stopwatch.GetTimestamp();
            _end = _clock.ArrivalOfEnd(now);
            TimeSpan left = TimeSpan.FromSeconds(Math.Min((_end.Value - now) / Stopwatch.Frequency, TimeSpan.SecondsPerDay));
            _abandon.CancelAfter(left + Lingering);
            Announce();
            Monitor.Pulse(_gate);
        }
    }

    private int Send(ReadOnlySpan<byte> source, long handedOver)
    {
        int sent = _ring.Put(source);
        if (sent > 0)
        {
            bool idle = _clock.Count == 0;
            _clock.Add(handedOver, sent);
            if (idle)
            {
                Monitor.Pulse(_gate);
            }
        }

        return sent;
    }

    private void Run()
    {
        byte[] piece = new byte[PieceBytes];
        try
        {
            while (NextPiece(piece) is > 0 and int bytes)
            {
                HandOver(piece.AsMemory(0, bytes));
                CryptographicOperations.ZeroMemory(piece.AsSpan(0, bytes));
            }
        }
        catch (Exception error)
        {
            // Whatever it is, the sender hears of it at its next write; what came from the peer can still be read.
            Fail(error);
        }
        finally
        {
            _below.Dispose();
            _abandon.Dispose();
        }
    }

    private void HandOver(ReadOnlyMemory<byte> piece)
    {
        ValueTask write = _below.WriteAsync(piece, _abandon.Token);
        if (write.IsCompleted)
        {
            write.GetAwaiter().GetResult();
        }
        else
        {
            write.AsTask().GetAwaiter().GetResult();
        }

        _below.Flush();
    }

    /// <summary>Waits for the next bytes to arrive; 0 when the end of the stream has.</summary>
    private int NextPiece(Span<byte> piece)
    {
        while (true)
        {
            double moment;
            lock (_gate)
            {
                long now = Stopwatch.GetTimestamp();
                if (_clock.Count > 0)
                {
                    int bytes = Math.Min(_clock.Arrived(now), piece.Length);
                    if (bytes > 0)
                    {
                        Take(piece[..bytes], now);
                        return bytes;
                    }

                    moment = _clock.Next;
                }
                else if (_end is null)
                {
                    Monitor.Wait(_gate);
                    continue;
                }
                else if (now >= _end)
                {
                    return 0;
                }
                else
                {
                    moment = _end.Value;
                }

                double spare = ((moment - now) / Stopwatch.Frequency) - FineSeconds;
                if (spare > 1e-3)
                {
                    Monitor.Wait(_gate, (int)(spare * 1e3));
                    continue;
                }
            }

            _sleep.Until(moment);
        }
    }

    private void Take(Span<byte> piece, long now)
    {
        _ring.Take(piece);
        _clock.Take(now, piece.Length);
        if (_ring.Room >= _wanted)
        {
            Announce();
        }
    }

    private void Fail(Exception error)
    {
        lock (_gate)
        {
            _fault = error;
            Announce();
            while (_end is null)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Announce()
    {
        _room?.SetResult();
        _room = null;
    }
}
