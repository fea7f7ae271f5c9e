using System.Text.Json;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class SpeedTests
{
    [TestMethod]
    public void Figures_come_as_one_document()
    {
        JsonElement figures = CliProcess.Run("speed", "--filter", "aes-ctr, paillier/encrypt,paillier/add", "--key-bits", "2048", "--seconds", "0.001", "--json").Json();
        int threadCounts = Environment.ProcessorCount > 1 ? 2 : 1;
        string[] names = [.. figures.EnumerateArray().Select(figure => figure.GetProperty("name").GetString()!)];
        foreach (string name in new[] { "aes-ctr", "paillier/encrypt", "paillier/encrypt-public", "paillier/add" })
        {
            Assert.AreEqual(threadCounts, names.Count(found => found == name), name);
        }

        Assert.HasCount(4 * threadCounts, names);
        foreach (JsonElement figure in figures.EnumerateArray())
        {
            double microseconds = figure.GetProperty("microseconds").GetDouble();
            Assert.IsGreaterThan(0, microseconds);
            Assert.AreEqual(1e6, microseconds * figure.GetProperty("perSecond").GetDouble(), 2e3);
            Assert.Contains("thread", figure.GetProperty("parameters").GetString()!);
        }
    }

    [TestMethod]
    public void Every_case_runs()
    {
        JsonElement figures = CliProcess.Run("speed", "--filter", "paillier", "--key-bits", "2048", "--seconds", "0.001", "--json").Json();
        string[] names = [.. figures.EnumerateArray().Select(figure => figure.GetProperty("name").GetString()!).Distinct()];
        CollectionAssert.AreEqual(
            new[] { "paillier/keygen", "paillier/encrypt", "paillier/encrypt-public", "paillier/decrypt", "paillier/add", "paillier/multiply-16", "paillier/dot-784", "paillier/rerandomise" },
            names);
    }

    [TestMethod]
    public void Every_ckks_case_runs()
    {
        JsonElement figures = CliProcess.Run("speed", "--filter", "ckks", "--seconds", "0.001", "--json").Json();
        string[] single = ["transform", "encode", "decode", "encrypt-public", "encrypt-written", "decrypt", "add", "multiply-plain", "rescale", "rotate", "multiply-relinearise"];
        string[] many = ["matrix-256x256", "packed-128x784x128"];
        ILookup<string, string> parameters = figures.EnumerateArray().ToLookup(
            figure => figure.GetProperty("name").GetString()!, figure => figure.GetProperty("parameters").GetString()!);
        CollectionAssert.AreEqual(single.Concat(many).Select(name => $"ckks/{name}").ToArray(), parameters.Select(group => group.Key).ToArray());
        foreach (string name in single)
        {
            CollectionAssert.AreEqual(
                new[] { "N = 4096, 2 primes, 1 thread", "N = 8192, 3 primes, 1 thread", "N = 16384, 6 primes, 1 thread" }, parameters[$"ckks/{name}"].ToArray(), name);
        }

        foreach (string name in many)
        {
            Assert.HasCount(Environment.ProcessorCount > 1 ? 2 : 1, parameters[$"ckks/{name}"].ToArray(), name);
        }
    }

    [TestMethod]
    public void Every_mpc_case_runs()
    {
        JsonElement figures = CliProcess.Run("speed", "--filter", "mpc", "--seconds", "0.001", "--json").Json();
        string[] names = [.. figures.EnumerateArray().Select(figure => figure.GetProperty("name").GetString()!)];
        foreach (string name in new[] { "multiply", "truncate", "relu", "relu-function-sharing", "exp", "softmax-16", "matmul-128x784x128", "conv2d-64x56x56" })
        {
            CollectionAssert.Contains(names, $"mpc/{name}");
        }

        Assert.HasCount(14, names);
    }

    [TestMethod]
    public void Wrong_requests_are_refused()
    {
        CliProcess.Run("speed", "--filter", "aes,nonsense", "--json").ExpectError(1, "\"nonsense\"", "aes-ctr", "paillier/decrypt");
        CliProcess.Run("speed", "--filter", "paillier/add", "--key-bits", "1024", "--seconds", "0.001").ExpectError(1, "1024 bits");
        CliProcess.Run("speed", "--seconds", "0").ExpectError(2, "--seconds");
        CliProcess.Run("speed", "--seconds", "NaN").ExpectError(2, "--seconds", "'NaN'");
        CliProcess.Run("speed", "--seconds", "1", "--seconds", "2").ExpectError(2, "--seconds");
        CliProcess.Run("speed", "--seconds", "soon").ExpectError(2, "'soon'");
    }
}
