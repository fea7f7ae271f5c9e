using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// A tensor of a program, which reads like NumPy and computes nothing: ops append to the program's graph, the same whatever scheme will hold
/// the value. Shapes broadcast.
/// </summary>
/// <remarks>
/// Values have the program's fraction bits, products at first more; they are truncated where an op needs it, so that a bias or a residual is
/// added before, exactly. There is no conversion to bool, and no way to branch on a secret: comparisons give zeros and ones, to compute with.
/// </remarks>
public sealed partial class SecretTensor
{
    private readonly TensorProgram.Constant? _constant;
    private readonly Node? _node;
    private Node? _truncated;

    internal SecretTensor(TensorProgram program, Node node)
    {
        Program = program;
        _node = node;
        Shape = node.Shape;
    }

    internal SecretTensor(TensorProgram program, TensorProgram.Constant constant)
    {
        Program = program;
        _constant = constant;
        Shape = constant.Shape;
    }

    /// <summary>The program.</summary>
    public TensorProgram Program { get; }

    /// <summary>The shape.</summary>
    public Shape Shape { get; }

    /// <summary>Whether it is a constant.</summary>
    public bool IsConstant => _constant is not null || _node is { Op: ConstantOp };

    /// <summary>The values of a constant, where they are known; null otherwise.</summary>
    internal double[]? ConstantValues => _constant?.Values;

    /// <summary>The node of the graph: of a constant, with the program's fraction bits.</summary>
    public Node Node => _node ?? Program.NodeOf(_constant!, Program.Options.FractionBits);

    /// <summary>No number is larger in magnitude, by the bounds of what it is computed from.</summary>
    public double Bound => Math.ScaleB((double)Node.Magnitude, -Node.FractionBits);

    /// <summary>Has the op that gives this value computed in a scheme, whatever it costs.</summary>
    /// <exception cref="ParameterException">It is an input or a constant, which no scheme computes.</exception>
    public SecretTensor On(Scheme scheme)
    {
        Program.Graph.Pin(Node, scheme);
        return this;
    }

    /// <summary>Lets a party learn the value: it goes on the disclosure ledger, and is what the program gives that party.</summary>
    /// <param name="to">Who learns it.</param>
    /// <param name="name">What it is called.</param>
    public Node Reveal(Party to, string name = "result") => Program.Graph.Reveal(name, Node, to);

    /// <summary>x + y.</summary>
    public static SecretTensor operator +(SecretTensor x, SecretTensor y) => Sum(x, y, new AddOp());

    /// <summary>x − y.</summary>
    public static SecretTensor operator -(SecretTensor x, SecretTensor y) => Sum(x, y, new SubtractOp());

    /// <summary>x · y, element by element.</summary>
    public static SecretTensor operator *(SecretTensor x, SecretTensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return x.IsConstant && !y.IsConstant ? y * x : x.Append(new MultiplyOp(), x.Factor, y.Factor);
    }

    /// <summary>x / y for positive y in [2^−8, 2^15].</summary>
    public static SecretTensor operator /(SecretTensor x, SecretTensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return x.Append(new DivideOp(), x.Ready, y.Ready);
    }

    /// <summary>−x.</summary>
    public static SecretTensor operator -(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Append(new NegateOp(), x.Node);
    }

    /// <summary>x + y for a number that everybody knows.</summary>
    public static SecretTensor operator +(SecretTensor x, double y) => x + Of(x).Public(y);

    /// <summary>x − y for a number that everybody knows.</summary>
    public static SecretTensor operator -(SecretTensor x, double y) => x - Of(x).Public(y);

    /// <summary>x − y for a number that everybody knows.</summary>
    public static SecretTensor operator -(double x, SecretTensor y) => Of(y).Public(x) - y;

    /// <summary>x · y for a number that everybody knows.</summary>
    public static SecretTensor operator *(SecretTensor x, double y) => x * Of(x).Public(y);

    /// <summary>x · y for a number that everybody knows.</summary>
    public static SecretTensor operator *(double x, SecretTensor y) => y * x;

    /// <summary>x / y for a number that everybody knows.</summary>
    public static SecretTensor operator /(SecretTensor x, double y) => y == 0
        ? throw new ParameterException(ParameterFault.OutOfRange, "A division by 0 was asked for.")
        : x * (1 / y);

    /// <summary>x &lt; y: ones and zeros.</summary>
    public static SecretTensor operator <(SecretTensor x, SecretTensor y) => Comparison(x, y, new LessOp());

    /// <summary>x &gt; y: ones and zeros.</summary>
    public static SecretTensor operator >(SecretTensor x, SecretTensor y) => Comparison(y, x, new LessOp());

    /// <summary>x ≤ y: ones and zeros.</summary>
    public static SecretTensor operator <=(SecretTensor x, SecretTensor y) => Not(Comparison(y, x, new LessOp()));

    /// <summary>x ≥ y: ones and zeros.</summary>
    public static SecretTensor operator >=(SecretTensor x, SecretTensor y) => Not(Comparison(x, y, new LessOp()));

    /// <summary>x + y.</summary>
    public static SecretTensor Add(SecretTensor x, SecretTensor y) => x + y;

    /// <summary>x − y.</summary>
    public static SecretTensor Subtract(SecretTensor x, SecretTensor y) => x - y;

    /// <summary>x · y, element by element.</summary>
    public static SecretTensor Multiply(SecretTensor x, SecretTensor y) => x * y;

    /// <summary>x / y for positive y.</summary>
    public static SecretTensor Divide(SecretTensor x, SecretTensor y) => x / y;

    /// <summary>−x.</summary>
    public SecretTensor Negate() => -this;

    /// <summary>x = y: ones and zeros.</summary>
    public SecretTensor EqualTo(SecretTensor y) => Comparison(this, y, new EqualOp());

    /// <summary>This where the condition is one, other where it is zero.</summary>
    /// <param name="condition">Zeros and ones.</param>
    /// <param name="other">The other choice.</param>
    public SecretTensor Where(SecretTensor condition, SecretTensor other)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(other);
        return Append(new WhereOp(), condition.Whole(), Ready, other.Ready);
    }

    /// <summary>Shape, fraction bits and bound, never a value.</summary>
    public override string ToString() => _constant is { } constant ? $"{constant.Name} {Shape}, {constant.Visibility}"
        : Node.Op is ConstantOp shared ? $"{Node.Label} {Shape}, {shared.Visibility}"
        : Node.ToString();

    /// <summary>The value with the program's fraction bits.</summary>
    internal Node Ready
    {
        get
        {
            int bits = Program.Options.FractionBits;
            if (_node is null)
            {
                return Program.NodeOf(_constant!, bits);
            }

            return _truncated ??= _node.FractionBits > bits ? Program.Graph.Truncate(_node, bits)
                : _node.FractionBits < bits ? Program.Graph.Add(new ScaleUpOp(bits - _node.FractionBits), _node)
                : _node;
        }
    }

    // A factor: a constant has its own fraction bits, whole numbers need none, and what has fewer than others is left so. What has more is
    // truncated, but for a constant in shares, whose truncation would cost as much in every run.
    private Node Factor => _node is { } node ? node.FractionBits <= Program.Options.FractionBits || node.IsSecret ? node : Ready
        : Program.NodeOf(_constant!, IsWhole ? 0 : Program.Options.WeightFractionBits);

    private static TensorProgram Of(SecretTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Program;
    }

    private static SecretTensor Not(SecretTensor bits) => bits.Append(new SubtractOp(), bits.Program.NodeOf(new TensorProgram.Constant("1", Visibility.Public, new Shape(1), [1]), 0), bits.Node);

    private static SecretTensor Comparison(SecretTensor x, SecretTensor y, Op op)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return x.Append(op, x.Ready, y.Ready);
    }

    // Exact, with the fraction bits of the finer one: a constant takes the other's, and what has fewer is scaled up.
    private static SecretTensor Sum(SecretTensor x, SecretTensor y, Op op)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int bits = Math.Max(x.OwnBits, y.OwnBits);
        return x.Append(op, x.With(bits), y.With(bits));
    }

    private int OwnBits => _node?.FractionBits ?? (IsWhole ? 0 : Program.Options.FractionBits);

    // Small public whole numbers, which need no fraction bits.
    private bool IsWhole => _constant is { Visibility.Kind: VisibilityKind.Public, Values: { } values }
        && Array.TrueForAll(values, value => double.IsInteger(value) && Math.Abs(value) < 1 << 20);

    private Node With(int bits) => _node is null ? Program.NodeOf(_constant!, bits)
        : _node.FractionBits < bits ? Program.Graph.Add(new ScaleUpOp(bits - _node.FractionBits), _node)
        : _node;

    private Node Whole() => _node is { FractionBits: 0 } ? _node
        : throw new ParameterException(ParameterFault.Mismatch, $"A condition of zeros and ones, such as a comparison gives, was expected; it was given {this}.");

    private SecretTensor Append(Op op, params ReadOnlySpan<Node> inputs) => new(Program, Program.Graph.Add(op, inputs));
}
