using Hybrid.Bench.Paillier;
using Hybrid.Paillier;

namespace Hybrid.Bench.Peers;

/// <summary>Our side of the comparison of Paillier: every operation on one thread, in batches and, where it matters, one at a time.</summary>
internal static class PaillierTimings
{
    public static TimedCases Prepare(IEnumerable<int> keySizes)
    {
        var cases = new TimedCases();
        foreach (int bits in keySizes)
        {
            PaillierOperations operations = cases.Own(new PaillierOperations(bits));
            cases.Add("encrypt, owner", bits, PaillierOperations.Batch, operations.EncryptAsOwner);
            cases.Add("encrypt, owner, one at a time", bits, 1, operations.EncryptOneAsOwner);
            cases.Add("encrypt, public key", bits, PaillierOperations.Batch, operations.EncryptPublicly);
            cases.Add("encrypt, public key, one at a time", bits, 1, operations.EncryptOnePublicly);
            cases.Add("decrypt", bits, PaillierOperations.Batch, operations.Decrypt);
            cases.Add("decrypt, one at a time", bits, 1, operations.DecryptOne);
            cases.Add("multiply-16", bits, PaillierOperations.Batch, operations.MultiplyBy16Bits);
            cases.Add("add", bits, PaillierOperations.Batch, operations.Add);
            cases.Add("dot-784", bits, PaillierOperations.Dots, () => operations.Dot());
            cases.Add("dot-784, one at a time", bits, 1, () => operations.DotOne());
            // The primes are looked for on two threads.
            cases.AddProcessorTime("keygen", bits, () => PaillierPrivateKey.Generate(bits).Dispose());
        }

        return cases;
    }
}
