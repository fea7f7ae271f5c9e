using System.Diagnostics;

namespace Hybrid.Communication;

/// <summary>Says when each byte of one direction of a link arrives: byte after byte at the link's rate, then the delay of the way.</summary>
/// <remarks>
/// A byte leaves when it is handed over or when the one before it has left, whichever is later, takes 8 / rate to leave, and arrives a
/// fixed delay after that. Moments are <see cref="Stopwatch"/> timestamps. Costs a few numbers for each 1500 bytes or pause under way.
/// Not for use by several threads at once.
/// </remarks>
internal sealed class TransmissionClock
{
    // Bytes handed over in one go arrive together, as packets do; more often than this nobody needs to be told of a part.
    private const int PacketBytes = 1500;
    private const double PartSeconds = 1e-3;

    private readonly double _ticksPerByte;
    private readonly double _delay;
    private readonly double _part;
    private readonly Queue<Stretch> _stretches = new();
    private Stretch _last;
    private double _free;
    private long _taken;

    /// <summary>Makes the clock of an idle link.</summary>
    /// <param name="bitsPerSecond">The rate.</param>
    /// <param name="delaySeconds">The delay of the way.</param>
    public TransmissionClock(double bitsPerSecond, double delaySeconds)
    {
        _ticksPerByte = 8 / bitsPerSecond * Stopwatch.Frequency;
        _delay = delaySeconds * Stopwatch.Frequency;
        _part = PartSeconds * Stopwatch.Frequency;
    }

    /// <summary>Bytes handed over and not yet taken.</summary>
    public long Count => _last.End - _taken;

    private Stretch First => _stretches.Count > 0 ? _stretches.Peek() : _last;

    /// <summary>Hands bytes over.</summary>
    public void Add(long now, int bytes)
    {
        bool pausedOrLong = now > _free || _last.End - _last.Begin >= PacketBytes;
        if (pausedOrLong)
        {
            if (_last.End > _taken)
            {
                _stretches.Enqueue(_last);
            }

            _last = new Stretch(Math.Max(now, _free), _last.End, _last.End);
        }

        _last = _last with { End = _last.End + bytes };
        _free = _last.Departure + ((_last.End - _last.Begin) * _ticksPerByte);
    }

    /// <summary>Bytes that have arrived and can be taken; there may be more once these are.</summary>
    public int Arrived(long now)
    {
        Stretch first = First;
        if (now >= Arrival(first, first.End))
        {
            return (int)(first.End - _taken);
        }

        double bytes = Math.Max(0, now - _delay - first.Departure) / _ticksPerByte;
        return (int)Math.Max(0, Math.Min(first.Begin + (long)bytes, first.End) - _taken);
    }

    /// <summary>Takes bytes that have arrived.</summary>
    public void Take(int bytes)
    {
        _taken += bytes;
        if (_stretches.Count > 0 && _stretches.Peek().End == _taken)
        {
            _stretches.Dequeue();
        }
    }

    /// <summary>When next to look: once all that was handed over in one go has arrived, or as much of it as does in a
    /// millisecond.</summary>
    public double NextArrival(long now)
    {
        Stretch first = First;
        double part = Math.Max(now, Arrival(first, _taken + 1)) + _part;
        return Math.Min(part, Arrival(first, first.End));
    }

    /// <summary>When something handed over now, of no length, arrives.</summary>
    public double ArrivalOfEnd(long now) => Math.Max(now, _free) + _delay;

    private double Arrival(Stretch stretch, long end) => stretch.Departure + ((end - stretch.Begin) * _ticksPerByte) + _delay;

    /// <summary>Bytes that leave one after the other without a pause: when the first begins to, and their places in the stream.</summary>
    private readonly record struct Stretch(double Departure, long Begin, long End);
}
