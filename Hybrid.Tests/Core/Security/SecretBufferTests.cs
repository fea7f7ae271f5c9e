using Hybrid.Security;

namespace Hybrid.Tests.Core.Security;

[TestClass]
public sealed class SecretBufferTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(1000)]
    public void A_new_buffer_is_zero_and_can_be_written(int length)
    {
        using var buffer = new SecretBuffer<ulong>(length);
        Assert.AreEqual(length, buffer.Length);
        Assert.AreEqual(length, buffer.Span.Length);
        Assert.IsFalse(buffer.Span.ContainsAnyExcept(0ul));
        buffer.Span.Fill(7);
        Assert.IsFalse(buffer.Span.ContainsAnyExcept(7ul));
    }

    [TestMethod]
    public unsafe void Memory_starts_on_a_cache_line()
    {
        for (int length = 1; length < 200; length += 7)
        {
            using var buffer = new SecretBuffer<byte>(length);
            fixed (byte* start = buffer.Span)
            {
                Assert.AreEqual(0u, (nuint)start % 64);
            }
        }
    }

    [TestMethod]
    public void The_source_of_a_copy_stays_as_it_is()
    {
        byte[] source = [1, 2, 3];
        using var buffer = new SecretBuffer<byte>(source);
        buffer.Span[0] = 9;
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, source);
        CollectionAssert.AreEqual(new byte[] { 9, 2, 3 }, buffer.Span.ToArray());
    }

    [TestMethod]
    public void A_disposed_buffer_cannot_be_read_and_may_be_disposed_of_again()
    {
        var buffer = new SecretBuffer<byte>(16);
        buffer.Dispose();
        buffer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => buffer.Span.Length);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public unsafe void Disposing_wipes_the_memory_before_it_goes_back()
    {
        const byte Secret = 0xA5;
        const int Length = 4096;
        var buffer = new SecretBuffer<byte>(Length);
        buffer.Span.Fill(Secret);
        nint address;
        fixed (byte* start = buffer.Span)
        {
            address = (nint)start;
        }

        Assert.AreEqual(Length, CountAt(address, Length, Secret), "The memory should be readable while it is held.");
        buffer.Dispose();
        // Others may have taken the memory since, but not to write this very pattern.
        Assert.IsLessThan(Length / 8, CountAt(address, Length, Secret));
    }

    [TestMethod]
    public void A_buffer_does_not_print_its_content()
    {
        using var buffer = new SecretBuffer<byte>([0xA5, 0xA5]);
        Assert.AreEqual("SecretBuffer<Byte>[2]", buffer.ToString());
    }

    [TestMethod]
    public void A_negative_length_is_refused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SecretBuffer<int>(-1));

    // Through the system, which answers a read of memory that is no longer mapped with an error instead of a crash.
    private static int CountAt(nint address, int length, byte value)
    {
        using FileStream memory = new("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] seen = new byte[length];
        try
        {
            memory.Position = address;
            memory.ReadExactly(seen);
        }
        catch (IOException)
        {
            // Unmapped memory holds nothing any more.
            return 0;
        }

        return seen.AsSpan().Count(value);
    }
}
