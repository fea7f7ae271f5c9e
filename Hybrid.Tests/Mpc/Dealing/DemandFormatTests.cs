using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Mpc.Lookups;
using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Dealing;

[TestClass]
public sealed class DemandFormatTests
{
    private static readonly CorrelationKind[] Kinds =
    [
        new MultiplicationTriple(), new SquarePair(), new ZeroShare(), new BitMask(), new SelectionMask(), new TruncationTuple(16),
        new RandomBit(0.25), new RandomBit(1.0), new BitProductMask(3), new MergeMask(10), new MergeMask(6, 6), new ExponentMask(25), new ComparisonMask(41, ComparisonMethod.Tree, 1),
        new ComparisonMask(64, ComparisonMethod.FunctionSharing, 0), new ComparisonMask(38, ComparisonMethod.FunctionSharing, 1, 16),
        new ComparisonMask(2, ComparisonMethod.Tree, 2, 62),
        new BilinearTriple(new ElementwiseMap(new Shape(3, 1), new Shape(4))), new BilinearTriple(new MatMulMap(new Shape(2, 3, 4), new Shape(4, 5))),
        new BilinearTriple(new Conv2dMap(
            new Shape(1, 4, 9, 9), new Shape(2, 2, 3, 3),
            new Conv2dGeometry { StrideRows = 2, PadTop = 1, PadLeft = 1, PadBottom = 2, PadRight = 0, DilationColumns = 2, Groups = 2 })),
        Lookup(LookupName.Sigmoid, 16), Lookup(LookupName.Exponential, 16, -16, 10), Lookup(LookupName.Log, 31),
        new WeightMask(3, 1, 20), new WeightedProduct(new MatMulMap(new Shape(7, 4), new Shape(4, 5)), new WeightMask(3, 1, 20)),
        new SelectedProduct(4, 5, new WeightMask(3, 1, 20)),
        new WeightedProduct(new SwappedMap(new MatMulMap(new Shape(5, 4), new Shape(4, 3))), new WeightMask(3, 1, 20)),
    ];

    private static LookupCatalogue Lookups { get; } = new();

    private static LookupMask Lookup(LookupName name, int bits, int lowest = 0, int highest = 0)
    {
        var recipe = new LookupRecipe(name, bits, lowest, highest);
        return new LookupMask(recipe, recipe.Make());
    }

    private static CorrelationDemand All => new(Kinds.Select((kind, i) => new CorrelationDraw(kind, kind is WeightMask ? 1 : (i * 1000) + 1)));

    [TestMethod]
    public void Every_kind_of_the_library_is_written_and_read_back()
    {
        CorrelationDemand demand = All;
        Assert.AreEqual(demand, DemandFormat.Read(DemandFormat.Write(demand), Lookups));
        IEnumerable<Type> missing = typeof(CorrelationKind).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(CorrelationKind)) && !type.IsAbstract)
            .Except(Kinds.Select(kind => kind.GetType()));
        Assert.IsEmpty(missing.ToArray(), string.Join(", ", missing));
        Assert.AreEqual(CorrelationDemand.None, DemandFormat.Read(DemandFormat.Write(CorrelationDemand.None), Lookups));
    }

    [TestMethod]
    public void Equal_draws_in_a_row_take_the_room_of_one()
    {
        var draw = new CorrelationDraw(new MultiplicationTriple(), 5);
        byte[] one = DemandFormat.Write(new CorrelationDemand([draw]));
        byte[] many = DemandFormat.Write(new CorrelationDemand(Enumerable.Range(0, 100_000).Select(_ => draw with { })));
        Assert.HasCount(one.Length, many);
        CorrelationDemand read = DemandFormat.Read(many, Lookups);
        Assert.HasCount(100_000, read.Draws);
        Assert.AreSame(read.Draws[0], read.Draws[^1]);
    }

    [TestMethod]
    public void Numbers_of_kinds_stay_as_they_are()
    {
        string bytes = Convert.ToHexStringLower(DemandFormat.Write(new CorrelationDemand(
        [
            new(new MultiplicationTriple(), 5), new(new TruncationTuple(16), 6), new(new ComparisonMask(41, ComparisonMethod.FunctionSharing, 1), 7),
            new(new WeightMask(3, 1, 20), 1), new(new BilinearTriple(new MatMulMap(new Shape(2, 3), new Shape(3, 4))), 1),
        ])));
        Assert.AreEqual(
            "0105000000" + "010500000001000000" + "03100600000001000000" + "0c2901010000000700000001000000"
            + "050300000001140000000100000001000000" + "04020202000000030000000203000000040000000100000001000000",
            bytes);
    }

    [TestMethod]
    public void What_is_larger_than_a_dealer_takes_is_refused_at_the_party()
    {
        var draw = new CorrelationDraw(new MultiplicationTriple(), 1);
        Sentences.Refused<ParameterException>(() => DemandFormat.Write(new CorrelationDemand([draw with { Count = int.MaxValue }])), "2147483647", "1073741824");
        Sentences.Refused<ParameterException>(
            () => DemandFormat.Write(new CorrelationDemand([new(new ComparisonMask(8, ComparisonMethod.Tree, 5000), 1)])), "5000", "1024");
        var two = new CorrelationDraw(new SquarePair(), 1);
        Sentences.Refused<ParameterException>(
            () => DemandFormat.Write(new CorrelationDemand(Enumerable.Range(0, (1 << 20) + 2).Select(i => i % 2 == 0 ? draw : two))), "1048578");
    }

    [TestMethod]
    public void Hostile_sizes_are_refused_before_any_room_is_made()
    {
        byte[] header = [1, 1, 0, 0, 0];
        byte[] tail = [1, 0, 0, 0, 1, 0, 0, 0];
        Refused<FormatRefusedException>([], "ends");
        Refused<FormatRefusedException>([2, 0, 0, 0, 0], "version 2");
        Refused<FormatRefusedException>([1, 0xFF, 0xFF, 0xFF, 0x7F], "2147483647");
        Refused<FormatRefusedException>([.. header, 99, .. tail], "number 99");
        Refused<FormatRefusedException>([.. header, 1, 0, 0, 0, 0, 1, 0, 0, 0], "elements");
        Refused<FormatRefusedException>([.. header, 1, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F], "draws");
        Refused<FormatRefusedException>([.. header, 1, .. tail, 0], "after its end");
        Refused<FormatRefusedException>([.. header, 12, 41, 2, 0, 0, 0, 0, .. tail], "method");
        Refused<FormatRefusedException>([.. header, 16, 49, 1, 1, 0, 0, 0, 16, .. tail], "truncation");
        Refused<FormatRefusedException>([.. header, 4, 1, 200, .. tail], "200 dimensions");
        Refused<FormatRefusedException>([.. header, 4, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. tail], "no words");
        Refused<FormatRefusedException>([.. header, 5, 3, 0, 0, 0, 1, 20, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0], "elements");
        Refused<ParameterException>([.. header, 4, 1, 2, 0, 0, 0, 16, 0, 0, 0, 16, 0, .. tail], "elements");
        Refused<ParameterException>([.. header, 4, 2, 2, 0, 32, 0, 0, 0, 32, 0, 0, 2, 0, 32, 0, 0, 0, 32, 0, 0, .. tail], "words");
    }

    [TestMethod]
    public void Twelve_thousand_spoilt_demands_are_read_or_refused()
    {
        const int seed = 20260;
        var random = new Random(seed);
        byte[][] originals = [DemandFormat.Write(All), .. Kinds.Select(kind => DemandFormat.Write(new CorrelationDemand([new(kind, 1)])))];
        int refused = 0;
        for (int round = 0; round < 12_000; round++)
        {
            byte[] message = Mutations.Mutate(random, originals[random.Next(originals.Length)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                CorrelationDemand demand = DemandFormat.Read(message, Lookups);
                // What is accepted can be costed, and be written again.
                _ = DemandCost.Of(demand, 1024);
                Assert.AreEqual(demand, DemandFormat.Read(DemandFormat.Write(demand), Lookups));
            }
            catch (Exception e) when (e is FormatRefusedException or ParameterException)
            {
                refused++;
                Sentences.Check(e);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {Convert.ToHexString(message)}: {e}");
            }

            // A run of 2^20 draws takes 8 MB each time it is read or listed.
            Assert.IsLessThan(200L << 20, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, round {round}");
        }

        Assert.IsGreaterThan(6_000, refused);
    }

    private static void Refused<T>(byte[] message, string part)
        where T : HybridException => Sentences.Refused<T>(() => DemandFormat.Read(message, Lookups), part);
}
