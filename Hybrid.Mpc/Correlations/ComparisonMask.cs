using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.FunctionSharing;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>
/// A uniform word r and what a comparison of c − r with any public number takes, for any public c: r's bits and their products by tree,
/// keys by function sharing. For each selection a uniform bit s besides, with shares of s and r · s. Where the same opening truncates by f
/// bits, what is compared is c >> f with r >> f, and there are shares of r >> f and msb(r), and, in place of r · s, of (r >> f) · s and msb(r) · s.
/// </summary>
public sealed record ComparisonMask : CorrelationKind
{
    // The vectors' places; what function sharing needs follows.
    internal const int Word = 0;
    internal const int SelectionBits = 1;
    internal const int SelectionWords = 2;
    internal const int SelectionProducts = 3;
    internal const int SignBit = 4;
    internal const int Monomials = 5;
    internal const int Roots0 = 5;
    internal const int Roots1 = 6;
    internal const int HashKey = 7;
    internal const int Corrections = 8;

    /// <summary>The kind.</summary>
    /// <param name="bits">n: what is compared is in [−2^(n−1), 2^(n−1)), truncated if it is; 2 to 64 − f.</param>
    /// <param name="method">How.</param>
    /// <param name="selections">How many selections will use the same masked word, 0 or more.</param>
    /// <param name="truncation">f, how many bits the same opening truncates by, up to 62; 0 if it does not.</param>
    public ComparisonMask(int bits, ComparisonMethod method, int selections, int truncation = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(selections);
        ArgumentOutOfRangeException.ThrowIfNegative(truncation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(truncation, 62);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 64 - truncation);
        Bits = bits;
        Method = method;
        Selections = selections;
        Truncation = truncation;
    }

    /// <summary>n: what is compared is in [−2^(n−1), 2^(n−1)), truncated if it is.</summary>
    public int Bits { get; }

    /// <summary>How the comparison is done.</summary>
    public ComparisonMethod Method { get; }

    /// <summary>How many selections use the same masked word.</summary>
    public int Selections { get; }

    /// <summary>f, how many bits the same opening truncates by; 0 if it does not.</summary>
    public int Truncation { get; }

    // What a truncation needs comes behind what the method does.
    internal int Upper => Method == ComparisonMethod.Tree ? Monomials + 1 : Corrections + 1;

    internal int Highest => Upper + 1;

    internal int HighestProducts => Upper + 2;

    /// <inheritdoc/>
    public override string Name =>
        $"{(Method == ComparisonMethod.Tree ? "comparison masks" : "comparison keys")} of {Bits} bits with {Selections} selections{(Truncation > 0 ? $", truncating by {Truncation}" : string.Empty)}";

    private protected override ImmutableArray<DealtVector> Describe()
    {
        var vectors = ImmutableArray.CreateBuilder<DealtVector>();
        vectors.Add(new(1, Dealing.Shared));
        vectors.Add(new(Selections, Dealing.Shared, VectorForm.Planes));
        vectors.Add(new(Selections, Dealing.Derived));
        vectors.Add(new(Selections, Dealing.Derived));
        vectors.Add(new(1, Dealing.Derived, VectorForm.Planes));
        if (Method == ComparisonMethod.Tree)
        {
            vectors.Add(new(DigitComparison.MonomialPlanes(Bits - 1), Dealing.Derived, VectorForm.Planes));
        }
        else
        {
            vectors.Add(new(KeyLayout.BlockWords, Dealing.Owned, Owner: 0, IsLate: true));
            vectors.Add(new(KeyLayout.BlockWords, Dealing.Owned, Owner: 1, IsLate: true));
            vectors.Add(new(ComparisonKeys.HashKeyWords, Dealing.Common, VectorForm.Chunk));
            vectors.Add(new(Layout.WordsPerKey, Dealing.Common));
        }

        if (Truncation > 0)
        {
            vectors.Add(new(1, Dealing.Derived));
            vectors.Add(new(1, Dealing.Derived));
            vectors.Add(new(Selections, Dealing.Derived));
        }

        return vectors.ToImmutable();
    }

    private KeyLayout Layout => new(Bits - 1);

    internal override int MaximumParties => Method == ComparisonMethod.Tree ? int.MaxValue : 2;

    internal override void Derive(DealtValues values)
    {
        Span<ulong> word = values[Word];
        BitPlanes.FromWords(word, Truncation + Bits - 1, 1, values[SignBit]);
        Span<ulong> masking = word;
        if (Truncation > 0)
        {
            TruncationTuple.Derive(word, Truncation, values[Upper], values[Highest]);
            masking = values[Upper];
        }

        for (int selection = 0; selection < Selections; selection++)
        {
            Range here = (selection * values.Count)..((selection + 1) * values.Count);
            Span<ulong> bits = values[SelectionBits].Slice(selection * values.PlaneWords, values.PlaneWords);
            BitPlanes.Expand(bits, values[SelectionWords][here]);
            RingVector.Multiply(masking, values[SelectionWords][here], values[SelectionProducts][here]);
            if (Truncation > 0)
            {
                RingVector.Multiply(values[Highest], values[SelectionWords][here], values[HighestProducts][here]);
            }
        }

        if (Method == ComparisonMethod.Tree)
        {
            using var planes = new Security.SecretBuffer<ulong>((Bits - 1) * values.PlaneWords);
            BitPlanes.FromWords(word, Truncation, Bits - 1, planes.Span);
            DigitComparison.Monomials(planes.Span, Bits - 1, values.PlaneWords, values[Monomials]);
        }
        else
        {
            // A chunk is a batch of keys, with an AES key of its own.
            Span<ulong> key = values[HashKey];
            values.Random.Fill(MemoryMarshal.AsBytes(key));
            LittleEndian.Convert(key);
            ComparisonKeys.Deal(Layout, key, values[Roots0], values[Roots1], masking, values[Corrections], KernelChoice.Best);
        }
    }

    /// <summary>
    /// A party's shares of [c &lt; r >> f] on the lower n − 1 bits of both, by function sharing; as often as it likes for one chunk of keys.
    /// </summary>
    /// <param name="keys">This kind's correlation, at the chunk.</param>
    /// <param name="points">c of each element, the same at both parties.</param>
    /// <param name="shares">One plane, padding zero; overwritten.</param>
    internal void Evaluate(Correlation keys, ReadOnlySpan<ulong> points, Span<ulong> shares)
    {
        ComparisonKeys.Evaluate(
            Layout, keys.Common(HashKey), keys.Party, keys.Late(keys.Party == 0 ? Roots0 : Roots1), keys.Common(Corrections), points,
            shares, KernelChoice.Best);
        GC.KeepAlive(keys);
    }
}
