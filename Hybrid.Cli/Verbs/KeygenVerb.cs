using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Hybrid.Paillier;
using Spectre.Console;

namespace Hybrid.Cli.Verbs;

/// <summary>Makes a Paillier key and writes its files.</summary>
internal sealed class KeygenVerb : Verb
{
    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory for the key's files; created, for its owner only, if it is not there",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<int> _keyBits = new("--key-bits")
    {
        Description = $"Bits of the modulus: a multiple of 128 from {PaillierPublicKey.MinimumBits} to {PaillierPublicKey.MaximumBits}",
        HelpName = "N",
        DefaultValueFactory = _ => PaillierPublicKey.DefaultBits,
    };

    private readonly Option<bool> _phe = new("--phe")
    {
        Description = $"Write the public key for python-paillier, too: {KeyDirectory.PheName}",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Replace a key that is there; what is encrypted under it can then never be read again",
    };

    public KeygenVerb()
        : base("keygen", "Make a Paillier key: a public file to give away and a secret file to keep", "hybrid keygen --out ~/.hybrid/keys")
    {
        _out.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValue(_out)))
            {
                result.AddError("--out takes the name of a directory.");
            }
        });
        Options.Add(_out);
        Options.Add(_keyBits);
        Options.Add(_phe);
        Options.Add(_force);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        int bits = parsed.GetValue(_keyBits);
        bool phe = parsed.GetValue(_phe);
        bool force = parsed.GetValue(_force);
        var directory = new KeyDirectory(parsed.GetRequiredValue(_out));
        if (!force)
        {
            directory.RequireNoKey();
        }

        long start = Stopwatch.GetTimestamp();
        using PaillierPrivateKey key = await Progress.RunAsync(
            terminal, $"Looking for two primes of {bits / 2} bits", _ => PaillierPrivateKey.Generate(bits), stop);
        double seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3);
        directory.Save(key, phe, force);
        var report = new KeygenReport(
            key.PublicKey.Bits,
            key.PublicKey.Fingerprint(),
            directory.PublicFile,
            new FileInfo(directory.PublicFile).Length,
            directory.SecretFile,
            new FileInfo(directory.SecretFile).Length,
            phe ? directory.PheFile : null,
            seconds);
        terminal.Report(report, KeygenJson.Default.KeygenReport, Show);
    }

    private static void Show(KeygenReport report, Terminal terminal)
    {
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns(string.Empty, string.Empty);
        table.AddRow("key", $"Paillier, {report.KeyBits} bits, made in {report.Seconds:0.00} s");
        table.AddRow("fingerprint", report.Fingerprint);
        table.AddRow("public file", $"{Markup.Escape(report.PublicFile)} ({report.PublicBytes:N0} bytes)");
        table.AddRow("secret file", $"{Markup.Escape(report.SecretFile)} ({report.SecretBytes:N0} bytes)");
        if (report.PheFile is not null)
        {
            table.AddRow("phe file", Markup.Escape(report.PheFile));
        }

        terminal.Write(table);
    }
}

/// <summary>What keygen tells.</summary>
/// <param name="KeyBits">Bits of the modulus.</param>
/// <param name="Fingerprint">SHA-256 of the public key's bytes, in hexadecimal.</param>
/// <param name="PublicFile">Where the public key is.</param>
/// <param name="PublicBytes">Its size.</param>
/// <param name="SecretFile">Where the secret key is.</param>
/// <param name="SecretBytes">Its size.</param>
/// <param name="PheFile">Where the public key for python-paillier is, if it was asked for.</param>
/// <param name="Seconds">How long the key took to make.</param>
internal sealed record KeygenReport(
    int KeyBits, string Fingerprint, string PublicFile, long PublicBytes, string SecretFile, long SecretBytes, string? PheFile, double Seconds);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeygenReport))]
internal sealed partial class KeygenJson : JsonSerializerContext;
