using System.Diagnostics;
using System.Runtime.Versioning;

namespace Hybrid.Tests.Cli;

/// <summary>Whatever is wrong with files and options ends in one sentence that says what, where and what to do.</summary>
[TestClass]
public sealed class BadInputTests
{
    private const string Header = "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6";
    private const string GoodRow = "59,2,32.1,101,157,93.2,38,4,4.8598,87";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static ClientKey s_key = null!;
    private static TemporaryDirectory s_files = null!;

    [ClassInitialize]
    public static void MakeKey(TestContext context)
    {
        s_key = new ClientKey();
        s_files = new TemporaryDirectory();
    }

    [ClassCleanup]
    public static void Delete()
    {
        s_key.Dispose();
        s_files.Dispose();
    }

    [TestMethod]
    public void Model_files()
    {
        string none = s_files["none.json"];
        Refused(1, ["predict", "--model", none], none, "does not exist");
        Refused(1, ["predict", "--model", "digit"], "digit", "does not exist");
        Refused(1, ["serve", "--model", none], none, "does not exist");
        Refused(1, ["predict", "--model", s_files.Root], s_files.Root, "is a directory");
        Refused(2, ["predict", "--model", ""], "--model", "file");
        string own = s_files["own.json"];
        File.Copy(Sample("diabetes.json"), own);
        Refused(1, ["predict", "--model", own], "--data");
    }

    [TestMethod]
    public void Malformed_models()
    {
        string good = File.ReadAllText(Sample("diabetes.json"));
        RefusedModel("", "no JSON");
        RefusedModel("[]", "no JSON object");
        RefusedModel(good[..(good.Length / 2)], "no JSON: line ");
        RefusedModel(good.Replace("linear/1", "linear/9", StringComparison.Ordinal), "\"linear/9\"", "\"linear/1\"");
        RefusedModel(good.Replace("\"none\"", "\"relu\"", StringComparison.Ordinal), "\"relu\"", "sigmoid");
        RefusedModel(good.Replace("\"age\",", "", StringComparison.Ordinal), "9 features");
        RefusedModel(good.Replace("\"age\"", "\"a\\ud800\"", StringComparison.Ordinal), "text at byte", "no Unicode");
        RefusedModel(good.Replace("\"age\"", "\"a\\u001b[31m\"", StringComparison.Ordinal), "text at byte", "control characters");
        RefusedModel(good.Replace("48.42718446601942", "1e999", StringComparison.Ordinal), "\"mean\"", "finite");
        RefusedModel(good.Replace("48.42718446601942", "1e300", StringComparison.Ordinal), "fixed-point", "rescale");
    }

    [TestMethod]
    public void Malformed_rows()
    {
        RefusedRows($"{Header}\n{GoodRow}\n{Changed("bp", "high")}", "line 3", "column 4 (bp)", "\"high\"");
        RefusedRows($"{Header}\n{Changed("bp", "")}", "line 2", "column 4 (bp)");
        RefusedRows($"{Header}\n{GoodRow},1", "line 2", "11 cells", "10");
        RefusedRows($"{Header}\n{GoodRow}\n\n59,2", "line 4", "2 cells");
        RefusedRows($"{Header}\n{Changed("s1", "NaN")}", "line 2", "column 5 (s1)", "not finite");
        RefusedRows($"{Header}\n{Changed("s1", "-Infinity")}", "line 2", "column 5 (s1)", "not finite");
        RefusedRows($"{Header}\n{Changed("s1", "1e999")}", "line 2", "column 5 (s1)", "not finite");
        RefusedRows("", "is empty", "header");
        RefusedRows(Header, "no rows");
        RefusedRows(GoodRow, "no column name");
        RefusedRows($"{Header},age\n{GoodRow},1", "age", "twice");
    }

    [TestMethod]
    public void Rows_that_do_not_fit_the_model()
    {
        RefusedRows($"{Header}\n{GoodRow}\n{Changed("s6", "1e9")}", "Row 2", "feature s6", "range");
        RefusedRows($"{Header}\n{Changed("s6", "-1e300")}", "Row 1", "feature s6", "range");
        RefusedRows("age,sex\n1,2", "2 feature columns", "takes 10", "bmi");
        RefusedRows($"{Header},weight\n{GoodRow},1", "unknown weight");
        Refused(1, ["predict", "--model", "digits", "--data", "breast-cancer"], "30 feature columns", "takes 64");
        Refused(1, ["predict", "--data", s_files.Root], s_files.Root, "is a directory");
        Refused(1, ["predict", "--data", s_files["none.csv"]], "none.csv", "does not exist");
    }

    [TestMethod]
    public void Keys()
    {
        Refused(1, ["predict", "--key-bits", "1024"], "1024 bits", "2048");
        Refused(1, ["predict", "--key-bits", "2050"], "2050 bits", "128");
        Refused(1, ["predict", "--keys", s_files["nowhere"]], "nowhere", "keygen");
        Refused(1, ["predict", "--keys", s_key.Directory, "--scheme", "ckks"], "--keys", "Paillier", "--scheme is ckks", "leave");
        string file = Path.Combine(s_key.Directory, "paillier.secret.key");
        byte[] secret = File.ReadAllBytes(file);
        string copies = Directory.CreateDirectory(s_files["keys"]).FullName;
        string copy = Path.Combine(copies, "paillier.secret.key");
        foreach (byte[] damaged in new[] { [], secret[..10], secret[..^1], [.. secret, 0], Flipped(secret, 5), Flipped(secret, secret.Length / 2), Flipped(secret, secret.Length - 1) })
        {
            WriteSecret(copy, damaged);
            Refused(1, ["predict", "--keys", copies], copy, "key");
        }

        Refused(1, ["predict", "--keys", copy], copy);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void Directories_and_files_closed_to_this_user()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("Nothing is closed to a privileged user.");
        }

        string closed = Directory.CreateDirectory(s_files["closed"], UnixFileMode.None).FullName;
        Refused(1, ["predict", "--keys", closed], closed);
        Refused(1, ["predict", "--data", Path.Combine(closed, "rows.csv")], closed);
    }

    [TestMethod]
    public void Options()
    {
        Refused(2, ["predict", "--rows", "0"], "--rows", "'0'");
        Refused(2, ["predict", "--rows", "-3"], "--rows", "'-3'");
        Refused(2, ["predict", "--rows", "some"], "--rows", "'some'");
        Refused(2, ["predict", "--rows", "99999999999"], "--rows");
        Refused(2, ["predict", "--scheme", "rot13"], "--scheme", "auto or paillier", "'rot13'");
        Refused(2, ["predict", "--link", "pigeon"], "--link", "lan", "'pigeon'");
        Refused(2, ["predict", "--data", " "], "--data", "file");
        Refused(2, ["serve", "--max-clients", "0"], "--max-clients", "'0'");
        Refused(2, ["serve", "--max-clients", "many"], "--max-clients", "'many'");
        Refused(2, ["query", "--data", "digits"], "--server");
        Refused(2, ["query", "--server", "127.0.0.1:1"], "--data");
    }

    private static void RefusedModel(string json, params string[] words)
    {
        File.WriteAllText(s_files["model.json"], json);
        Refused(1, ["predict", "--model", s_files["model.json"], "--data", "diabetes"], ["model", .. words]);
    }

    private static void RefusedRows(string csv, params string[] words)
    {
        File.WriteAllText(s_files["rows.csv"], csv);
        Refused(1, ["predict", "--model", "diabetes", "--keys", s_key.Directory, "--data", s_files["rows.csv"]], words);
    }

    private static void Refused(int exitCode, string[] arguments, params string[] words)
    {
        long start = Stopwatch.GetTimestamp();
        CliProcess.Run(arguments).ExpectError(exitCode, words);
        Assert.IsLessThan(Limit, Stopwatch.GetElapsedTime(start));
    }

    private static string Changed(string column, string value)
    {
        string[] cells = GoodRow.Split(',');
        cells[Array.IndexOf(Header.Split(','), column)] = value;
        return string.Join(',', cells);
    }

    private static byte[] Flipped(byte[] bytes, int at) => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];

    private static void WriteSecret(string file, byte[] bytes)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        stream.Write(bytes);
    }

    private static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
