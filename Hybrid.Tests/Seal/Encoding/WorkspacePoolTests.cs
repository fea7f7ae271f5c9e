using Hybrid.Seal.Encoding;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class WorkspacePoolTests
{
    [TestMethod]
    public void Buffers_come_back_wiped_and_belong_to_one_at_a_time()
    {
        var pool = new WorkspacePool(16);
        for (int round = 0; round < 3; round++)
        {
            SecretBuffer<double>[] rented = [.. Enumerable.Range(0, 6).Select(_ => pool.Rent())];
            Assert.HasCount(6, rented.Distinct());
            foreach (SecretBuffer<double> buffer in rented)
            {
                Assert.AreEqual(16, buffer.Length);
                Assert.IsFalse(buffer.Span.ContainsAnyExcept(0.0), $"round {round}");
                buffer.Span.Fill(1);
            }

            foreach (SecretBuffer<double> buffer in rented)
            {
                pool.Return(buffer);
            }

            // Four are kept, the others freed.
            Assert.ThrowsExactly<ObjectDisposedException>(() => rented[4].Span[0]);
            Assert.ThrowsExactly<ObjectDisposedException>(() => rented[5].Span[0]);
        }
    }
}
