using System.Runtime.Versioning;
using System.Text.Json;
using Hybrid.Paillier;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class KeygenTests
{
    private const string PublicName = "paillier.public.key";
    private const string SecretName = "paillier.secret.key";

    [TestMethod]
    public void Writes_two_files_refuses_to_replace_them_and_does_so_when_forced()
    {
        using var directory = new TemporaryDirectory();
        string keys = directory["new/keys"];
        JsonElement first = CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--json").Json();
        Assert.AreEqual(2048, first.GetProperty("keyBits").GetInt32());
        Assert.AreEqual(64, first.GetProperty("fingerprint").GetString()!.Length);
        Assert.AreEqual(Path.Combine(keys, PublicName), first.GetProperty("publicFile").GetString());
        Assert.AreEqual(new FileInfo(Path.Combine(keys, SecretName)).Length, first.GetProperty("secretBytes").GetInt64());
        CollectionAssert.AreEquivalent(new[] { PublicName, SecretName }, Names(keys));
        byte[] secret = File.ReadAllBytes(Path.Combine(keys, SecretName));

        CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--json").ExpectError(1, SecretName, "--force");
        CollectionAssert.AreEqual(secret, File.ReadAllBytes(Path.Combine(keys, SecretName)));
        File.Delete(Path.Combine(keys, SecretName));
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048").ExpectError(1, PublicName, "--force");

        CliResult forced = CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--force");
        Assert.AreEqual(0, forced.ExitCode, forced.Error);
        Assert.AreEqual(string.Empty, forced.Error);
        Assert.Contains("2048 bits", forced.Output);
        Assert.DoesNotContain(first.GetProperty("fingerprint").GetString()!, forced.Output);
        CollectionAssert.AreEquivalent(new[] { PublicName, SecretName }, Names(keys));
    }

    [TestMethod]
    public void The_document_for_python_paillier_is_of_the_same_key_and_goes_with_it()
    {
        using var directory = new TemporaryDirectory();
        string keys = directory["keys"];
        string file = CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--phe", "--json").Json().GetProperty("pheFile").GetString()!;
        PaillierPublicKey key = PheJson.ReadPublicKey(File.ReadAllBytes(file));
        Assert.AreEqual(PaillierKeyFormat.ReadPublic(File.ReadAllBytes(Path.Combine(keys, PublicName))).N, key.N);

        JsonElement second = CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--force", "--json").Json();
        Assert.IsFalse(second.TryGetProperty("pheFile", out _));
        Assert.IsFalse(File.Exists(file), "The document of a key that is gone must not stay.");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void The_secret_is_for_its_owner_only()
    {
        using var directory = new TemporaryDirectory();
        string keys = directory["keys"];
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--json").Json();
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.AreEqual(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        Assert.AreEqual(owner, File.GetUnixFileMode(Path.Combine(keys, SecretName)));

        File.SetUnixFileMode(Path.Combine(keys, SecretName), owner | UnixFileMode.OtherRead);
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "2048", "--json", "--force").Json();
        Assert.AreEqual(owner, File.GetUnixFileMode(Path.Combine(keys, SecretName)));
    }

    [TestMethod]
    public void Sizes_and_places_that_will_not_do_are_refused()
    {
        using var directory = new TemporaryDirectory();
        string keys = directory["keys"];
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "1024", "--json").ExpectError(1, "1024 bits", "2048");
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "2049").ExpectError(1, "2049 bits", "128");
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "1000000").ExpectError(1, "8192");
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "-1").ExpectError(1, "-1 bits");
        CliProcess.Run("keygen", "--out", keys, "--key-bits", "abc").ExpectError(2, "'abc'");
        CliProcess.Run("keygen", "--out", " ").ExpectError(2, "--out");
        CliProcess.Run("keygen", "--out", keys, "--out", directory["others"]).ExpectError(2, "--out");
        Assert.IsFalse(Directory.Exists(keys));

        File.WriteAllText(directory["file"], "in the way");
        CliProcess.Run("keygen", "--out", directory["file"], "--key-bits", "2048").ExpectError(1, directory["file"]);
        CliProcess.Run("keygen", "--out", directory["file/below"], "--key-bits", "2048").ExpectError(1, directory["file/below"]);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void A_directory_that_may_not_be_written_to_is_refused()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Nothing is closed to a privileged user.");
        }

        using var directory = new TemporaryDirectory();
        string closed = Directory.CreateDirectory(directory["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        CliProcess.Run("keygen", "--out", closed, "--key-bits", "2048").ExpectError(1, closed, "may not write");
        CliProcess.Run("keygen", "--out", Path.Combine(closed, "below"), "--key-bits", "2048").ExpectError(1, "may not write");
    }

    private static string[] Names(string directory) => [.. Directory.GetFileSystemEntries(directory).Select(entry => Path.GetFileName(entry))];
}
