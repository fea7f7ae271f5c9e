using System.Collections.Immutable;
using Hybrid.Graph;

namespace Hybrid.Schemes;

/// <summary>
/// The integers of a constant, at a party that knows them, or a party's share of one that nobody knows. The same binding serves every query,
/// so what a backend prepares from the integers (compiled weights, encodings) it keeps here.
/// </summary>
public sealed class ConstantBinding
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Type, object> _prepared = [];
    private readonly ReadOnlyMemory<long> _integers;
    private readonly ImmutableArray<ConstantShare> _shares = [];

    /// <summary>Binds integers, row-major, to a constant, checking them against its public bound.</summary>
    /// <exception cref="ParameterException">The integers do not fit the constant's shape or its bound, or nobody knows the constant.</exception>
    public ConstantBinding(Node constant, long[] integers)
    {
        ArgumentNullException.ThrowIfNull(integers);
        if (Required(constant).Visibility.Kind == VisibilityKind.Secret)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{constant.Label} is a constant that neither party knows: bind a party's share of it, not integers.");
        }

        if (integers.Length != constant.Shape.ElementCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{constant.Label} of shape {constant.Shape} has {constant.Shape.ElementCount} elements; {integers.Length} were bound to it.");
        }

        ConstantBounds.Of(constant).Require(constant.Label, constant.Shape, integers);
        Constant = constant;
        _integers = integers;
    }

    /// <summary>
    /// Binds a party's share to a constant that nobody knows, or both parties' where one process has them. They are read where they are: the
    /// caller disposes of them when nothing is run with the binding any more. Words are not checked against bounds, which are of what both
    /// parties' words come to.
    /// </summary>
    /// <param name="constant">The constant.</param>
    /// <param name="share">A share of it.</param>
    /// <param name="other">The other party's, if it is here.</param>
    /// <exception cref="ParameterException">A share is not of this constant: it differs in shape, fraction bits or bounds, or somebody knows the constant.</exception>
    public ConstantBinding(Node constant, ConstantShare share, ConstantShare? other = null)
    {
        ArgumentNullException.ThrowIfNull(share);
        if (Required(constant).Visibility is { Kind: not VisibilityKind.Secret } visibility)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{constant.Label} is {visibility}, and there are no shares of it: bind its integers.");
        }

        if (!share.Shape.Equals(constant.Shape) || share.FractionBits != constant.FractionBits || share.Bounds != ConstantBounds.Of(constant))
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{constant.Label} is a constant of shape {constant.Shape}, f = {constant.FractionBits}, and was given {share}: give what it was split into.");
        }

        if (other is not null)
        {
            ConstantShare.RequirePair(share, other);
        }

        Constant = constant;
        _shares = other is null ? [share] : [share, other];
    }

    /// <summary>The constant.</summary>
    public Node Constant { get; }

    /// <summary>Its integers.</summary>
    /// <exception cref="InvalidOperationException">Nobody knows them.</exception>
    public ReadOnlyMemory<long> Integers => Constant.IsSecret
        ? throw new InvalidOperationException($"{Constant.Label} is a constant that neither party knows: there are shares of it, and no integers.")
        : _integers;

    /// <summary>A party's share of a constant that nobody knows; null if it is not here.</summary>
    public ConstantShare? Share(Party holder) => _shares.FirstOrDefault(share => share.Holder == holder);

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

    /// <summary>The integers, joined of both shares where nobody knows them: for those who look on in a process that has both.</summary>
    /// <exception cref="ParameterException">A share is missing.</exception>
    internal long[] Revealed()
    {
        if (!Constant.IsSecret)
        {
            return _integers.ToArray();
        }

        if (Share(Party.Client) is not { } client || Share(Party.Server) is not { } server)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"The values of {Constant.Label} are known to neither party, and shown where both shares are: give the program the client's and the server's.");
        }

        var integers = new long[Constant.Shape.ElementCount];
        ConstantShare.Join(client, server, integers);
        return integers;
    }

    private static ConstantOp Required(Node constant)
    {
        ArgumentNullException.ThrowIfNull(constant);
        return constant.Op as ConstantOp ?? throw new ArgumentException($"{constant.Label} is no constant.", nameof(constant));
    }
}
