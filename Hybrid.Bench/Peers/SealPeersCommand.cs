using System.CommandLine;
using Hybrid.Bench.Seal;

namespace Hybrid.Bench.Peers;

/// <summary>"peers seal": CKKS here and in Microsoft SEAL, as WebAssembly and, if there is a program that times it, built for this machine.</summary>
internal sealed class SealPeersCommand : Command
{
    private readonly Option<string?> _native = new("--native")
    {
        Description = "A program that times native SEAL and prints, for each degree, a line as \"N=4096 ntt 40.4 intt 26.2 encode 135 decode 198 encpk 970 encsym 421 dec 25.3 add 13.2 mulp 34.4 resc 136 rot 476 mulrel 542\", in microseconds",
        HelpName = "PATH",
    };

    private readonly Turns _turns;

    public SealPeersCommand()
        : base("seal", $"CKKS against Microsoft SEAL 4.1.2 in WebAssembly: node-seal under Node 22, in the folder that {NodeSealPeer.FolderVariable} names.")
    {
        Options.Add(_native);
        _turns = new Turns(this, seconds: 1);
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        List<IPeer> peers = [new NodeSealPeer(NodeSealPeer.Folder(), PreparedCkks.Degrees)];
        if (parsed.GetValue(_native) is { } program)
        {
            peers.Add(new NativeSealPeer(program));
        }

        return _turns.RunAsync(
            parsed,
            "CKKS, one thread",
            degree => $"N = {degree}",
            peers,
            () => CkksTimings.Prepare(PreparedCkks.Degrees),
            [
                $"Primes of {string.Join("; of ", PreparedCkks.Degrees.Select(degree => string.Join(", ", PreparedCkks.PrimeBits(degree))))} bits, the last the special one; ciphertexts at the highest level.",
                "A transform is of one prime: node-seal's a share of a whole ciphertext's. Its encode and decode hand numbers over to JavaScript and back. encrypt-written: with the secret key, half a seed, saved without compression.",
                $"{SealOperation.Matrix.Name}: matrix by vector with primes of {string.Join(", ", PreparedMatrix.PrimeBits)} bits; SEAL has no such operation, so that is its rotations and products by diagonals in baby and giant steps.",
            ],
            stop);
    }
}
