using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Sharing;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Circuits;

/// <summary>One input of a circuit and what is brought for it: by one party, or by all as shares of any words at all.</summary>
internal sealed record Feed(int? Owner, Shape Shape, int FractionBits, WordRange Range, ulong[] Words)
{
    /// <summary>Integers of one party; their range is what they span, unless it is given.</summary>
    public static Feed Of(int owner, Shape shape, int fractionBits, long[] integers, WordRange? range = null) =>
        new(owner, shape, fractionBits, range ?? Span(integers), [.. integers.Select(integer => unchecked((ulong)integer))]);

    /// <summary>A vector of one party without fraction bits.</summary>
    public static Feed Of(int owner, params long[] integers) => Of(owner, new Shape(integers.Length), 0, integers);

    /// <summary>Shares of uniform words, said to be small, so that every op takes them: for exactness modulo 2^64.</summary>
    public static Feed Uniform(RandomWords random, params int[] lengths)
    {
        var shape = new Shape(lengths);
        return new Feed(null, shape, 0, WordRange.Within(1), random.Next(shape.ElementCount));
    }

    /// <summary>Whether the words are in the range that the circuit is told.</summary>
    public bool IsHonest => Words.All(word => unchecked((long)word) >= Range.Low && unchecked((long)word) <= Range.High);

    public long[] Integers => [.. Words.Select(word => unchecked((long)word))];

    public Wire AddTo(Circuit circuit) => Owner is { } owner
        ? circuit.Input(owner, Shape, FractionBits, Range)
        : circuit.SharedInput(Shape, FractionBits, Range);

    /// <summary>Gives each party what it brings.</summary>
    public void Give(Wire wire, CircuitInputs[] inputs, byte seed)
    {
        if (Owner is { } owner)
        {
            inputs[owner].Set(wire, Integers);
            return;
        }

        ShareTo(wire, inputs, seed);
    }

    /// <summary>Gives each party a share of it.</summary>
    public void ShareTo(Wire wire, CircuitInputs[] inputs, byte seed)
    {
        foreach (ArithmeticShare share in ShareTestTools.Split(Words, Shape, FractionBits, inputs.Length, new RandomWords(seed)))
        {
            using (share)
                inputs[share.Party].Set(wire, share);
        }
    }

    private static WordRange Span(long[] integers) => integers.Length == 0 ? default : new WordRange(integers.Min(), integers.Max());
}
