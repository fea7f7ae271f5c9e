using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.Evaluation;

/// <summary>Widths of vector, memory and threads: what must not show in the results.</summary>
[TestClass]
public sealed class EvaluatorMachineTests
{
    private static readonly int[][] Chains = [[50, 40, 40, 50], [60, 40, 40, 50], [50, 40, 40, 60]];

    [TestMethod]
    public void Every_width_gives_the_same_bits_from_encoding_to_decoding()
    {
        foreach (int[] bits in Chains)
        {
            CkksParameters parameters = CkksParameters.Create(128, bits, SecurityLevel.None);
            List<(string Name, ulong[] Residues, double[] Slots)>? expected = null;
            foreach (KernelWidth width in EncodingSamples.Widths().Append(KernelWidth.Auto))
            {
                using var ckks = new CkksInstance(parameters, Operation.Rotations(64), conjugation: true, width);
                var results = new List<(string Name, ulong[] Residues, double[] Slots)>();
                for (int level = 0; level <= ckks.Top; level++)
                {
                    var o = new Operands(ckks, level);
                    foreach ((string name, Ciphertext ciphertext) in
                        from operation in Operation.All where operation.LowestLevel <= level select (operation.Name, operation.Result(o)))
                    {
                        results.Add(($"{name}, level {level}", ciphertext.Residues.ToArray(), ckks.Decrypt(ciphertext)));
                    }
                }

                expected ??= results;
                foreach (((string name, ulong[] residues, double[] slots), (_, ulong[] actual, double[] actualSlots)) in expected.Zip(results))
                {
                    Assert.IsTrue(residues.AsSpan().SequenceEqual(actual), $"{name}, {parameters}, {width}");
                    Assert.IsTrue(EncodingSamples.SameBits(slots, actualSlots), $"{name}, {parameters}, {width}: slots");
                }
            }
        }
    }

    [TestMethod]
    public void Nothing_is_allocated_once_warm()
    {
        foreach (int[] bits in Chains)
        {
            using var ckks = new CkksInstance(CkksParameters.Create(64, bits, SecurityLevel.None), Operation.Rotations(32), conjugation: true);
            var o = new Operands(ckks, 2);
            var destination = new Ciphertext(ckks.Context, 2, 3);
            int[] steps = [1, 2, 4];
            Ciphertext[] destinations = [.. steps.Select(_ => new Ciphertext(ckks.Context))];
            using var plaintext = new Plaintext(ckks.Context);
            var values = new double[32];
            (string Name, Action Act)[] acts =
            [
                .. Operation.All.Select(operation => (operation.Name, (Action)(() => operation.Run(o, operation.Operand(o), destination)))),
                ("RotateMany", () => ckks.Evaluator.RotateMany(o.A, steps, ckks.Galois, destinations)),
                ("MultiplyPlainAdd", () => ckks.Evaluator.MultiplyPlainAdd(o.A, o.PlainZ, o.Relinearised)),
                ("CopyFrom", () => destination.CopyFrom(o.A)),
                ("Encode", () => ckks.Encoder.Encode(o.X, o.Scale, 2, plaintext)),
                ("Encode complex", () => ckks.Encoder.Encode(o.X, o.Y, o.Scale, 2, plaintext)),
                ("Encode some", () => ckks.Encoder.Encode(o.X.AsSpan(0, 5), o.Scale, 1, plaintext)),
                ("EncodeConstant", () => ckks.Encoder.EncodeConstant(1.5, o.Scale, 2, plaintext)),
                ("EncodeCoefficients", () => ckks.Encoder.EncodeCoefficients(o.X, o.Scale, 2, plaintext)),
                ("Decode", () => ckks.Encoder.Decode(o.PlainX, values)),
                ("DecodeCoefficients", () => ckks.Encoder.DecodeCoefficients(o.PlainX, values)),
                ("Decrypt", () => ckks.Decryptor.Decrypt(o.A, plaintext)),
                ("Decrypt three polynomials", () => ckks.Decryptor.Decrypt(o.Product, plaintext)),
                ("Encrypt", () => ckks.Encryptor.Encrypt(o.PlainX, destination)),
            ];
            foreach ((string name, Action act) in acts)
            {
                act();
                act();
                // A collection may drop what pools keep: once is enough.
                long least = Enumerable.Range(0, 3).Min(_ => Allocated(act));
                Assert.AreEqual(0, least, $"{name}, {ckks.Context.Parameters}: bytes");
            }
        }
    }

    private static long Allocated(Action act)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        act();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [TestMethod]
    public void Any_number_of_threads_share_an_evaluator_an_encoder_and_a_decryptor()
    {
        using var ckks = new CkksInstance(CkksParameters.Create(256, [60, 40, 40, 50], SecurityLevel.None), Operation.Rotations(128), conjugation: true);
        Operands[] operands = [.. Enumerable.Range(0, 3).Select(level => new Operands(ckks, level))];
        (Operation Operation, Operands Operands, Ciphertext Expected, double[] Slots)[] work =
        [
            .. from o in operands
               from operation in Operation.All
               where operation.LowestLevel <= o.Level
               let result = operation.Result(o)
               select (operation, o, result, ckks.Decrypt(result)),
        ];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            var destination = new Ciphertext(ckks.Context);
            using var plaintext = new Plaintext(ckks.Context);
            var slots = new double[ckks.Slots];
            for (int i = 0; i < work.Length; i++)
            {
                (Operation operation, Operands o, Ciphertext expected, double[] expectedSlots) = work[(i + (thread * 23)) % work.Length];
                operation.Run(o, operation.Operand(o), destination);
                CkksInstance.AssertSame(expected, destination, $"{operation.Name}, level {o.Level}, thread {thread}");
                ckks.Decryptor.Decrypt(destination, plaintext);
                ckks.Encoder.Decode(plaintext, slots);
                Assert.IsTrue(EncodingSamples.SameBits(expectedSlots, slots), $"{operation.Name}, level {o.Level}, thread {thread}: slots");
                ckks.Encoder.Encode(o.X, o.Scale, o.Level, plaintext);
                Assert.IsTrue(o.PlainX.Residues.SequenceEqual(plaintext.Residues), $"encoding, thread {thread}");
            }
        });
    }
}
