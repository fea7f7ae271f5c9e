namespace Hybrid.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something the user can mend: a file, a peer, a parameter.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>An error nobody foresaw (EX_SOFTWARE of sysexits.h).</summary>
    public const int Bug = 70;

    /// <summary>Ended by a signal: 128 and its number, as shells have it.</summary>
    public const int Interrupted = 130;

    public const int Terminated = 143;
}
