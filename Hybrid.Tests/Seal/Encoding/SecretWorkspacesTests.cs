using Hybrid.Seal.Encoding;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class SecretWorkspacesTests
{
    [TestMethod]
    public void Buffers_come_back_wiped_and_belong_to_one_at_a_time()
    {
        var workspaces = new SecretWorkspaces<double>(16);
        for (int round = 0; round < 3; round++)
        {
            using SecretWorkspaces<double>.Loan first = workspaces.Borrow();
            using SecretWorkspaces<double>.Loan second = workspaces.Borrow();
            Assert.IsFalse(first.Span.Overlaps(second.Span), $"round {round}");
            Assert.IsFalse(first.Span.ContainsAnyExcept(0.0), $"round {round}");
            Assert.IsFalse(second.Span.ContainsAnyExcept(0.0), $"round {round}");
            first.Span.Fill(1);
            second.Span.Fill(2);
        }
    }

    [TestMethod]
    public void Nothing_is_allocated_once_warm()
    {
        var workspaces = new SecretWorkspaces<ulong>(4096);
        using (workspaces.Borrow())
        {
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            using SecretWorkspaces<ulong>.Loan loan = workspaces.Borrow();
        }

        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
