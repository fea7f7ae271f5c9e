using Hybrid.Graph;

namespace Hybrid.Schemes;

/// <summary>
/// The integers of a constant, at a party that knows them. The same binding serves every query, so what a backend
/// prepares from the integers (compiled weights, encodings) it keeps here.
/// </summary>
public sealed class ConstantBinding
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Type, object> _prepared = [];

    /// <summary>Binds integers, row-major, to a constant, checking them against its public bound.</summary>
    /// <exception cref="ParameterException">The integers do not fit the constant's shape or its bound.</exception>
    public ConstantBinding(Node constant, long[] integers)
    {
        ArgumentNullException.ThrowIfNull(constant);
        ArgumentNullException.ThrowIfNull(integers);
        if (constant.Op is not ConstantOp op)
        {
            throw new ArgumentException($"{constant.Label} is no constant.", nameof(constant));
        }

        if (integers.Length != constant.Shape.ElementCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{constant.Label} of shape {constant.Shape} has {constant.Shape.ElementCount} elements; {integers.Length} were bound to it.");
        }

        Int128[] sums = ConstantNorm.Sums(constant.Shape, integers);
        for (int i = 0; i < sums.Length; i++)
        {
            if (sums[i] > op.NormBound)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"{constant.Label} exceeds the bound that was published for it in column {i}.");
            }
        }

        foreach (long integer in integers)
        {
            if (Int128.Abs(integer) > constant.Magnitude)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"{constant.Label} exceeds the bound that was published for its elements.");
            }
        }

        Constant = constant;
        Integers = integers;
    }

    /// <summary>The constant.</summary>
    public Node Constant { get; }

    /// <summary>Its integers.</summary>
    public ReadOnlyMemory<long> Integers { get; }

    /// <summary>What was prepared from the integers under this type, prepared now if it was not.</summary>
    public T Prepared<T>(Func<ConstantBinding, T> prepare)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(prepare);
        lock (_lock)
        {
            if (!_prepared.TryGetValue(typeof(T), out object? value))
            {
                _prepared[typeof(T)] = value = prepare(this);
            }

            return (T)value;
        }
    }
}
