using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Core.Models;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>What a client can see of a session's replies besides the results.</summary>
[TestClass]
public sealed class CkksReplyTests
{
    private const int Seed = 223;
    private const int Rows = 100;

    private static readonly LinearModel Model = SampleModels.Random(new Random(Seed), 2, 40);

    [TestMethod]
    public async Task Two_replies_to_the_same_ciphertexts_have_nothing_in_common_but_the_results()
    {
        using var raw = new RawCkks(Model);
        (Channel client, Task serving) = await raw.OpenAsync(new ModelServer(Model, CkksSessions.Options(ChannelPair.Patient)));
        Int128[] integers = Integers();
        byte[] upload = raw.Upload(Rows, integers);
        byte[] one = await raw.AskAsync(client, Rows, upload);
        byte[] other = await raw.AskAsync(client, Rows, upload);
        CollectionAssert.AreEqual(raw.Exact(integers), raw.Decrypt(Rows, one));
        CollectionAssert.AreEqual(raw.Exact(integers), raw.Decrypt(Rows, other));

        Ciphertext first = raw.Read(Rows, one)[0];
        Ciphertext second = raw.Read(Rows, other)[0];
        for (int prime = 0; prime <= first.Level; prime++)
        {
            int same = 0;
            for (int k = 0; k < raw.Context.Degree; k++)
            {
                same += first.Prime(1, prime)[k] == second.Prime(1, prime)[k] ? 1 : 0;
            }

            Assert.IsLessThan(3, same, $"residues of c_1 modulo prime {prime}");

            // The difference of both is uniform as well: the same c_1 was not disturbed by a little.
            ulong p = raw.Context.Parameters.Primes[prime].Value;
            ulong[] difference = new ulong[raw.Context.Degree];
            for (int k = 0; k < difference.Length; k++)
            {
                difference[k] = (first.Prime(1, prime)[k] + p - second.Prime(1, prime)[k]) % p;
            }

            raw.Context.Ring.Primes[prime].Inverse(difference);
            UniformFractions.Require([.. difference.Select(residue => (double)residue / p)], $"difference modulo prime {prime}", Seed);
        }

        await LeaveAsync(client, serving);
    }

    [TestMethod]
    public async Task Noise_of_results_is_the_flooding_and_dropped_bits_and_does_not_depend_on_the_weights()
    {
        using var raw = new RawCkks(Model);
        (Channel client, Task serving) = await raw.OpenAsync(new ModelServer(Model, CkksSessions.Options(ChannelPair.Patient)));
        byte[] reply = await raw.AskAsync(client, Rows, raw.Upload(Rows, Integers()));
        RingPacking packing = raw.Layout(Rows).Packing;
        double dropped = Enumerable.Range(packing.Plan.ReplyLevel + 1, raw.Context.MaximumLevel - packing.Plan.ReplyLevel)
            .Aggregate(1.0, (product, prime) => product * raw.Context.Parameters.Primes[prime].Value);
        double width = Math.ScaleB(1, packing.FloodingBits) / dropped;
        double deviation = ShortResidues.Deviation(packing.Plan.DroppedBits, raw.Context.Degree);
        var fractions = new List<double>();
        Ciphertext[] ciphertexts = raw.Read(Rows, reply);
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            var noise = new double[raw.Context.Degree];
            raw.Decryptor.MeasureNoise(ciphertexts[i], noise);
            using var places = new RingPacking.PlaceList(packing, i);
            foreach (int coefficient in places.Coefficients)
            {
                fractions.Add(FractionBelow(noise[coefficient], width, deviation));
                Assert.IsLessThan(Math.Pow(2, packing.Plan.NoiseBits), Math.Abs(noise[coefficient]));
            }
        }

        Assert.HasCount(Rows * Model.Outputs, fractions);
        UniformFractions.Require([.. fractions], "noise", Seed);
        await LeaveAsync(client, serving);
    }

    [TestMethod]
    public void Of_the_first_polynomial_only_results_travel()
    {
        using var raw = new RawCkks(Model);
        RingPacking packing = raw.Layout(Rows).Packing;
        int bits = raw.Context.Parameters.Primes.Take(packing.Plan.ReplyLevel + 1).Sum(prime => prime.BitCount) - packing.Plan.DroppedBits;
        int second = packing.Plan.CiphertextsDown * raw.Context.Degree * bits / 8;
        int first = Rows * Model.Outputs * raw.Layout(Rows).Limbs * bits / 8;
        // A byte for the level of each, and less than one a prime of each for its end.
        Assert.IsInRange(second + first, second + first + (packing.Plan.CiphertextsDown * (packing.Plan.ReplyLevel + 2)), raw.ReplyBytes(Rows));
    }

    [TestMethod]
    public async Task Every_session_has_a_key_of_its_own()
    {
        await using var one = await CkksSessions.StartAsync(Model);
        await using var other = await CkksSessions.StartAsync(Model);
        Assert.AreEqual(one.Client.Keys, other.Client.Keys);
        var chain = new LinearChain(Seed, 2, 3, 10, ChainOp.MatMul(2, 8));
        await using CkksPair first = await CkksPair.OpenAsync(chain);
        await using CkksPair second = await CkksPair.OpenAsync(chain);
        // What the one client encrypts is noise to the other.
        var packing = first.Client.RequireLayout(chain.Stretch).Packing;
        Assert.AreEqual(packing.Parameters, second.Client.Context.Parameters);
        Ciphertext[] inputs = first.Client.Encryptor(chain.Constants).Encrypt(packing, new ulong[packing.Shape.InputLength]);
        byte[] bytes = new byte[RingPackedWire.InputBytes(packing)];
        RingPackedWire.WriteInput(packing, inputs[0], bytes);
        ulong p = packing.Parameters.Primes[0].Value;
        double own = first.Client.Decryptor.Coefficients(RingPackedWire.ReadInput(first.Client.Context, packing, bytes))[..packing.Parameters.Degree].ToArray().Max(residue => Math.Min(residue, p - residue));
        double others = second.Client.Decryptor.Coefficients(RingPackedWire.ReadInput(second.Client.Context, packing, bytes))[..packing.Parameters.Degree].ToArray().Max(residue => Math.Min(residue, p - residue));
        Assert.IsLessThan(100, own);
        Assert.IsGreaterThan(p / 4.0, others);
    }

    // Of sums of a number that is uniform in (-width, width) and of one that is normal: the integral of the normal distribution's function.
    private static double FractionBelow(double noise, double width, double deviation)
    {
        if (deviation == 0)
        {
            return (noise + width) / (2 * width);
        }

        double above = (noise + width) / deviation;
        double below = (noise - width) / deviation;
        return (Integral(above) - Integral(below)) / (above - below);

        static double Integral(double z) => (z * ErrorFunction.Erfc(-z / Math.Sqrt(2)) / 2) + (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
    }

    private static Int128[] Integers()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Rows * Model.Features.Count).Select(_ => (Int128)random.NextInt64(-100_000, 100_000))];
    }

    private static async Task LeaveAsync(Channel client, Task serving)
    {
        await client.SendAsync(SessionMessages.Query, QueryMessage.Goodbye.Write());
        await client.DisposeAsync();
        await serving;
    }
}
