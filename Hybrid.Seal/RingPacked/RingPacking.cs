using System.Buffers;
using System.Globalization;

namespace Hybrid.Seal.RingPacked;

/// <summary>
/// Where the numbers, weights and results of a linear layer lie in polynomials, so that products of polynomials are the layer: each
/// result polynomial is a sum of products of input and weight polynomials, and its results are some of its coefficients.
/// </summary>
/// <remarks>
/// Both parties make the same packing from shape, parameters and options. It holds no secrets. Immutable, so any number of threads may
/// share one. Source: Huang, Lu, Hong, Ding, "Cheetah: Lean and Fast Secure Two-Party Deep Neural Network Inference" (2022), section 3.
/// </remarks>
public abstract class RingPacking
{
    private readonly RingPackedNoise _noise;
    private readonly Lazy<int[]> _replyEnds;

    /// <summary>Takes what the shape decided.</summary>
    private protected RingPacking(RingPackedShape shape, CkksParameters parameters, RingPackedOptions options, in PackingCounts counts)
    {
        Shape = shape;
        Parameters = parameters;
        Options = options;
        Level = options.LevelOf(parameters);
        TermCount = counts.Terms;
        Merge = counts.Merge;
        _noise = RingPackedNoise.Of(parameters, options, counts);
        Plan = PlanOf(shape, parameters, options, counts, _noise);
        _replyEnds = new Lazy<int[]>(ReplyEnds);
    }

    /// <summary>The layer.</summary>
    public RingPackedShape Shape { get; }

    /// <summary>Degree and primes.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>What the layer must bear.</summary>
    public RingPackedOptions Options { get; }

    /// <summary>The level of input ciphertexts, and of products.</summary>
    public int Level { get; }

    /// <summary>What it will send and compute.</summary>
    public RingPackedPlan Plan { get; }

    /// <summary>Bytes of the result ciphertexts, one after the other as they are sent; null if they are more than an array holds.</summary>
    public int? ReplyBytes => _replyEnds.Value is [.., int end] ? end : null;

    /// <summary>Products that add up to a result polynomial.</summary>
    internal int TermCount { get; }

    /// <summary>How a result's terms are cut into groups, whose inputs are sent together and multiplied once they are there.</summary>
    internal TermGroups Groups => new(Plan.CiphertextsUp, TermCount, RingPackedWire.InputBytes(this));

    /// <summary>How result polynomials become ciphertexts to be sent.</summary>
    internal ResultMerge Merge { get; }

    /// <summary>The keys that results are merged with.</summary>
    internal MergeKeys MergeKeys => Merge.Keys(Parameters.Degree, Options.Merging ?? default);

    /// <summary>Bits of the flooding noise of revealed results.</summary>
    internal int FloodingBits => _noise.FloodingBits;

    /// <summary>What weight polynomials depend on: packings where it is equal share them.</summary>
    internal virtual object WeightLayout => this;

    /// <summary>A result polynomial's first input and weight polynomials; those of its further terms follow them.</summary>
    internal abstract (int Input, int Weight) FirstTermOf(int output);

    /// <summary>Writes an input polynomial's coefficients, numbers modulo 2^64, over zeros.</summary>
    internal abstract void PackInput(int input, ReadOnlySpan<ulong> values, Span<ulong> coefficients);

    /// <summary>Writes a weight polynomial's coefficients over zeros.</summary>
    internal abstract void PackWeights(int weight, ReadOnlySpan<long> weights, Span<long> coefficients);

    /// <summary>How many coefficients of a weight polynomial, the lowest, may not be zero.</summary>
    internal virtual int WeightCoefficients => Parameters.Degree;

    /// <summary>Writes which coefficients of a result polynomial are results, and which, before polynomials are merged; returns how many.</summary>
    private protected abstract int PlacesOfSum(int sum, Span<int> coefficients, Span<int> results);

    /// <summary>The same of a ciphertext that is sent.</summary>
    internal int Places(int output, Span<int> coefficients, Span<int> results)
    {
        int count = 0;
        int end = Math.Min(Plan.Sums, (output + 1) << Merge.Levels);
        for (int sum = output << Merge.Levels; sum < end; sum++)
        {
            int offset = Merge.OffsetOf(sum & (Merge.Group - 1));
            int places = PlacesOfSum(sum, coefficients[count..], results[count..]);
            foreach (ref int coefficient in coefficients.Slice(count, places))
            {
                coefficient += offset;
            }

            count += places;
        }

        return count;
    }

    /// <summary>A result ciphertext's part of what is sent.</summary>
    internal Range ReplyOf(int output) => (output == 0 ? 0 : _replyEnds.Value[output - 1]).._replyEnds.Value[output];

    /// <summary>results[…] = the coefficients that are results.</summary>
    internal void Gather(int output, ReadOnlySpan<ulong> coefficients, Span<ulong> results)
    {
        using var places = new PlaceList(this, output);
        for (int i = 0; i < places.Count; i++)
        {
            results[places.Results[i]] = coefficients[places.Coefficients[i]];
        }
    }

    /// <summary>The coefficients that are results = results[…]; others stay.</summary>
    internal void Scatter(int output, ReadOnlySpan<ulong> results, Span<ulong> coefficients)
    {
        using var places = new PlaceList(this, output);
        for (int i = 0; i < places.Count; i++)
        {
            coefficients[places.Coefficients[i]] = results[places.Results[i]];
        }
    }

    /// <summary>target[k] = source[k] for the coefficients that are results.</summary>
    internal void CopyUsed(int output, ReadOnlySpan<ulong> source, Span<ulong> target)
    {
        using var places = new PlaceList(this, output);
        foreach (int coefficient in places.Coefficients)
        {
            target[coefficient] = source[coefficient];
        }
    }

    /// <summary>Throws if ciphertexts are not as many as they should be, or of other parameters.</summary>
    internal static void Require(CkksContext context, ReadOnlySpan<Ciphertext> ciphertexts, int expected, string what)
    {
        if (ciphertexts.Length != expected)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"The layer has {expected} {what} ciphertexts and {ciphertexts.Length} were given; pack both sides with the same shape, parameters and options.");
        }

        foreach (Ciphertext ciphertext in ciphertexts)
        {
            ArgumentNullException.ThrowIfNull(ciphertext, nameof(ciphertexts));
            context.RequireSame(ciphertext.Context, "ciphertext");
            if (ciphertext.Size != 2)
            {
                throw new ParameterException(ParameterFault.Mismatch, $"A ciphertext of the {what} has {ciphertext.Size} polynomials; ring-packed layers take fresh ones, of two.");
            }
        }
    }

    /// <summary>Throws if numbers are not as many as they should be.</summary>
    internal static void RequireLength(int length, int expected, string parameter)
    {
        if (length != expected)
        {
            throw new ArgumentException($"The layer has {expected} numbers there and {length} were given.", parameter);
        }
    }

    /// <summary>Throws unless there are so many numbers, and keys and contexts are of the packing's parameters.</summary>
    internal void Require(CkksContext context, int length, int expected, string parameter)
    {
        RequireParameters(context);
        RequireLength(length, expected, parameter);
    }

    /// <summary>Throws unless keys and contexts are of the packing's parameters.</summary>
    internal void RequireParameters(CkksContext context)
    {
        if (!context.Parameters.Equals(Parameters))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The layer is packed for {Parameters} and the key has {context.Parameters}; use the same parameters for both.");
        }
    }

    // Where each result ciphertext ends; none if the last ends too far.
    private int[] ReplyEnds()
    {
        var ends = new int[Plan.CiphertextsDown];
        long end = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            end += RingPackedWire.OutputBytes(this, i);
            if (end > Array.MaxLength)
            {
                return [];
            }

            ends[i] = (int)end;
        }

        return ends;
    }

    private static RingPackedPlan PlanOf(RingPackedShape shape, CkksParameters parameters, RingPackedOptions options, in PackingCounts counts, RingPackedNoise noise)
    {
        ulong least = parameters.Primes.Take(options.LevelOf(parameters) + 1).Min(prime => prime.Value);
        if ((ulong)options.LargestWeight >= least)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{shape}: weights up to {options.LargestWeight} are not below the least prime, {least}; use shorter weights or longer primes.");
        }

        if (!noise.Fits)
        {
            throw new ParameterException(ParameterFault.OutOfRange, string.Create(
                CultureInfo.InvariantCulture,
                $"{shape}: weights up to {options.LargestWeight} leave noise of up to 2^{noise.FullBits:F1} at {parameters}, {(options.RevealBits > 0 ? $"{options.RevealBits} bits of flooding included, " : string.Empty)}and it must stay below 2^{noise.FullLimitBits:F1}; use shorter weights, or the parameters that {nameof(RingPackedParameters)}.{nameof(RingPackedParameters.Choose)} finds."));
        }

        if (options.RevealBits > 0 && noise.FloodingBits > Sampling.FloodingSampler.MaximumResidueBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{shape}: revealing with {options.RevealBits} bits of security takes noise of 2^{noise.FloodingBits}, and 2^{Sampling.FloodingSampler.MaximumResidueBits} is the most; use fewer bits, or shares.");
        }

        int primes = options.LevelOf(parameters) + 1;
        int sent = noise.ReplyLevel + 1;
        long switches = counts.SwitchesOf(parameters, options) ?? throw new ParameterException(
            ParameterFault.Unsupported, $"{shape}: there are no keys to merge results with at {parameters}; give parameters with a special prime and {nameof(RingPackedOptions.Merging)}, or a tile that merges nothing.");
        return new RingPackedPlan(
            counts.Inputs,
            (long)counts.Outputs * counts.Terms,
            counts.Outputs,
            switches,
            counts.Replies,
            counts.Weights,
            ((noise.InputDroppedBits > 0 ? 3L : 2L) * counts.Inputs * primes) + (2L * counts.Replies * sent),
            ((noise.InputDroppedBits > 0 ? 2L : 1L) * counts.Inputs * primes) + (switches * PackingCost.TransformsOfSwitch(primes)) + (counts.Replies * PackingCost.TransformsOfReply(primes, sent, options.RevealBits > 0)),
            (long)counts.Inputs * RingPackedWire.InputBytes(parameters, primes - 1, noise.InputDroppedBits),
            RingPackedWire.ReplyBytes(parameters, noise.ReplyLevel, noise.DroppedBits, counts.Replies, shape.OutputLength),
            8L * counts.Weights * primes * parameters.Degree,
            noise.ReplyLevel,
            noise.InputDroppedBits,
            noise.DroppedBits,
            noise.Bits,
            noise.LimitBits,
            PackingPrices.Seconds(shape, parameters, options, counts, noise));
    }

    /// <summary>The places of a result polynomial's results, in borrowed memory.</summary>
    internal readonly ref struct PlaceList
    {
        private readonly int[] _memory;
        private readonly int _degree;

        public PlaceList(RingPacking packing, int output)
        {
            _degree = packing.Parameters.Degree;
            _memory = ArrayPool<int>.Shared.Rent(2 * _degree);
            Count = packing.Places(output, _memory.AsSpan(0, _degree), _memory.AsSpan(_degree, _degree));
        }

        public int Count { get; }

        public ReadOnlySpan<int> Coefficients => _memory.AsSpan(0, Count);

        public ReadOnlySpan<int> Results => _memory.AsSpan(_degree, Count);

        public void Dispose() => ArrayPool<int>.Shared.Return(_memory);
    }
}
