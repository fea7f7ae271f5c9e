using System.Runtime.Versioning;
using Hybrid.Cli;
using Hybrid.Paillier;
using Hybrid.Security;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class KeyDirectoryTests
{
    private static readonly Lazy<PaillierPrivateKey> Key = new(() => PaillierPrivateKey.Generate(2048, new AesCtrGenerator(new byte[16], 7)));

    [TestMethod]
    public void Keys_come_back_as_they_were_saved()
    {
        using var directory = new TemporaryDirectory();
        KeyDirectory keys = Save(directory);
        using var notes = new StringWriter();
        using PaillierPrivateKey secret = keys.LoadPrivate(Terminal(notes));
        Assert.AreEqual(Key.Value.PublicKey.Fingerprint(), secret.PublicKey.Fingerprint());
        Assert.AreEqual(Key.Value.PublicKey.Fingerprint(), keys.LoadPublic().Fingerprint());
        Assert.AreEqual(string.Empty, notes.ToString());
    }

    [TestMethod]
    public void Save_replaces_a_key_only_by_force_and_leaves_no_drafts()
    {
        using var directory = new TemporaryDirectory();
        KeyDirectory keys = Save(directory);
        Assert.ThrowsExactly<IOException>(keys.RequireNoKey);
        Assert.ThrowsExactly<IOException>(() => keys.Save(Key.Value, phe: false, force: false));
        keys.Save(Key.Value, phe: false, force: true);
        Assert.HasCount(2, Directory.GetFileSystemEntries(directory["keys"]));
    }

    [TestMethod]
    public void Missing_short_long_and_altered_files_are_told_apart()
    {
        using var directory = new TemporaryDirectory();
        KeyDirectory keys = Save(directory);
        byte[] bytes = File.ReadAllBytes(keys.SecretFile);

        File.WriteAllBytes(keys.SecretFile, bytes[..^1]);
        Refused(keys, "cut short");
        File.WriteAllBytes(keys.SecretFile, [.. bytes, .. new byte[100_000]]);
        Refused(keys, "altered");
        byte[] altered = [.. bytes];
        altered[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(keys.SecretFile, altered);
        Refused(keys, "altered");
        File.WriteAllBytes(keys.SecretFile, []);
        Refused(keys, "not a Hybrid Paillier private key");
        File.Copy(keys.PublicFile, keys.SecretFile, overwrite: true);
        Refused(keys, "not a Hybrid Paillier private key");

        File.Delete(keys.SecretFile);
        IOException missing = Assert.ThrowsExactly<IOException>(() => keys.LoadPrivate(Terminal(TextWriter.Null)));
        Assert.Contains(keys.SecretFile, missing.Message);
        Assert.Contains("keygen", missing.Message);
        Assert.ThrowsExactly<IOException>(() => new KeyDirectory(directory["nowhere"]).LoadPublic());
        Directory.CreateDirectory(keys.SecretFile);
        Assert.Contains(keys.SecretFile, Assert.ThrowsExactly<IOException>(() => keys.LoadPrivate(Terminal(TextWriter.Null))).Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void A_secret_that_others_can_read_is_loaded_with_a_warning()
    {
        using var directory = new TemporaryDirectory();
        KeyDirectory keys = Save(directory);
        File.SetUnixFileMode(keys.SecretFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        using var notes = new StringWriter();
        keys.LoadPrivate(Terminal(notes)).Dispose();
        Assert.Contains("warning", notes.ToString());
        Assert.Contains(keys.SecretFile, notes.ToString());
    }

    private static KeyDirectory Save(TemporaryDirectory directory)
    {
        var keys = new KeyDirectory(directory["keys"]);
        keys.RequireNoKey();
        keys.Save(Key.Value, phe: false, force: false);
        return keys;
    }

    private static void Refused(KeyDirectory keys, string reason)
    {
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => keys.LoadPrivate(Terminal(TextWriter.Null)));
        Assert.StartsWith(keys.SecretFile, error.Message);
        Assert.Contains(reason, error.Message);
    }

    private static Terminal Terminal(TextWriter notes) => new(json: false, TextWriter.Null, notes);
}
