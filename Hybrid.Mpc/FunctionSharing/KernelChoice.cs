using Hybrid.Numerics;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>Which of the kernels, all of which yield the same bits, do the work, and on how many threads at most.</summary>
internal readonly record struct KernelChoice(KernelWidth Width, bool PortableHash, int Threads)
{
    /// <summary>What is fastest on this machine.</summary>
    public static KernelChoice Best { get; } = new(KernelWidth.Auto, PortableHash: false, Environment.ProcessorCount);

    /// <summary>Does the work of chunks [0, <paramref name="chunks"/>) by slices, on several threads where there are several.</summary>
    /// <param name="chunks">How many chunks there are.</param>
    /// <param name="slice">Does the chunks from the first argument up to, not including, the second.</param>
    public void ForSlices(int chunks, Action<int, int> slice)
    {
        // 2048 keys: work of a tenth of a millisecond, against which a thread's start and its buffers weigh little.
        const int sliceChunks = 32;
        int slices = (chunks + sliceChunks - 1) / sliceChunks;
        void One(int index) => slice(index * sliceChunks, Math.Min(chunks, (index + 1) * sliceChunks));
        if (Threads == 1 || slices <= 1)
        {
            for (int index = 0; index < slices; index++)
                One(index);
            return;
        }

        Parallel.For(0, slices, new ParallelOptions { MaxDegreeOfParallelism = Threads }, One);
    }
}
