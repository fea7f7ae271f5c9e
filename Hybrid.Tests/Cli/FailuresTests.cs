using System.Net.Sockets;
using Hybrid.Cli;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class FailuresTests
{
    private static IEnumerable<(Exception Error, int Code)> Expected =>
    [
        (new ParameterException(ParameterFault.Insecure, "Too small."), 1),
        (new FormatRefusedException("Cut short."), 1),
        (new ProtocolException("server", "greeting", "hung up"), 1),
        (new FileNotFoundException("No such file."), 1),
        (new UnauthorizedAccessException("Denied."), 1),
        (new SocketException((int)SocketError.ConnectionRefused), 1),
        (new AggregateException(new FormatRefusedException("On a thread.")), 1),
        (new OperationCanceledException(), 70),
        (new InvalidOperationException("Two\nlines."), 70),
    ];

    [TestMethod]
    public void Every_error_is_one_line_without_a_trace()
    {
        foreach ((Exception thrown, int code) in Expected)
        {
            Exception error = Thrown(thrown);
            using var writer = new StringWriter();
            Assert.AreEqual(code, Failures.Report(error, null, writer, trace: false), error.ToString());
            Assert.HasCount(2, writer.ToString().Split(Environment.NewLine), writer.ToString());
            Assert.AreEqual(code == 70, writer.ToString().Contains("bug", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public void Traces_come_on_request()
    {
        using var writer = new StringWriter();
        Failures.Report(Thrown(new InvalidOperationException("Odd.")), null, writer, trace: true);
        Assert.Contains("   at ", writer.ToString());
    }

    [TestMethod]
    public void Cancellation_after_a_signal_gives_its_code()
    {
        using var writer = new StringWriter();
        Assert.AreEqual(143, Failures.Report(new TaskCanceledException(), 143, writer, trace: false));
        Assert.DoesNotContain("bug", writer.ToString());
    }

    private static Exception Thrown(Exception error)
    {
        try
        {
            throw error;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }
}
