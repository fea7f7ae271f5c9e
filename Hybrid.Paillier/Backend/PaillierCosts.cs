using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Paillier;

/// <summary>
/// What Paillier's steps cost, from the number of digit products they take and the time of one. The time of one was
/// measured (docs/performance.md) and is the same, within a tenth, from 2048 to 4096 bits.
/// </summary>
internal readonly struct PaillierCosts(int keyBits, int parallelism)
{
    // Seconds a digit product takes for one number: eight at once in 0.78 ns on AVX-512, one in 2 ns on 64-bit words.
    private const double WideSeconds = 0.78e-9 / LaneRing.Lanes;
    private const double PortableSeconds = 2e-9;

    // Parsing, checking, packing and putting together, besides products.
    private const double HandlingSeconds = 12e-6;

    private static bool IsWide => LaneRing.IsWideSupported;

    /// <summary>One product modulo n².</summary>
    public double Product => Digits(keyBits) * Digits(keyBits) * 5 * DigitSeconds;

    /// <summary>
    /// Encryption of so many by the owner: filling the table of powers, then a product modulo p² and one modulo q² for each
    /// digit of the exponent.
    /// </summary>
    public double Encrypt(int count)
    {
        int window = FixedBaseTable.BestWindow(keyBits / 2, 2L * count, 2);
        double windows = keyBits / 2.0 / window;
        double chain = keyBits / 2.0 * 0.7 * OwnerProduct * LaneRing.Lanes;
        double products = windows * 2 * ((1 << window) + count);
        return chain + (products * OwnerProduct / parallelism) + (count * HandlingSeconds / parallelism);
    }

    /// <summary>Decryption of so many: a square for every bit of p and q, seven tenths of a product, and a product for every five.</summary>
    public double Decrypt(int count)
    {
        // Four ciphertexts fill a block; fewer cost as much as four.
        double full = Math.Ceiling(count / (double)OwnerRing.NumbersPerBlock) * OwnerRing.NumbersPerBlock;
        return (full * keyBits * OwnerProduct * (0.7 + 0.2) / Math.Min(parallelism, Math.Max(1, full / OwnerRing.NumbersPerBlock))) + (count * HandlingSeconds);
    }

    /// <summary>Re-randomisation of so many ciphertexts, with a table of powers from two blocks on.</summary>
    public double Randomise(int count)
    {
        double half = keyBits / 2.0;
        return count <= LaneRing.Lanes
            ? half * (0.7 + 0.2) * Product * LaneRing.Lanes
            : half * Product * LaneRing.Lanes + (count * half / 5 * Product / parallelism);
    }

    /// <summary>Adding plaintexts to so many ciphertexts: a product and two fifths each.</summary>
    public double AddPlain(int count) => count * 1.4 * Product / parallelism;

    /// <summary>Reading and checking so many ciphertexts.</summary>
    public double Read(int count) => count * (HandlingSeconds + (3 * Product)) / parallelism;

    /// <summary>A column of outputs from so many terms of so many bits each, by the differences method.</summary>
    public double Terms(int terms, int bits) => terms * (1 + (bits / Math.Log2(terms + 2))) * Product / parallelism;

    private double OwnerProduct => Digits(keyBits / 2) * Digits(keyBits / 2) * 5 * DigitSeconds;

    private static double DigitSeconds => IsWide ? WideSeconds : PortableSeconds;

    private static double Digits(int bits) => Math.Ceiling(bits / (IsWide ? 52.0 : 64.0));
}
