using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Circuits;

/// <summary>What one party brings to a run of a circuit. Wiped on dispose.</summary>
public sealed class CircuitInputs : IDisposable
{
    private readonly Dictionary<int, SecretBuffer<ulong>> _words = [];
    private readonly List<PrivateWeights> _weights = [];

    /// <summary>The integers of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="integers">As many as it has elements, row by row, with its fraction bits; copied.</param>
    /// <exception cref="ParameterException">They are not as many, or one is outside the input's range.</exception>
    public CircuitInputs Set(Wire input, ReadOnlySpan<long> integers)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireCount(input, integers.Length);
        foreach (long integer in integers)
        {
            if (integer < input.Range.Low || integer > input.Range.High)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"The {input} was given a value outside its range, [{input.Range.Low}, {input.Range.High}] as integers: clip the data, or plan with a wider range.");
            }
        }

        return Put(input, MemoryMarshal.Cast<long, ulong>(integers));
    }

    /// <summary>The numbers of an input, rounded to its fraction bits.</summary>
    /// <exception cref="ParameterException">The shapes differ, or a number is not finite or outside the input's range.</exception>
    public CircuitInputs Set(Wire input, in ReadOnlyTensorSpan<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!Shape.Of(numbers.Lengths).Equals(input.Shape))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {input} was given a tensor of shape {Shape.Of(numbers.Lengths)}.");
        }

        var flat = new double[input.Count];
        numbers.FlattenTo(flat);
        using var words = new SecretBuffer<long>(flat.Length);
        FixedPointFormat.Widest(input.FractionBits).Encode(flat, words.Span);
        Array.Clear(flat);
        return Set(input, words.Span);
    }

    /// <summary>This party's share of a shared input; copied.</summary>
    /// <exception cref="ParameterException">Shape or fraction bits differ.</exception>
    public CircuitInputs Set(Wire input, ArithmeticShare share)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(share);
        if (!share.Shape.Equals(input.Shape) || share.FractionBits != input.FractionBits || share.Parties != input.Circuit.Parties)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {input} of {input.Circuit.Parties} parties was given a {share}.");
        }

        Put(input, share.Words);
        GC.KeepAlive(share);
        return this;
    }

    /// <summary>Room for this party's share of a shared input, for the caller to fill; it lasts as long as these inputs do.</summary>
    internal Span<ulong> RoomFor(Wire input)
    {
        var words = new SecretBuffer<ulong>(input.Count);
        Put(input, words);
        return words.Span;
    }

    /// <summary>This party's end of private weights that products use; the caller keeps owning it.</summary>
    public CircuitInputs Set(PrivateWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _weights.Add(weights);
        return this;
    }

    /// <summary>Wipes the words.</summary>
    public void Dispose()
    {
        foreach (SecretBuffer<ulong> words in _words.Values)
            words.Dispose();
    }

    internal IReadOnlyList<PrivateWeights> Weights => _weights;

    /// <summary>The words of an input; null if this party brings none.</summary>
    internal SecretBuffer<ulong>? Find(Wire input) => _words.GetValueOrDefault(input.Id);

    private CircuitInputs Put(Wire input, ReadOnlySpan<ulong> words)
    {
        Put(input, new SecretBuffer<ulong>(words));
        return this;
    }

    private void Put(Wire input, SecretBuffer<ulong> words)
    {
        if (_words.Remove(input.Id, out SecretBuffer<ulong>? earlier))
        {
            earlier.Dispose();
        }

        _words.Add(input.Id, words);
    }

    private static void RequireCount(Wire input, int given)
    {
        if (given != input.Count)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {input} has {input.Count} elements; {given} were given.");
        }
    }
}
