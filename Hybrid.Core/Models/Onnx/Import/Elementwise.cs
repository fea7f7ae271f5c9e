using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Arithmetic element by element: on constants at once, else by ops.</summary>
internal static class Elementwise
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("Add", at => Binary(at, (x, y) => x + y, (x, y) => x + y)),
        new("Sub", at => Binary(at, (x, y) => x - y, (x, y) => x - y)),
        new("Mul", at => Binary(at, (x, y) => x * y, (x, y) => x * y)),
        new("Div", Divide),
        new("Sum", at => Several(at, (x, y) => x + y, (x, y) => x + y)),
        new("Max", at => Several(at, Math.Max, (x, y) => x.Max(y))),
        new("Min", at => Several(at, Math.Min, (x, y) => x.Min(y))),
        new("Mean", Mean),
        new("Pow", Power),
        new("Neg", at => Unary(at, x => -x, x => -x)),
        new("Abs", at => Unary(at, Math.Abs, x => x.Abs())),
        new("Sign", at => Unary(at, x => Math.Sign(x), x => x.Sign())),
        new("Exp", at => Unary(at, Math.Exp, x => x.Exp())),
        new("Log", at => Unary(at, Math.Log, x => x.Log())),
        new("Sqrt", at => Unary(at, Math.Sqrt, x => x.Sqrt())),
        new("Reciprocal", at => Unary(at, x => 1 / x, Reciprocal)),
        new("Sin", at => Unary(at, Math.Sin, x => x.Sin())),
        new("Cos", at => Unary(at, Math.Cos, x => x.Cos())),
        new("Floor", at => Unary(at, Math.Floor, null)),
        new("Ceil", at => Unary(at, Math.Ceiling, null)),
        new("Round", at => Unary(at, x => Math.Round(x, MidpointRounding.ToEven), null)),
        new("Mod", at => Binary(at, (x, y) => x - (Math.Floor(x / y) * y), null)),
        new("Cast", Cast),
        new("CastLike", Cast),
    ];

    /// <summary>A function of two constants, whose memory is counted.</summary>
    public static ConstantTensor Folded(NodeImport at, ConstantTensor x, ConstantTensor y, Func<double, double, double> function, bool? isWhole = null)
    {
        at.Import.Spend(at.Node, new Shape(Broadcasting.Join(x.Shape.Lengths.AsSpan(), y.Shape.Lengths.AsSpan(), at.Node.OpType)).ElementCount);
        return ConstantTensor.Zip(x, y, function, isWhole);
    }

    private static void Unary(NodeImport at, Func<double, double> fold, Func<SecretTensor, SecretTensor>? function)
    {
        if (at.Constant(0) is { } constant)
        {
            at.Import.Spend(at.Node, constant.Values.Length);
            at.Result(constant.Map(fold));
            return;
        }

        at.Result(function is null ? throw OfData(at) : function(at.Secret(0)));
    }

    private static void Binary(NodeImport at, Func<double, double, double> fold, Func<SecretTensor, SecretTensor, SecretTensor>? function) =>
        at.Result(Pair(at, at.Value(0), at.Value(1), fold, function));

    private static ImportValue Pair(NodeImport at, ImportValue x, ImportValue y, Func<double, double, double> fold, Func<SecretTensor, SecretTensor, SecretTensor>? function) =>
        x.Constant is { } left && y.Constant is { } right ? Folded(at, left, right, fold)
        : function is null ? throw OfData(at)
        : function(at.Secret(x), at.Secret(y));

    private static void Several(NodeImport at, Func<double, double, double> fold, Func<SecretTensor, SecretTensor, SecretTensor> function)
    {
        ImportValue result = at.Value(0);
        for (int i = 1; i < at.Node.Inputs.Length; i++)
            result = Pair(at, result, at.Value(i), fold, function);
        at.Result(result);
    }

    private static void Mean(NodeImport at)
    {
        SecretTensor sum = at.Secret(0);
        for (int i = 1; i < at.Node.Inputs.Length; i++)
            sum += at.Secret(i);
        at.Result(at.Node.Inputs.Length == 1 ? sum : sum * (1.0 / at.Node.Inputs.Length));
    }

    // By a constant: times its reciprocals. By a root: times the root's reciprocal, which is one function instead of two.
    private static void Divide(NodeImport at)
    {
        (ImportValue x, ImportValue y) = (at.Value(0), at.Value(1));
        if (y.Constant is not { } divisor)
        {
            at.Result(y.Secret!.Node is { Op: UnaryOp { Function: UnaryFunction.Sqrt } } root
                ? at.Secret(x) * new SecretTensor(y.Secret.Program, root.Inputs[0]).ReciprocalSqrt()
                : at.Secret(x) / y.Secret);
            return;
        }

        bool isWhole = divisor.IsWhole && x.Constant is not { IsWhole: false };
        if (Array.IndexOf(divisor.Values, 0.0) >= 0)
        {
            throw at.Refused("divides by a constant that has a zero");
        }

        if (x.Constant is { } constant)
        {
            at.Result(Folded(at, constant, divisor, (a, b) => isWhole ? Math.Truncate(a / b) : a / b));
            return;
        }

        at.Import.Spend(at.Node, divisor.Values.Length);
        at.Result(at.Secret(x) * at.Secret(divisor.Map(value => 1 / value, isWhole: false)));
    }

    private static SecretTensor Reciprocal(SecretTensor x) => x.Node is { Op: UnaryOp { Function: UnaryFunction.Sqrt } } root
        ? new SecretTensor(x.Program, root.Inputs[0]).ReciprocalSqrt()
        : x.Reciprocal();

    private static void Power(NodeImport at)
    {
        ConstantTensor exponents = at.RequireConstant(1, "the exponent");
        if (at.Constant(0) is { } constant)
        {
            at.Result(Folded(at, constant, exponents, Math.Pow));
            return;
        }

        SecretTensor x = at.Secret(0);
        double exponent = exponents.Values.Length > 0 && Array.TrueForAll(exponents.Values, value => value == exponents.Values[0])
            ? exponents.Values[0]
            : throw at.Refused($"has exponents of shape {exponents.Shape} that are not all the same");
        at.Result(exponent switch
        {
            1 => x,
            0.5 => x.Sqrt(),
            -0.5 => x.ReciprocalSqrt(),
            -1 => Reciprocal(x),
            _ => x.Power(exponent),
        });
    }

    // Integers of data are what comparisons and places are; other numbers have fractions, which nothing takes off.
    private static void Cast(NodeImport at)
    {
        OnnxDataType type = at.Node.OpType == "Cast" ? (OnnxDataType)at.Integer("to", 1) : at.Constant(1) is { IsWhole: true } ? OnnxDataType.Int64 : OnnxDataType.Float;
        if (type == OnnxDataType.String || !Enum.IsDefined(type))
        {
            throw at.Refused($"casts to the type {type.Name()}, which is no number");
        }

        if (at.Constant(0) is { } constant)
        {
            at.Import.Spend(at.Node, constant.Values.Length);
            at.Result(type == OnnxDataType.Bool ? constant.Map(value => value != 0 ? 1 : 0, isWhole: true)
                : type.IsFloating() ? constant.Map(value => value, isWhole: false)
                : constant.Map(Math.Truncate, isWhole: true));
            return;
        }

        SecretTensor x = at.Secret(0);
        at.Result(type.IsFloating() || (type != OnnxDataType.Bool && x.Node.FractionBits == 0) || Comparisons.IsCondition(x) ? x
            : type == OnnxDataType.Bool ? 1 - x.EqualTo(x.Program.Public(0))
            : throw at.Refused($"casts data to {type.Name()}, which would take fractions off: leave the cast out"));
    }

    private static FormatRefusedException OfData(NodeImport at) => at.Refused("rounds data, which cannot be computed: leave it out");
}
