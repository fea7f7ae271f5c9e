namespace Hybrid.Communication;

/// <summary>Notices that nothing arrives while a call waits for the peer.</summary>
/// <remarks>
/// It counts quiet ticks and does not read a clock. After this machine was suspended, or its pool was busy, one tick passes before
/// bytes that lie waiting are read, so a party never accuses its peer of its own sleep.
/// </remarks>
internal sealed class SilenceWatch : IAsyncDisposable
{
    private const int TicksOfPatience = 8;

    private readonly FrameReader _reader;
    private readonly Action _onSilence;
    private readonly PeriodicTimer _timer;
    private readonly Task _running;
    private int _waiting;
    private volatile bool _afresh;

    public SilenceWatch(FrameReader reader, TimeSpan patience, Action onSilence)
    {
        _reader = reader;
        _onSilence = onSilence;
        _timer = new PeriodicTimer(patience / TicksOfPatience);
        _running = RunAsync();
    }

    /// <summary>A call begins to wait for the peer.</summary>
    public void Begin()
    {
        if (Interlocked.Increment(ref _waiting) == 1)
        {
            _afresh = true;
        }
    }

    /// <summary>A call no longer waits.</summary>
    public void End() => Interlocked.Decrement(ref _waiting);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        long seen = -1;
        int quiet = 0;
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            long arrivals = _reader.Arrivals;
            if (_afresh || arrivals != seen || Volatile.Read(ref _waiting) == 0 || !_reader.IsReading)
            {
                _afresh = false;
                seen = arrivals;
                quiet = 0;
            }
            else if (++quiet == TicksOfPatience)
            {
                _onSilence();
                return;
            }
        }
    }
}
