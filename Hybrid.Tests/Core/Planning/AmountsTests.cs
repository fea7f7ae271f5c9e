using Hybrid.Planning;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class AmountsTests
{
    [TestMethod]
    [DataRow(0.0, "0 ms")]
    [DataRow(1.234e-6, "1.23 µs")]
    [DataRow(0.00099951, "1.00 ms")]
    [DataRow(0.0123456, "12.3 ms")]
    [DataRow(-0.5, "-500 ms")]
    [DataRow(0.9996, "1.00 s")]
    [DataRow(123.4, "123 s")]
    public void Seconds_have_three_digits_and_a_unit(double seconds, string text) => Assert.AreEqual(text, Amounts.Seconds(seconds));

    [TestMethod]
    [DataRow(0.0, "0 B")]
    [DataRow(999.0, "999 B")]
    [DataRow(1000.0, "1.00 kB")]
    [DataRow(-12_345.0, "-12.3 kB")]
    [DataRow(999_600.0, "1.00 MB")]
    [DataRow(5.0e9, "5.00 GB")]
    public void Bytes_have_three_digits_and_a_unit(double bytes, string text) => Assert.AreEqual(text, Amounts.Bytes(bytes));
}
