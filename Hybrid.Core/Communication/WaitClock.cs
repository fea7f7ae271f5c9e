using System.Diagnostics;

namespace Hybrid.Communication;

/// <summary>How long one end has waited for the other, to send something or to take something. Waits that overlap count once.</summary>
internal sealed class WaitClock
{
    private readonly Lock _lock = new();
    private int _waits;
    private long _since;
    private TimeSpan _waited;

    /// <summary>The time so far, of waits that are over.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (_lock)
            {
                return _waited;
            }
        }
    }

    /// <summary>A wait begins.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_waits++ == 0)
            {
                _since = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>A wait is over.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (--_waits == 0)
            {
                _waited += Stopwatch.GetElapsedTime(_since);
            }
        }
    }
}
