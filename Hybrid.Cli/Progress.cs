using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>How far along the work is.</summary>
internal interface IProgressReport
{
    /// <summary>Tells that so much is done, from 0 to 1, and what comes next.</summary>
    void Report(double done, string? next = null);
}

/// <summary>Shows a bar on standard error while work runs, where somebody watches; never under --json.</summary>
/// <remarks>
/// The bar pulses until the first report. Cancellation returns at once, even from work that does not look at the token: the
/// process is about to end.
/// </remarks>
internal static class Progress
{
    /// <summary>Runs work that computes.</summary>
    public static Task<T> RunAsync<T>(Terminal terminal, string title, Func<IProgressReport, T> work, CancellationToken stop) =>
        RunAsync(terminal, title, report => Task.Run(() => work(report), stop), stop);

    /// <summary>Runs work that waits.</summary>
    public static Task<T> RunAsync<T>(Terminal terminal, string title, Func<IProgressReport, Task<T>> work, CancellationToken stop) =>
        terminal.IsWatched ? ShowAsync(terminal, title, work, stop) : work(new Silence()).WaitAsync(stop);

    private static Task<T> ShowAsync<T>(Terminal terminal, string title, Func<IProgressReport, Task<T>> work, CancellationToken stop) =>
        terminal.OpenError().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new Bar(context.AddTask(Markup.Escape(title), maxValue: 1))).WaitAsync(stop));

    private sealed class Silence : IProgressReport
    {
        public void Report(double done, string? next)
        {
        }
    }

    private sealed class Bar : IProgressReport
    {
        private readonly ProgressTask _task;

        public Bar(ProgressTask task)
        {
            _task = task;
            _task.IsIndeterminate = true;
        }

        public void Report(double done, string? next)
        {
            _task.IsIndeterminate = false;
            _task.Value = done;
            if (next is not null)
            {
                _task.Description = Markup.Escape(next);
            }
        }
    }
}
