using Hybrid.Security;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// Checks at a session's set-up that this machine computes CKKS right: one small query, from packing to unpacking, with a known outcome.
/// Besides, every kernel is then compiled before the first query.
/// </summary>
internal static class CkksSelfTest
{
    // Far too small to hide anything, which a test with a known key need not.
    private const int Degree = 256;

    /// <summary>Runs it.</summary>
    /// <param name="isMerging">Whether results are merged.</param>
    /// <exception cref="InvalidOperationException">The outcome is wrong.</exception>
    public static void Run(bool isMerging)
    {
        using var random = new AesCtrGenerator(new byte[AesCtrGenerator.SeedBytes]);
        CkksParameters parameters = isMerging
            ? CkksParameters.Create(Degree, [50, 50, 50, 50], SecurityLevel.None)
            : CkksParameters.CreateWithoutSpecialPrime(Degree, [50, 50, 50], SecurityLevel.None);
        var context = new CkksContext(parameters);
        using var generator = new CkksKeyGenerator(context, random);
        using SecretKey key = generator.SecretKey;
        PublicKey publicKey = SealFormat.ReadPublicKey(context, SealFormat.WritePublicKey(generator.CreatePublicKey()));
        var shape = new MatMulShape(3, 2, 1);
        var options = new RingPackedOptions { LargestWeight = 10, RevealBits = 40, Merging = isMerging ? MergeKeys.ToBeMade(1) : null };
        RingPacking packing = isMerging
            ? new MatMulPacking(shape, parameters, options, new MatMulTile(1, 2, 1) { MergeLevels = 1 })
            : shape.Pack(parameters, options);
        GaloisKeys? mergeKeys = isMerging
            ? MergeKeyMessage.Read(context, packing.MergeKeys, MergeKeyMessage.Write(generator.CreateMergeKeys(packing.MergeKeys)))
            : null;
        using var encryptor = new RingPackedEncryptor(key, random);
        using var evaluator = new RingPackedEvaluator(publicKey, random, mergeKeys: mergeKeys);
        using var decryptor = new RingPackedDecryptor(key);
        using var weights = new RingPackedWeights(context, packing, [7, -9]);

        ulong[] values = [1, 2, 3, 4, 5, ulong.MaxValue];
        Ciphertext[] inputs = [.. encryptor.Encrypt(packing, values).Select(input => Sent(packing, input))];
        Ciphertext[] replies = evaluator.RevealTo(evaluator.Multiply(weights, inputs), [1000, 1000, 1000]);
        var results = new ulong[3];
        decryptor.Decrypt(packing, [.. replies.Select((reply, i) => Sent(packing, i, reply))], results);
        for (int row = 0; row < results.Length; row++)
        {
            if (results[row] != (7 * values[2 * row]) - (9 * values[(2 * row) + 1]) + 1000)
            {
                throw new InvalidOperationException("The self-test of CKKS failed: this processor or this runtime computes wrongly, and nothing that it says can be trusted.");
            }
        }
    }

    private static Ciphertext Sent(RingPacking packing, Ciphertext input)
    {
        var bytes = new byte[RingPackedWire.InputBytes(packing)];
        RingPackedWire.WriteInput(packing, input, bytes);
        return RingPackedWire.ReadInput(input.Context, packing, bytes);
    }

    private static Ciphertext Sent(RingPacking packing, int output, Ciphertext reply)
    {
        var bytes = new byte[RingPackedWire.OutputBytes(packing, output)];
        RingPackedWire.WriteOutput(packing, output, reply, bytes);
        return RingPackedWire.ReadOutput(reply.Context, packing, output, bytes);
    }
}
