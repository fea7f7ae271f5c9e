using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hybrid.Communication;

/// <summary>Sleeps to a moment with an accuracy well below the millisecond that the runtime's own waits count in.</summary>
/// <remarks>
/// Where the system has <c>nanosleep</c> (Linux, macOS) it sleeps until shortly before and spins for the rest, a tenth of a millisecond
/// at most, since a thread that spins or yields for longer is put behind those that compute just when it is due. Elsewhere it
/// sleeps in whole milliseconds and may be one late, never early. Not for use by several threads at once.
/// </remarks>
/// <param name="native">Whether to use the system's own sleep where there is one.</param>
internal sealed partial class FineSleep(bool native)
{
    // A sleep ends 50 to 80 µs late on Linux: the kernel groups wake-ups within 50 µs, and waking takes the rest.
    private const double LeadSeconds = 80e-6;
    private const double LongestSpinSeconds = 100e-6;

    private readonly object _gate = new();

    private bool _native = native && nint.Size == sizeof(long) && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS());

    /// <summary>Returns at a moment given as a <see cref="Stopwatch"/> timestamp, or at once if it has passed.</summary>
    public void Until(double moment)
    {
        double seconds;
        while ((seconds = SecondsTo(moment)) > LongestSpinSeconds)
        {
            if (!TrySleep(seconds - LeadSeconds))
            {
                WaitCoarsely(Math.Max(1, (int)(seconds * 1e3)));
            }
        }

        while (Stopwatch.GetTimestamp() < moment)
        {
            Thread.SpinWait(8);
        }
    }

    // Nobody ever says that there is something to wake up for.
    private void WaitCoarsely(int milliseconds)
    {
        lock (_gate)
        {
            Monitor.Wait(_gate, milliseconds);
        }
    }

    private static double SecondsTo(double moment) => (moment - Stopwatch.GetTimestamp()) / Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NanoSleep(in Duration duration, nint remainder);

    // A signal may end the sleep early; the caller looks at the clock and sleeps again.
    private bool TrySleep(double seconds)
    {
        if (!_native)
        {
            return false;
        }

        try
        {
            long whole = (long)seconds;
            _ = NanoSleep(new Duration(whole, (long)((seconds - whole) * 1e9)), 0);
            return true;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return _native = false;
        }
    }

    // The system's struct timespec, where a long has 64 bits.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Duration(long seconds, long nanoseconds)
    {
        public readonly long Seconds = seconds;
        public readonly long Nanoseconds = nanoseconds;
    }
}
