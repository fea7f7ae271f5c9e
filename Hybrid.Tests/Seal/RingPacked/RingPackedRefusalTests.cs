using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class RingPackedRefusalTests
{
    private const int Seed = 74;

    [TestMethod]
    public void Noise_beyond_the_limit_is_refused_with_shape_bound_and_remedy()
    {
        var shape = new MatMulShape(1, 784, 128);
        var options = new RingPackedOptions { LargestWeight = 1L << 30 };
        ParameterException refusal = Assert.ThrowsExactly<ParameterException>(() => shape.Pack(RingPackedParameters.Degree4096(), options));
        Assert.AreEqual(ParameterFault.OutOfRange, refusal.Fault);
        foreach (string part in new[] { "MatMul 1 × 784 × 128", "2^35.0", "1073741824", nameof(RingPackedParameters.Choose) })
        {
            StringAssert.Contains(refusal.Message, part);
        }

        Assert.AreEqual(RingPackedParameters.Degree8192(), RingPackedParameters.Choose(shape, options));
        Assert.AreEqual(RingPackedParameters.Degree4096(), RingPackedParameters.Choose([shape, new Conv2dShape(64, 14, 14, 64, 3, 3)]));
        Assert.AreEqual(RingPackedParameters.Degree8192(), RingPackedParameters.Choose(shape, new RingPackedOptions { RevealBits = 40 }));
        Assert.AreEqual(RingPackedParameters.Degree8192Long(), RingPackedParameters.Choose(shape, new RingPackedOptions { LargestWeight = 1L << 40, RevealBits = 40 }));
        Assert.ThrowsExactly<ParameterException>(() => RingPackedParameters.Choose(shape, new RingPackedOptions { LargestWeight = 1L << 51 }));
        Assert.ThrowsExactly<ParameterException>(() => RingPackedParameters.Choose(shape, new RingPackedOptions { RevealBits = 80 }));
        Assert.ThrowsExactly<ArgumentException>(() => RingPackedParameters.Choose([]));
    }

    [TestMethod]
    public void Shapes_and_tiles_that_cannot_be_are_refused()
    {
        CkksParameters parameters = RingPackedParameters.Degree4096();
        RingPackedShape[] shapes =
        [
            new Conv2dShape(3, 8, 8, 4, 3, 3) { Groups = 2 }, new Conv2dShape(1, 3, 3, 1, 4, 4), new Conv2dShape(1, 99, 99, 1, 70, 70),
            new MatMulShape(1 << 20, 1 << 20, 1), new Conv2dShape(1, int.MaxValue, 1, 1, 1, 1) { PadTop = 5 },
        ];
        foreach (RingPackedShape shape in shapes)
        {
            Assert.ThrowsExactly<ParameterException>(() => shape.Pack(parameters), $"{shape}");
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MatMulShape(0, 1, 1).Pack(parameters));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Conv2dShape(1, 2, 2, 1, 1, 1) { StrideWidth = 0 }.Pack(parameters));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Conv2dShape(1, 2, 2, 1, 1, 1) { PadLeft = -1 }.Pack(parameters));
        var options = new RingPackedOptions();
        foreach (MatMulTile tile in new MatMulTile[] { new(0, 1, 1), new(64, 64, 2), new(int.MaxValue, int.MaxValue, int.MaxValue) })
        {
            Assert.ThrowsExactly<ParameterException>(() => new MatMulPacking(new MatMulShape(9, 9, 9), parameters, options, tile), $"{tile}");
        }

        var convolution = new Conv2dShape(4, 9, 9, 4, 3, 3) { Groups = 2 };
        foreach (Conv2dTile tile in new Conv2dTile[] { new(0, 1, 1, 1, 1), new(7, 7, 2, 1, 2), new(7, 7, 1, 9, 9), new(int.MaxValue, int.MaxValue, 1, 1, 1) })
        {
            Assert.ThrowsExactly<ParameterException>(() => new Conv2dPacking(convolution, parameters, options, tile), $"{tile}");
        }
    }

    [TestMethod]
    public void Numbers_weights_and_ciphertexts_that_do_not_fit_are_refused()
    {
        var shape = new MatMulShape(2, 3, 4);
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        CkksContext context = parties.Context;
        RingPacking packing = shape.Pack(context.Parameters);
        Assert.ThrowsExactly<ArgumentException>(() => parties.Encryptor.Encrypt(packing, new ulong[5]));
        Assert.ThrowsExactly<ArgumentException>(() => new RingPackedWeights(context, packing, new long[11]));
        foreach (long beyond in new[] { 32769, -32769, long.MaxValue, long.MinValue })
        {
            Assert.ThrowsExactly<ParameterException>(() => new RingPackedWeights(context, packing, [.. new long[11], beyond]), $"{beyond}");
        }

        RingPacking other = shape.Pack(RingPackedParameters.Degree8192());
        Assert.ThrowsExactly<ParameterException>(() => parties.Encryptor.Encrypt(other, new ulong[6]));
        Assert.ThrowsExactly<ParameterException>(() => new RingPackedWeights(context, other, new long[12]));

        var weights = new RingPackedWeights(context, packing, new long[12]);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, new ulong[6]);
        Assert.ThrowsExactly<ParameterException>(() => parties.Evaluator.Multiply(weights, []));
        Assert.ThrowsExactly<ParameterException>(() => parties.Evaluator.Multiply(weights, [new Ciphertext(context, 0)]));
        Assert.ThrowsExactly<ParameterException>(() => parties.Evaluator.Multiply(weights, [new Ciphertext(context, 1, 3)]));
        Assert.ThrowsExactly<ArgumentException>(() => parties.Evaluator.AddShare(packing, inputs, new ulong[7]));
        RingPackedProduct product = parties.Evaluator.Multiply(weights, inputs);
        Assert.ThrowsExactly<ParameterException>(() => parties.Evaluator.RevealTo(product, []));
        Assert.ThrowsExactly<ArgumentException>(() => parties.Evaluator.MaskUniform(product, new ulong[7], new ulong[8]));
        Assert.ThrowsExactly<ArgumentException>(() => parties.Evaluator.MaskUniform(product, [], new ulong[7]));
        Ciphertext[] replies = parties.Evaluator.MaskUniform(product, [], new ulong[8]);
        Assert.ThrowsExactly<InvalidOperationException>(() => parties.Evaluator.MaskUniform(product, [], new ulong[8]));
        Assert.ThrowsExactly<ParameterException>(() => parties.Decryptor.Decrypt(packing, [], new ulong[8]));
        Assert.ThrowsExactly<ArgumentException>(() => parties.Decryptor.Decrypt(packing, replies, new ulong[9]));
        Assert.ThrowsExactly<ParameterException>(() => RingPackedWire.WriteInput(packing, replies[0], new byte[1 << 20]));
        weights.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => parties.Evaluator.Multiply(weights, inputs));
    }

    [TestMethod]
    public void Bytes_that_are_no_ciphertexts_are_refused()
    {
        var shape = new MatMulShape(2, 3, 4);
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        CkksContext context = parties.Context;
        RingPacking packing = shape.Pack(context.Parameters);
        using var weights = new RingPackedWeights(context, packing, new long[12]);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, new ulong[6]);
        var up = new byte[RingPackedWire.InputBytes(packing)];
        RingPackedWire.WriteInput(packing, inputs[0], up);
        Assert.IsTrue(inputs[0].Polynomial(1).SequenceEqual(RingPackedWire.ReadInput(context, packing, up).Polynomial(1)));
        Assert.ThrowsExactly<ArgumentException>(() => RingPackedWire.WriteInput(packing, inputs[0], up.AsSpan(1)));
        Assert.ThrowsExactly<FormatRefusedException>(() => RingPackedWire.ReadInput(context, packing, up.AsSpan(1)));
        byte[] tooLarge = [.. up];
        tooLarge.AsSpan(1000, 100).Fill(0xFF);
        Assert.ThrowsExactly<FormatRefusedException>(() => RingPackedWire.ReadInput(context, packing, tooLarge));

        Ciphertext[] replies = parties.Evaluator.MaskUniform(parties.Evaluator.Multiply(weights, inputs), [], new ulong[8]);
        var down = new byte[RingPackedWire.OutputBytes(packing, 0)];
        RingPackedWire.WriteOutput(packing, 0, replies[0], down);
        Assert.ThrowsExactly<ArgumentException>(() => RingPackedWire.WriteOutput(packing, 0, replies[0], down.AsSpan(1)));
        Assert.ThrowsExactly<ParameterException>(() => RingPackedWire.WriteOutput(packing, 0, new Ciphertext(context, 0), down));
        Assert.ThrowsExactly<FormatRefusedException>(() => RingPackedWire.ReadOutput(context, packing, 0, down.AsSpan(1)));
        Assert.ThrowsExactly<FormatRefusedException>(() => RingPackedWire.ReadOutput(context, packing, 0, [0, .. down.AsSpan(1)]));
        // The residues modulo the second prime, which are whole.
        down.AsSpan((int)ShortResidues.Bytes(context.Parameters, 0, context.Degree, packing.Plan.DroppedBits) + 100, 100).Fill(0xFF);
        Assert.ThrowsExactly<FormatRefusedException>(() => RingPackedWire.ReadOutput(context, packing, 0, down));
    }

    [TestMethod]
    public void Residues_travel_as_bits_and_stray_bits_are_refused()
    {
        for (int bits = 5; bits <= 60; bits++)
        {
            Modulus modulus = NttPrimes.Find(2, bits, 1)[0];
            foreach (int count in new[] { 0, 1, 3, 64, 101 })
            {
                var random = new Random(bits);
                ulong[] residues = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64((long)modulus.Value))];
                var bytes = new byte[ResiduePacking.Bytes(count, bits)];
                Assert.AreEqual(bytes.Length, ResiduePacking.Write(residues, bits, bytes));
                Assert.IsTrue(residues.Select((residue, i) => (residue, i)).All(x => Enumerable.Range(0, bits).All(b =>
                    ((x.residue >> b) & 1) == ((ulong)bytes[((x.i * bits) + b) / 8] >> (((x.i * bits) + b) % 8) & 1))), $"{bits} bits, {count}");
                var read = new ulong[count];
                Assert.AreEqual(bytes.Length, ResiduePacking.Read(bytes, modulus, read));
                CollectionAssert.AreEqual(residues, read);
                foreach (int dropped in new[] { 1, bits / 2, bits - 1 })
                {
                    byte[] shorter = new byte[ResiduePacking.Bytes(count, bits - dropped)];
                    Assert.AreEqual(shorter.Length, ResiduePacking.Write(residues, bits, shorter, dropped));
                    Assert.AreEqual(shorter.Length, ResiduePacking.Read(shorter, modulus, read, dropped));
                    CollectionAssert.AreEqual(residues.Select(residue => residue >> dropped << dropped).ToArray(), read);
                }

                if (bits * count % 8 != 0)
                {
                    bytes[^1] |= 0x80;
                    Assert.ThrowsExactly<FormatRefusedException>(() => ResiduePacking.Read(bytes, modulus, new ulong[count]), $"{bits} bits, {count}");
                }
            }
        }
    }
}
