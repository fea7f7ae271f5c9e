using System.Runtime.ExceptionServices;

namespace Hybrid.Seal.Evaluation;

/// <summary>Runs independent tasks on the caller's thread, or on several; with one nothing is allocated.</summary>
internal static class Workers
{
    /// <summary>Runs tasks 0 to count - 1. The first failure comes out as it was thrown.</summary>
    /// <param name="count">How many.</param>
    /// <param name="threads">At most so many at once.</param>
    /// <param name="state">What the tasks share.</param>
    /// <param name="task">One task; a static function.</param>
    public static void Run<TState>(int count, int threads, TState state, Action<TState, int> task)
    {
        if (threads == 1 || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                task(state, i);
            }

            return;
        }

        RunParallel(count, threads, state, task);
    }

    private static void RunParallel<TState>(int count, int threads, TState state, Action<TState, int> task)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => task(state, i));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
