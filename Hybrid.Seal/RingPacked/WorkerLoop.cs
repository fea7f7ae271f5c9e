using Hybrid.Seal.Evaluation;

namespace Hybrid.Seal.RingPacked;

/// <summary>Items handed out to workers that each have working memory and randomness of their own, and run at once.</summary>
internal static class WorkerLoop
{
    /// <summary>Worker w does items w, w + workers, …, so that the same seed gives the same ciphertexts. The first failure comes out as it was thrown.</summary>
    public static void Run<T>(T[] workers, int count, Action<T, int> action)
    {
        int used = Math.Min(workers.Length, count);
        Workers.Run(used, Math.Max(1, used), (workers, count, action), static (state, worker) =>
        {
            for (int i = worker; i < state.count; i += Math.Min(state.workers.Length, state.count))
            {
                state.action(state.workers[worker], i);
            }
        });
    }
}
