using System.CommandLine;
using Hybrid.Bench.Mpc;
using Hybrid.Mpc.Circuits;

namespace Hybrid.Bench.Peers;

/// <summary>"peers": times this library beside others, in turn, and prints one table. "peers" alone, with or without options, is "peers paillier".</summary>
internal sealed class PeersCommand : RootCommand
{
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "/h", "--version"];

    public PeersCommand()
        : base("Times this library and others, in turn, and prints one table in Markdown.")
    {
        Subcommands.Add(new PaillierPeersCommand());
        Subcommands.Add(new SealPeersCommand());
        Subcommands.Add(new CrypTenPeersCommand(() => TwoPartyTimings.Start(new CircuitOptions())));
    }

    /// <summary>Reads what comes after "peers".</summary>
    public ParseResult ParseArguments(string[] arguments)
    {
        bool namesPeer = arguments is [var first, ..] && (!first.StartsWith('-') || Help.Contains(first));
        return Parse(namesPeer ? arguments : ["paillier", .. arguments]);
    }
}
