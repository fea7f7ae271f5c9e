using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed partial class ShellTests
{
    // Verbs are found in the help, so that a new one is tested with the rest.
    private static readonly Lazy<string[]> Verbs = new(() =>
    {
        string help = CliProcess.Run("--help").Output;
        return [.. VerbLine().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value)];
    });

    [TestMethod]
    public void Every_verb_explains_its_options_and_gives_an_example()
    {
        CollectionAssert.IsSubsetOf(new[] { "keygen", "speed" }, Verbs.Value);
        foreach (string verb in Verbs.Value)
        {
            CliResult help = CliProcess.Run(verb, "--help");
            Assert.AreEqual(0, help.ExitCode, verb);
            Assert.AreEqual(string.Empty, help.Error, verb);
            Assert.Contains($"Example:\n  hybrid {verb} ", help.Output);
            Assert.Contains("--json", help.Output);
            string options = help.Output[help.Output.IndexOf("Options:", StringComparison.Ordinal)..help.Output.IndexOf("Example:", StringComparison.Ordinal)];
            foreach (string line in options.Split('\n').Skip(1).Where(line => line.Length > 0))
            {
                Assert.MatchesRegex(OptionLine(), line, $"{verb}: an option without a description");
            }
        }
    }

    [TestMethod]
    public void A_wrong_command_line_is_one_sentence_and_exit_code_2()
    {
        CliProcess.Run().ExpectError(2, "--help");
        CliProcess.Run("frobnicate", "--json").ExpectError(2, "'frobnicate'");
        CliProcess.Run("keygen", "--out", "x", "--frobnicate").ExpectError(2, "'--frobnicate'", "keygen --help");
        CliProcess.Run("keygen").ExpectError(2, "--out");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void Interruption_ends_with_130_and_termination_with_143()
    {
        foreach ((string signal, int code) in new[] { ("INT", 130), ("TERM", 143) })
        {
            using CliProcess process = CliProcess.Start("speed", "--filter", "aes", "--seconds", "15");
            // Signals that come before the runtime is up (a fifth of a second's work) end the process without a word.
            process.WaitForWork(TimeSpan.FromSeconds(0.8));
            process.Signal(signal);
            process.WaitForExit().ExpectError(code, "interrupted");
        }
    }

    [TestMethod]
    public void Output_that_is_no_terminal_gets_no_control_codes()
    {
        using CliProcess process = CliProcess.StartWith([("TERM", "xterm-256color")], "speed", "--filter", "aes", "--seconds", "0.001");
        CliResult result = process.WaitForExit();
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.Contains("aes-ctr", result.Output);
        Assert.DoesNotContain("\u001b", result.Output + result.Error);
    }

    [GeneratedRegex(@"^  ([a-z]+)  ", RegexOptions.Multiline)]
    private static partial Regex VerbLine();

    [GeneratedRegex(@"^  -\S.*?  +\S.* .*$")]
    private static partial Regex OptionLine();
}
