using Hybrid.Paillier.Arithmetic;
using Hybrid.Schemes;

namespace Hybrid.Paillier;

/// <summary>
/// What Paillier's steps are made of, in products of digits: a modulus of so many digits takes as many, squared, and the time of one hardly
/// depends on the key's length. Tables of powers are made once a key and count for no query.
/// </summary>
/// <param name="keyBits">Bits of the key.</param>
/// <param name="parallelism">Threads of either party.</param>
internal readonly struct PaillierWork(int keyBits, int parallelism)
{
    private const int Step = 0;
    private const int Product = 1;
    private const int Power = 2;
    private const int Table = 3;
    private const int Inverse = 4;
    private const int Handling = 5;

    // Of a product: a square takes seven tenths, and every fifth is followed by a product by a power of the base.
    private const double ProductsPerBit = 0.7 + 0.2;

    // A look-up in a table of powers reads all entries of a window, each about 1/300 of a product.
    private const double EntriesPerProduct = 300;

    // Blocks, or single products, that putting an inverse together takes, see RowInversion.
    private const int InversionBlocks = 13;
    private const int InversionProducts = 4;

    // Lanes that the last block of a level leaves empty, a team; it hardly depends on the weights.
    private const double LanesLeftPerLevel = 3.6;

    // Of a sieved search for two primes, each candidate with a power.
    private const int PrimeCandidates = 300;

    private static readonly bool IsWide = LaneRing.IsWideSupported;

    /// <summary>
    /// The primitives. Usual times are those of hybrid calibrate on two cores with AVX2, where digits have 64 bits, and on sixteen with AVX-512,
    /// where they have 52 bits, eight numbers at once.
    /// </summary>
    public static WorkUnits Units { get; } = new(
        [
            new("paillier.step", 1e-4),
            new("paillier.product", IsWide ? 0.54e-9 : 14e-9),
            new("paillier.power", IsWide ? 0.7e-9 : 18.5e-9),
            new("paillier.table", IsWide ? 0.72e-9 : 15.5e-9),
            new("paillier.inverse", IsWide ? 78e-9 : 185e-9),
            new("paillier.handling", IsWide ? 9.5e-9 : 42e-9),
        ],
        new("paillier.sharing", 0.2));

    /// <summary>The client encrypts so many, by its table of powers, and the server reads and checks them; if they come from shares, it adds its own.</summary>
    public PartiesWork Enter(int count, bool fromShares)
    {
        Spread encrypted = Grouped(count, OwnerRing.NumbersPerBlock);
        // Whether all are units takes a product modulo n each, blocks of them, and one greatest common divisor.
        Work server = NewStep()
            .With(Handling, InBlocksOf(count, LaneRing.Lanes), Digits)
            .With(Product, 0.4 * (InBlocks(count) + LaneRing.Lanes - 1) * Digits)
            .With(Inverse, Digits);
        return new PartiesWork(
            NewStep().With(Table, encrypted, 2 * TableProducts(HalfBits, 2L * count, 2) * OwnerDigits).With(Handling, encrypted, Digits),
            fromShares ? server.With(AddPlain(count)) : server);
    }

    /// <summary>Columns of results at the server, each from so many terms whose magnitudes' sum has so many bits, by the differences method.</summary>
    public PartiesWork Terms(int count, int terms, int normBits)
    {
        double bits = Math.Max(1, normBits - Math.Log2(terms));
        // About what programs take, whose positive and negative terms are reduced apart.
        double products = terms * (1 + ((bits + 1) / Math.Log2((terms / 3.0) + 1)));
        int team = Math.Clamp((count + parallelism - 1) / parallelism, 1, LaneRing.Lanes);
        if (IsWide)
        {
            products += LanesLeftPerLevel * Levels(terms, bits) / team;
        }

        // Negative weights are divided by: one inversion for all results and four products each.
        return new PartiesWork(null, NewStep()
            .With(Product, Spread.Of(count, team, parallelism), products * Digits)
            .With(Product, ((4 * InBlocks(count)) + (IsWide ? InversionBlocks * LaneRing.Lanes : InversionProducts)) * Digits)
            .With(Inverse, Digits));
    }

    /// <summary>Adding plaintexts to so many at the server.</summary>
    public PartiesWork Add(int count) => new(null, AddPlain(count));

    /// <summary>The server makes so many fit to leave, and the client decrypts them.</summary>
    public PartiesWork Leave(int count, int weightBits, bool isMasked)
    {
        Spread decrypted = InBlocksOf(count, OwnerRing.NumbersPerBlock);
        Work server = Randomise(count, HalfBits + weightBits + PaillierRandomiser.StatisticalBits);
        return new PartiesWork(
            NewStep().With(Power, decrypted, 2 * HalfBits * ProductsPerBit * OwnerDigits).With(Handling, decrypted, Digits),
            isMasked ? server.With(AddPlain(count)) : server);
    }

    /// <summary>Generating the key, unless there is one: about so many powers as candidates are tried for both primes, of half their length.</summary>
    public PartiesWork SetUp(bool generates) => new(
        generates ? NewStep().With(Power, Spread.Of(PrimeCandidates, 1, parallelism), HalfBits * ProductsPerBit * OwnerDigits / 4) : NewStep(), NewStep());

    private int HalfBits => (keyBits + 1) / 2;

    private double Digits => Squared(keyBits);

    private double OwnerDigits => Squared(keyBits / 2);

    // Without a table for a block of ciphertexts or less.
    private Work Randomise(int count, int exponentBits)
    {
        Spread items = Grouped(count, LaneRing.Lanes);
        Work work = NewStep().With(Handling, items, Digits);
        return count <= LaneRing.Lanes
            ? work.With(Power, items, exponentBits * ProductsPerBit * Digits)
            : work.With(Table, items, TableProducts(exponentBits, count, 1) * Digits);
    }

    // A product and two fifths each.
    private Work AddPlain(int count) => NewStep().With(Product, InBlocksOf(count, LaneRing.Lanes), 1.4 * Digits);

    // Blocks that threads share, each at the cost of a full one; or numbers, where each costs for itself.
    private Spread InBlocksOf(int count, int perBlock) => IsWide ? Spread.Of(Padded(count, perBlock), perBlock, parallelism) : Spread.Of(count, 1, parallelism);

    // Several blocks at a time, as long as there is work for every thread: as LaneBlocks hands them out.
    private Spread Grouped(int count, int perBlock)
    {
        int blocks = (count + perBlock - 1) / perBlock;
        int group = Math.Clamp((blocks + parallelism - 1) / parallelism, 1, LaneBlocks.LargestGroup) * perBlock;
        return IsWide ? Spread.Of(Padded(count, perBlock), group, parallelism) : Spread.Of(count, 1, parallelism);
    }

    private static double TableProducts(int exponentBits, long powers, int distinct)
    {
        int window = FixedBaseTable.BestWindow(exponentBits, powers, distinct);
        return Math.Ceiling(exponentBits / (double)window) * (1 + ((1 << window) / EntriesPerProduct));
    }

    // About how many levels a program has, with weights of so many bits on average.
    private static double Levels(int terms, double bits) => 2 + (bits * (0.55 + (0.38 * Math.Log2(terms))));

    private static double InBlocks(int count) => IsWide ? Padded(count, LaneRing.Lanes) : count;

    private static int Padded(int count, int perBlock) => (count + perBlock - 1) / perBlock * perBlock;

    private static Work NewStep() => new Work(Units).With(Step, 1);

    private static double Squared(int bits)
    {
        double digits = Math.Ceiling(bits / (IsWide ? 52.0 : 64.0));
        return digits * digits;
    }
}
