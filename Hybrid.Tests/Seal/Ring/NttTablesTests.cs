using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class NttTablesTests
{
    /// <summary>Numbers that the tests of Microsoft SEAL's NTTTables expect.</summary>
    [TestMethod]
    public void Have_SEALs_roots()
    {
        var modulus = new Modulus(0xffffffffffc0001);
        CollectionAssert.AreEqual(new ulong[] { 1, 288794978602139552 }, new NttTables(modulus, 2).RootPowers.ToArray());
        CollectionAssert.AreEqual(
            new ulong[] { 1, 288794978602139552, 178930308976060547, 748001537669050592 },
            new NttTables(modulus, 4).RootPowers.ToArray());
    }

    [TestMethod]
    public void Have_the_least_root_whose_power_N_is_minus_one()
    {
        foreach (int degree in new[] { 2, 8, 64 })
        {
            NttTables tables = RingSamples.Tables(degree, 14);
            ulong p = tables.Modulus.Value;
            ulong least = 1;
            while (Power(least, degree, p) != p - 1)
            {
                least++;
            }

            Assert.AreEqual(least, tables.Root, $"degree {degree}, p = {p}");
        }
    }

    [TestMethod]
    public void Have_the_powers_in_bit_reversed_order()
    {
        NttTables tables = RingSamples.Tables(8, 30);
        int[] reversed = [0, 4, 2, 6, 1, 5, 3, 7];
        for (int i = 0; i < 8; i++)
        {
            Assert.AreEqual(Power(tables.Root, reversed[i], tables.Modulus.Value), tables.RootPowers[i], $"index {i}");
        }

        Assert.AreEqual(3, tables.LogDegree);
        Assert.AreEqual(1UL, tables.InverseDegree * 8 % tables.Modulus.Value);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(-8)]
    [DataRow(6)]
    [DataRow(4095)]
    [DataRow(1 << 18)]
    [DataRow(int.MinValue)]
    public void Refuse_a_degree_that_is_no_power_of_two_in_range(int degree) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new NttTables(new Modulus(0xffffee001), degree));

    [TestMethod]
    public void Refuse_a_prime_without_such_roots()
    {
        // 0xffffee001 = 1 modulo 8192, not modulo 16384.
        Assert.AreEqual(4096, new NttTables(new Modulus(0xffffee001), 4096).Degree);
        ParameterException error = Assert.ThrowsExactly<ParameterException>(() => new NttTables(new Modulus(0xffffee001), 8192));
        Assert.AreEqual(ParameterFault.Mismatch, error.Fault);
        Assert.ThrowsExactly<ArgumentNullException>(() => new NttTables(null!, 8));
    }

    private static ulong Power(ulong x, int exponent, ulong p)
    {
        UInt128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power = power * x % p;
        }

        return (ulong)power;
    }
}
