using System.Runtime.ExceptionServices;

namespace Hybrid.Seal.RingPacked;

/// <summary>Items handed out to workers that each have working memory and randomness of their own, and run at once.</summary>
internal static class WorkerLoop
{
    /// <summary>Worker w does items w, w + workers, …, so that the same seed gives the same ciphertexts. The first failure is thrown as it is.</summary>
    public static void Run<T>(T[] workers, int count, Action<T, int> action)
    {
        int used = Math.Min(workers.Length, count);
        if (used <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                action(workers[0], i);
            }

            return;
        }

        try
        {
            Parallel.For(0, used, new ParallelOptions { MaxDegreeOfParallelism = used }, worker =>
            {
                for (int i = worker; i < count; i += used)
                {
                    action(workers[worker], i);
                }
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
