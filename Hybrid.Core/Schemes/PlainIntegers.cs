using System.Numerics;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Schemes;

/// <summary>
/// A tensor's integers in the clear, row-major: words of 64 bits where all that they can be fits, 128 bits where not. Wiped when disposed of.
/// </summary>
public sealed class PlainIntegers : IDisposable
{
    private readonly SecretBuffer<long>? _words;
    private readonly SecretBuffer<Int128>? _wide;

    /// <summary>As many as a node has elements, as wide as its range asks for, all zero.</summary>
    /// <param name="node">The node.</param>
    /// <param name="pool">Where memory is borrowed, if anywhere.</param>
    public PlainIntegers(Node node, SecretPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        Length = node.Shape.ElementCount;
        if (Fits(node.Range))
        {
            _words = new SecretBuffer<long>(Length, pool);
        }
        else
        {
            _wide = new SecretBuffer<Int128>(Length, pool);
        }
    }

    /// <summary>Integers of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="integers">As many as it has elements, within its range; copied.</param>
    public static PlainIntegers Of<T>(Node node, ReadOnlySpan<T> integers)
        where T : INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(node);
        if (integers.Length != node.Shape.ElementCount)
        {
            throw new ArgumentException($"A tensor of shape {node.Shape} has {node.Shape.ElementCount} elements; {integers.Length} were given.", nameof(integers));
        }

        var copy = new PlainIntegers(node);
        if (copy.AreWords)
        {
            TensorPrimitives.ConvertTruncating(integers, copy.Words);
        }
        else
        {
            TensorPrimitives.ConvertTruncating(integers, copy.Wide);
        }

        return copy;
    }

    /// <summary>The same integers of another node, which has as many.</summary>
    /// <param name="node">The other node.</param>
    public PlainIntegers CopyFor(Node node) => AreWords ? Of<long>(node, Words) : Of<Int128>(node, Wide);

    /// <summary>How many.</summary>
    public int Length { get; }

    /// <summary>Whether they are words of 64 bits.</summary>
    public bool AreWords => _words is not null;

    /// <summary>The integers.</summary>
    /// <exception cref="InvalidOperationException">They are wider.</exception>
    public Span<long> Words => (_words ?? throw new InvalidOperationException("These integers are wider than words.")).Span;

    /// <summary>The integers.</summary>
    /// <exception cref="InvalidOperationException">They are words.</exception>
    public Span<Int128> Wide => (_wide ?? throw new InvalidOperationException("These integers are words.")).Span;

    /// <summary>One of them.</summary>
    public Int128 this[int index]
    {
        get => _words is { } words ? words.Span[index] : _wide!.Span[index];
        set
        {
            if (_words is { } words)
            {
                words.Span[index] = (long)value;
            }
            else
            {
                _wide!.Span[index] = value;
            }
        }
    }

    /// <summary>A copy of 128 bits each, which the caller wipes.</summary>
    public Int128[] ToArray()
    {
        if (_wide is { } wide)
        {
            return wide.Span.ToArray();
        }

        var integers = new Int128[Length];
        TensorPrimitives.ConvertTruncating<long, Int128>(Words, integers);
        return integers;
    }

    /// <summary>The numbers that they stand for.</summary>
    /// <param name="fractionBits">Their fraction bits.</param>
    /// <param name="values">Room for as many.</param>
    public void Decode(int fractionBits, Span<double> values)
    {
        if (_words is { } words)
        {
            FixedPointFormat.Decode(words.Span, fractionBits, values);
            return;
        }

        for (int i = 0; i < Length; i++)
            values[i] = FixedPointFormat.Decode(_wide!.Span[i], fractionBits);
    }

    /// <summary>Wipes them.</summary>
    public void Dispose()
    {
        _words?.Dispose();
        _wide?.Dispose();
    }

    private static bool Fits(WordRange range) => range.Low >= long.MinValue && range.High <= long.MaxValue;
}
