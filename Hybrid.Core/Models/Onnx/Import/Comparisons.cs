using Hybrid.Graph;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Comparisons, which give zeros and ones, and what is made of those.</summary>
internal static class Comparisons
{
    // Masks put infinity, or what stands for it, where nothing is to count; beyond this, functions no longer tell.
    private const double Infinite = 1 << 14;

    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("Equal", at => Compare(at, (x, y) => x == y, (x, y) => x.EqualTo(y))),
        new("Less", at => Compare(at, (x, y) => x < y, (x, y) => x < y)),
        new("Greater", at => Compare(at, (x, y) => x > y, (x, y) => x > y)),
        new("LessOrEqual", at => Compare(at, (x, y) => x <= y, (x, y) => x <= y)),
        new("GreaterOrEqual", at => Compare(at, (x, y) => x >= y, (x, y) => x >= y)),
        new("Not", Not),
        new("And", at => Join(at, (x, y) => x * y, (x, y) => x * y)),
        new("Or", at => Join(at, (x, y) => Math.Max(x, y), (x, y) => 1 - ((1 - x) * (1 - y)))),
        new("Xor", at => Join(at, (x, y) => Math.Abs(x - y), (x, y) => 1 - x.EqualTo(y))),
        new("Where", Where),
    ];

    /// <summary>Whether a tensor is one of zeros and ones, such as a comparison gives.</summary>
    public static bool IsCondition(SecretTensor x) => !x.IsConstant && x.Node.FractionBits == 0 && x.Node.Range is { Low: var low, High: var high } && low >= 0 && high <= 1;

    private static void Compare(NodeImport at, Func<double, double, bool> fold, Func<SecretTensor, SecretTensor, SecretTensor> compare)
    {
        if (at.Constant(0) is { } x && at.Constant(1) is { } y)
        {
            at.Result(Elementwise.Folded(at, x, y, (a, b) => fold(a, b) ? 1 : 0, isWhole: true));
            return;
        }

        at.Result(compare(at.Secret(0), at.Secret(1)));
    }

    private static void Not(NodeImport at)
    {
        if (at.Constant(0) is { } constant)
        {
            at.Result(constant.Map(value => value == 0 ? 1 : 0));
            return;
        }

        at.Result(1 - Condition(at, 0));
    }

    private static void Join(NodeImport at, Func<double, double, double> fold, Func<SecretTensor, SecretTensor, SecretTensor> join)
    {
        if (at.Constant(0) is { } x && at.Constant(1) is { } y)
        {
            at.Result(Elementwise.Folded(at, x, y, fold, isWhole: true));
            return;
        }

        at.Result(join(Condition(at, 0), Condition(at, 1)));
    }

    private static SecretTensor Condition(NodeImport at, int index)
    {
        SecretTensor x = at.Secret(index);
        // The architecture's own masks are zeros and ones already.
        return IsCondition(x) || at.Constant(index) is { IsPublic: true }
            ? x
            : throw at.Refused($"takes zeros and ones, such as a comparison gives; its input {index + 1} is {x}");
    }

    private static void Where(NodeImport at)
    {
        (ImportValue x, ImportValue y) = (Bounded(at.Value(1)), Bounded(at.Value(2)));
        if (at.Constant(0) is not { } mask)
        {
            at.Result(at.Secret(x).Where(Condition(at, 0), at.Secret(y)));
            return;
        }

        if (x.Constant is { } left && y.Constant is { } right)
        {
            ConstantTensor chosen = Elementwise.Folded(at, mask, left, (m, a) => m != 0 ? a : 0, isWhole: left.IsWhole);
            ConstantTensor other = Elementwise.Folded(at, mask, right, (m, b) => m != 0 ? 0 : b, isWhole: right.IsWhole);
            at.Result(Elementwise.Folded(at, chosen, other, (a, b) => a + b));
            return;
        }

        ConstantTensor ones = mask.Map(value => value != 0 ? 1 : 0);
        at.Result((at.Secret(x) * at.Secret(ones)) + (at.Secret(y) * at.Secret(ones.Map(value => 1 - value))));
    }

    private static ImportValue Bounded(ImportValue value) => value.Constant is { IsWhole: false } constant && Array.Exists(constant.Values, number => Math.Abs(number) > Infinite)
        ? constant.Map(number => Math.Clamp(number, -Infinite, Infinite))
        : value;
}
