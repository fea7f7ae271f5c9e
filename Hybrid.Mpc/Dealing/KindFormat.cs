using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Lookups;
using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Dealing;

/// <summary>The kinds' numbers on the wire, for good: a number is never given to another kind.</summary>
internal enum KindNumber : byte
{
    MultiplicationTriple = 1,
    SquarePair = 2,
    TruncationTuple = 3,
    BilinearTriple = 4,
    WeightMask = 5,
    WeightedProduct = 6,
    ZeroShare = 7,
    BitMask = 8,
    SelectionMask = 9,
    BitProductMask = 10,
    MergeMask = 11,
    ComparisonMask = 12,
    RandomBit = 13,
    LookupMask = 14,
    ExponentMask = 15,
    TruncatingComparisonMask = 16,
    SelectedProduct = 17,
    WideMergeMask = 18,
}

/// <summary>The bilinear maps' numbers on the wire, likewise.</summary>
internal enum MapNumber : byte
{
    Elementwise = 1,
    MatMul = 2,
    Conv2d = 3,
    SwappedMatMul = 4,
}

/// <summary>Writes and reads a kind of correlation: its number, then its sizes.</summary>
internal static class KindFormat
{
    private const int MaximumSelections = 1 << 10;
    private const int MaximumInterval = 1 << 10;

    /// <summary>Writes a kind.</summary>
    /// <exception cref="ParameterException">A size is larger than a dealer takes.</exception>
    public static void Write(DemandWriter writer, CorrelationKind kind)
    {
        switch (kind)
        {
            case MultiplicationTriple:
                writer.Byte((byte)KindNumber.MultiplicationTriple);
                break;
            case SquarePair:
                writer.Byte((byte)KindNumber.SquarePair);
                break;
            case ZeroShare:
                writer.Byte((byte)KindNumber.ZeroShare);
                break;
            case BitMask:
                writer.Byte((byte)KindNumber.BitMask);
                break;
            case SelectionMask:
                writer.Byte((byte)KindNumber.SelectionMask);
                break;
            case TruncationTuple truncation:
                writer.Byte((byte)KindNumber.TruncationTuple);
                writer.Byte((byte)truncation.Bits);
                break;
            case BitProductMask product:
                writer.Byte((byte)KindNumber.BitProductMask);
                writer.Byte((byte)product.Factors);
                break;
            case MergeMask merge:
                writer.Byte((byte)(merge.Group == MergeGroup.UsualDigits ? KindNumber.MergeMask : KindNumber.WideMergeMask));
                writer.Byte((byte)merge.Digits);
                break;
            case ComparisonMask comparison:
                writer.Byte((byte)(comparison.Truncation == 0 ? KindNumber.ComparisonMask : KindNumber.TruncatingComparisonMask));
                writer.Byte((byte)comparison.Bits);
                writer.Byte((byte)comparison.Method);
                writer.Number(comparison.Selections, 0, MaximumSelections, "selections");
                if (comparison.Truncation > 0)
                {
                    writer.Byte((byte)comparison.Truncation);
                }

                break;
            case RandomBit bit:
                writer.Byte((byte)KindNumber.RandomBit);
                writer.Byte((byte)(bit.Threshold >> 32));
                writer.Number(unchecked((int)bit.Threshold), int.MinValue, int.MaxValue, "a chance");
                break;
            case ExponentMask exponent:
                writer.Byte((byte)KindNumber.ExponentMask);
                writer.Byte((byte)exponent.Count);
                break;
            case LookupMask lookup:
                writer.Byte((byte)KindNumber.LookupMask);
                WriteLookup(writer, lookup);
                break;
            case BilinearTriple triple:
                writer.Byte((byte)KindNumber.BilinearTriple);
                WriteMap(writer, triple.Map);
                break;
            case WeightMask mask:
                writer.Byte((byte)KindNumber.WeightMask);
                WriteMask(writer, mask);
                break;
            case WeightedProduct product:
                writer.Byte((byte)KindNumber.WeightedProduct);
                WriteMap(writer, product.Map);
                WriteMask(writer, product.Weights);
                break;
            case SelectedProduct product:
                writer.Byte((byte)KindNumber.SelectedProduct);
                writer.Number(product.Inner, 1, CorrelationKind.MaximumElementWords, "rows of weights, so many:");
                writer.Number(product.Columns, 1, CorrelationKind.MaximumElementWords, "columns of weights, so many:");
                WriteMask(writer, product.Weights);
                break;
            default:
                throw new ParameterException(
                    ParameterFault.Unsupported, $"A dealer elsewhere cannot deal {kind.Name} yet: use a local one.");
        }
    }

    /// <summary>Reads a kind.</summary>
    /// <exception cref="FormatRefusedException">The bytes are no kind.</exception>
    /// <exception cref="ParameterException">Its sizes do not fit each other, or are too large.</exception>
    public static CorrelationKind Read(ref DemandReader reader)
    {
        var number = (KindNumber)reader.Byte("a kind");
        return number switch
        {
            KindNumber.MultiplicationTriple => new MultiplicationTriple(),
            KindNumber.SquarePair => new SquarePair(),
            KindNumber.ZeroShare => new ZeroShare(),
            KindNumber.BitMask => new BitMask(),
            KindNumber.SelectionMask => new SelectionMask(),
            KindNumber.TruncationTuple => new TruncationTuple(Small(ref reader, 1, 62, "a truncation by bits")),
            KindNumber.BitProductMask => new BitProductMask(Small(ref reader, 2, 4, "a product of bits")),
            KindNumber.MergeMask => new MergeMask(Small(ref reader, 2, 16, "a merge of digits")),
            KindNumber.WideMergeMask => new MergeMask(Small(ref reader, 2, 16, "a merge of digits"), MergeGroup.MostDigits),
            KindNumber.ComparisonMask => ReadComparison(ref reader, truncates: false),
            KindNumber.TruncatingComparisonMask => ReadComparison(ref reader, truncates: true),
            KindNumber.RandomBit => ReadRandomBit(ref reader),
            KindNumber.ExponentMask => new ExponentMask(Small(ref reader, 1, ExponentMask.MaximumBits, "exponents")),
            KindNumber.LookupMask => ReadLookup(ref reader),
            KindNumber.BilinearTriple => new BilinearTriple(ReadMap(ref reader)),
            KindNumber.WeightMask => ReadMask(ref reader),
            KindNumber.WeightedProduct => new WeightedProduct(ReadMap(ref reader), ReadMask(ref reader)),
            KindNumber.SelectedProduct => new SelectedProduct(
                reader.Number(1, CorrelationKind.MaximumElementWords, "rows of weights, so many:"),
                reader.Number(1, CorrelationKind.MaximumElementWords, "columns of weights, so many:"),
                ReadMask(ref reader)),
            _ => throw new FormatRefusedException(
                $"A demand has a kind of number {(int)number}, which this release does not know: use the same release on all sides."),
        };
    }

    private static int Small(ref DemandReader reader, int least, int most, string what)
    {
        int value = reader.Byte(what);
        return value >= least && value <= most
            ? value
            : throw new FormatRefusedException($"A demand has {what}, {value} of them, where {least} to {most} are possible.");
    }

    // The fields are read in the order in which they are written here.
    private static ComparisonMask ReadComparison(ref DemandReader reader, bool truncates)
    {
        int bits = Small(ref reader, 2, 64, "a comparison of bits");
        return new ComparisonMask(
            bits,
            (ComparisonMethod)Small(ref reader, 0, (int)ComparisonMethod.FunctionSharing, "a method of comparing"),
            reader.Number(0, MaximumSelections, "selections"),
            truncates ? Small(ref reader, 1, Math.Min(62, 64 - bits), "a truncation by bits") : 0);
    }

    // 0 to 2^32, which takes 33 bits.
    private static RandomBit ReadRandomBit(ref DemandReader reader)
    {
        int upper = Small(ref reader, 0, 1, "a whole chance");
        uint lower = unchecked((uint)reader.Number(int.MinValue, int.MaxValue, "a chance"));
        return upper == 0 || lower == 0
            ? new RandomBit(((ulong)upper << 32) | lower)
            : throw new FormatRefusedException("A demand has random bits of a chance above one.");
    }

    private static void WriteLookup(DemandWriter writer, LookupMask lookup)
    {
        writer.Byte((byte)lookup.Recipe.Name);
        writer.Byte((byte)lookup.Recipe.Bits);
        writer.Number(lookup.Recipe.Lowest, -MaximumInterval, MaximumInterval, "a domain");
        writer.Number(lookup.Recipe.Highest, -MaximumInterval, MaximumInterval, "a domain");
        writer.Number(Digest(lookup.Function), int.MinValue, int.MaxValue, "tables");
    }

    // The tables are made anew here; another release may make others.
    private static LookupMask ReadLookup(ref DemandReader reader)
    {
        var recipe = new LookupRecipe(
            (LookupName)reader.Byte("a function"), reader.Byte("a function of bits"),
            reader.Number(-MaximumInterval, MaximumInterval, "a domain from"), reader.Number(-MaximumInterval, MaximumInterval, "a domain to"));
        int digest = reader.Number(int.MinValue, int.MaxValue, "tables");
        if (!recipe.IsSound)
        {
            throw new FormatRefusedException($"A demand has a look-up {recipe}, which this release does not know: use the same release on all sides.");
        }

        LookupFunction function = reader.Lookups.Get(recipe);
        return Digest(function) == digest
            ? new LookupMask(recipe, function)
            : throw new FormatRefusedException($"A demand has a look-up {recipe.Name} whose tables are others here: use the same release on all sides.");
    }

    private static int Digest(LookupFunction function) =>
        BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(function.Name)));

    private static void WriteMask(DemandWriter writer, WeightMask mask)
    {
        writer.Number(mask.Weights, 0, int.MaxValue, "weights of number");
        writer.Byte((byte)mask.Owner);
        writer.Number(mask.Words, 1, CorrelationKind.MaximumElementWords, "weights, so many:");
    }

    private static WeightMask ReadMask(ref DemandReader reader) => new(
        reader.Number(0, int.MaxValue, "weights of number"),
        Small(ref reader, 0, 1, "an owner of weights"),
        reader.Number(1, CorrelationKind.MaximumElementWords, "weights, so many:"));

    private static void WriteMap(DemandWriter writer, BilinearMap map)
    {
        writer.Byte((byte)(map switch
        {
            ElementwiseMap => MapNumber.Elementwise,
            MatMulMap => MapNumber.MatMul,
            Conv2dMap => MapNumber.Conv2d,
            SwappedMap => MapNumber.SwappedMatMul,
            _ => throw new ParameterException(
                ParameterFault.Unsupported, $"A dealer elsewhere cannot deal the {map.Name} yet: use a local one."),
        }));
        writer.Shape(map.Left);
        writer.Shape(map.Right);
        if (map is Conv2dMap convolution)
        {
            Conv2dGeometry geometry = convolution.Geometry;
            ReadOnlySpan<int> settings =
            [
                geometry.StrideRows, geometry.StrideColumns, geometry.PadTop, geometry.PadLeft, geometry.PadBottom, geometry.PadRight,
                geometry.DilationRows, geometry.DilationColumns, geometry.Groups,
            ];
            foreach (int setting in settings)
                writer.Number(setting, 0, Conv2dGeometry.Maximum, "a convolution's setting");
        }
    }

    private static BilinearMap ReadMap(ref DemandReader reader)
    {
        var number = (MapNumber)reader.Byte("a map");
        Tensors.Shape left = reader.Shape();
        Tensors.Shape right = reader.Shape();
        return number switch
        {
            MapNumber.Elementwise => new ElementwiseMap(left, right),
            MapNumber.MatMul => new MatMulMap(left, right),
            MapNumber.SwappedMatMul => new SwappedMap(new MatMulMap(right, left)),
            MapNumber.Conv2d => new Conv2dMap(left, right, ReadGeometry(ref reader)),
            _ => throw new FormatRefusedException(
                $"A demand has a map of number {(int)number}, which this release does not know: use the same release on all sides."),
        };
    }

    // The fields are read in the order in which they are written here.
    private static Conv2dGeometry ReadGeometry(ref DemandReader reader) => new()
    {
        StrideRows = Setting(ref reader),
        StrideColumns = Setting(ref reader),
        PadTop = Setting(ref reader),
        PadLeft = Setting(ref reader),
        PadBottom = Setting(ref reader),
        PadRight = Setting(ref reader),
        DilationRows = Setting(ref reader),
        DilationColumns = Setting(ref reader),
        Groups = Setting(ref reader),
    };

    private static int Setting(ref DemandReader reader) => reader.Number(0, Conv2dGeometry.Maximum, "a convolution's setting");
}
