using System.Diagnostics;

namespace Hybrid.Communication;

/// <summary>Says when each byte of one direction of a link arrives: byte after byte at its rate, then the delay of the way.</summary>
/// <remarks>
/// A byte leaves when it is handed over or when the one before it has left, whichever is later, takes 8 / rate to leave, and arrives a
/// fixed delay after that. Moments are <see cref="Stopwatch"/> timestamps. Costs a few numbers for each 1500 bytes or pause under way.
/// Not for use by several threads at once.
/// </remarks>
internal sealed class TransmissionClock
{
    // Bytes handed over within a packet's length are looked at as one; a part of more is of use to nobody, and each look takes a
    // thread's waking.
    private const int PacketBytes = 1500;
    private const double PartSeconds = 4e-3;

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

    /// <summary>When next to look, while there are bytes not yet taken: once all that was handed over in one go has arrived, or as
    /// much of it as does in four milliseconds.</summary>
    public double Next { get; private set; }

    private Stretch First => _stretches.Count > 0 ? _stretches.Peek() : _last;

    /// <summary>Hands bytes over, at a moment no earlier than those before.</summary>
    public void Add(long now, int bytes)
    {
        bool idle = Count == 0;
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
        if (idle)
        {
            Look(now);
        }
    }

    /// <summary>Bytes that have arrived and can be taken: none before <see cref="Next"/>, and there may be more once these are.</summary>
    public int Arrived(long now)
    {
        Stretch first = First;
        if (now < Next)
        {
            return 0;
        }

        if (now >= Arrival(first, first.End))
        {
            return (int)(first.End - _taken);
        }

        double bytes = Math.Max(0, now - _delay - first.Departure) / _ticksPerByte;
        return (int)Math.Max(0, Math.Min(first.Begin + (long)bytes, first.End) - _taken);
    }

    /// <summary>Takes bytes that have arrived.</summary>
    public void Take(long now, int bytes)
    {
        _taken += bytes;
        if (_stretches.Count > 0 && _stretches.Peek().End == _taken)
        {
            _stretches.Dequeue();
        }

        Look(now);
    }

    /// <summary>When something handed over now, of no length, arrives.</summary>
    public double ArrivalOfEnd(long now) => Math.Max(now, _free) + _delay;

    private void Look(long now)
    {
        Stretch first = First;
        Next = Math.Min(Math.Max(now, Arrival(first, _taken + 1)) + _part, Arrival(first, first.End));
    }

    private double Arrival(Stretch stretch, long end) => stretch.Departure + ((end - stretch.Begin) * _ticksPerByte) + _delay;

    /// <summary>Bytes that leave one after the other without a pause: when the first begins to, and their places in the stream.</summary>
    private readonly record struct Stretch(double Departure, long Begin, long End);
}
