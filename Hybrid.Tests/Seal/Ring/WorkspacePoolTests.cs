using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class WorkspacePoolTests
{
    [TestMethod]
    public void Loans_have_the_length_asked_for_lie_on_a_cache_line_and_belong_to_one_at_a_time()
    {
        var pool = new WorkspacePool();
        foreach (int length in new[] { 1, 7, 64, 1000 })
        {
            using WorkspacePool.Loan first = pool.Borrow(length);
            using WorkspacePool.Loan second = pool.Borrow(length);
            Assert.AreEqual(length, first.Span.Length);
            Assert.IsFalse(first.Span.Overlaps(second.Span), $"length {length}");
            unsafe
            {
                Assert.AreEqual(0, (nint)first.Block.Pointer % 64, $"length {length}");
                Assert.IsTrue(&first.Block.Pointer[length - 1] == System.Runtime.CompilerServices.Unsafe.AsPointer(ref first.Span[^1]), $"length {length}");
            }
        }
    }

    [TestMethod]
    public void Nothing_is_allocated_once_warm()
    {
        var pool = new WorkspacePool();
        Use(pool);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Use(pool);
        }

        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    public void Threads_never_hold_the_same_memory()
    {
        var pool = new WorkspacePool();
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 200; i++)
            {
                using WorkspacePool.Loan loan = pool.Borrow(256);
                loan.Span.Fill((ulong)thread);
                Thread.Yield();
                Assert.IsFalse(loan.Span.ContainsAnyExcept((ulong)thread));
            }
        });
    }

    private static void Use(WorkspacePool pool)
    {
        using WorkspacePool.Loan first = pool.Borrow(64);
        using WorkspacePool.Loan second = pool.Borrow(64);
        using WorkspacePool.Loan third = pool.Borrow(128);
        first.Span[0] = second.Span[0] + third.Span[0];
    }
}
