using System.CommandLine;

namespace Hybrid.Bench.Peers;

/// <summary>"peers paillier": Paillier here and in Python.</summary>
internal sealed class PaillierPeersCommand : Command
{
    private static readonly int[] KeySizes = [2048, 3072];

    private readonly Option<string> _python = new("--python") { Description = "The Python to run, with gmpy2 and, to be measured against phe, python-paillier", DefaultValueFactory = _ => "python3" };
    private readonly Option<string> _engine = new("--engine") { Description = "auto: phe where it can be imported, else bare gmpy2", DefaultValueFactory = _ => "auto" };
    private readonly Turns _turns;

    public PaillierPeersCommand()
        : base("paillier", "Paillier against Python's: python-paillier, or its arithmetic on gmpy2.")
    {
        _engine.AcceptOnlyFromAmong("auto", "phe", "gmpy2");
        Options.Add(_python);
        Options.Add(_engine);
        _turns = new Turns(this, seconds: 3);
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken stop) => _turns.RunAsync(
        parsed,
        "Paillier, one thread",
        bits => $"{bits} bits",
        [new PythonPeer(parsed.GetValue(_python)!, parsed.GetValue(_engine)!, KeySizes)],
        () => PaillierTimings.Prepare(KeySizes),
        [
            "Hybrid takes 64 ciphertexts a call (dot-784: 8 vectors), or one where it says so; Python has only one at a time. Tables that encryptors make once are not counted.",
            "Python's encryption knows no owner's way: both of ours are set against the same figure. keygen is processor time on our side.",
        ],
        stop);
}
