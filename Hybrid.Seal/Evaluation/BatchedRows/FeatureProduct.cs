using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>
/// Y = X W^T + b for a matrix X with a row in each slot and a ciphertext for each feature (<see cref="FeatureLayout"/>), and known weights W:
/// output o is the sum of w[o, f] x_f, without rotations, transforms or Galois keys.
/// </summary>
/// <remarks>
/// Costs (level + 1) 2 N features products with a constant for each output; the ciphertexts are read once for all outputs, in strips that
/// stay in near memory. Immutable; any number of threads may share one. Nothing is revealed to anyone, but the key's owner can learn about
/// W from the noise: what leaves for them goes through a <see cref="SlotReplies.SlotReplyEvaluator"/>.
/// </remarks>
public sealed class FeatureProduct
{
    // Residues of all operands in a strip: half of a usual second-level cache.
    private const int StripResidues = 1 << 17;
    private const int ShortestStrip = 64;

    private readonly CkksContext _context;
    private readonly ulong[] _weights; // prime by prime, output by output
    private readonly double[] _bias;
    private readonly double _largestNorm; // of an output's integer weights

    /// <summary>Rounds weights to integers at a scale.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="weights">Output by output, outputs times features finite numbers.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="features">Features.</param>
    /// <param name="level">Level of the operands.</param>
    /// <param name="scale">The weights' scale.</param>
    /// <param name="bias">A number to add to each output, or none.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size, the level or the scale is out of range.</exception>
    /// <exception cref="ParameterException">A weight is not finite, or too large for level and scale.</exception>
    public FeatureProduct(
        CkksContext context, ReadOnlySpan<double> weights, int outputs, int features, int level, double scale, ReadOnlySpan<double> bias = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        context.RequireLevel(level, nameof(level));
        context.RequireScale(scale, level, nameof(scale));
        if (weights.Length != (long)outputs * features || (bias.Length != 0 && bias.Length != outputs))
        {
            throw new ArgumentException($"{outputs} outputs of {features} features have {(long)outputs * features} weights and {outputs} biases or none; {weights.Length} and {bias.Length} were given.", nameof(weights));
        }

        _context = context;
        Outputs = outputs;
        Features = features;
        Level = level;
        Scale = scale;
        _bias = bias.ToArray();
        _weights = new ulong[(level + 1) * weights.Length];
        var squares = new double[outputs];
        for (int i = 0; i < weights.Length; i++)
        {
            double scaled = Math.Round(weights[i] * scale, MidpointRounding.ToEven);
            if (!double.IsFinite(scaled) || Math.Log2(Math.Abs(scaled) + 1) >= context.BitsAt(level) - 1)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange, $"Weight {i} is not finite, or too large for level {level} at scale 2^{Math.Log2(scale):F1}; use finite and smaller weights, or a smaller scale.");
            }

            squares[i / features] += scaled * scaled;
            for (int prime = 0; prime <= level; prime++)
            {
                _weights[(prime * weights.Length) + i] = ConstantResidue.Of(scaled, context.Ring.Modulus(prime));
            }
        }

        _largestNorm = Math.Sqrt(squares.Max());
    }

    /// <summary>Outputs: ciphertexts of a result.</summary>
    public int Outputs { get; }

    /// <summary>Features: ciphertexts of an operand.</summary>
    public int Features { get; }

    /// <summary>The level of operands and results.</summary>
    public int Level { get; }

    /// <summary>The weights' scale; results have its product with the operands'.</summary>
    public double Scale { get; }

    /// <summary>
    /// A bound on the noise of results, from one on that of every operand: sum w_f e_f has the variance of e times the sum of squares of the weights'
    /// integers.
    /// </summary>
    /// <param name="features">Of every operand, whose noises are independent: that come from different encryptions.</param>
    /// <remarks>
    /// The root of the sum of squares, of the output where it is largest, is rounded up to a power of two; who is told the bound learns that of the weights.
    /// Against results of weights as they were rounded: that rounding is no noise.
    /// </remarks>
    public NoiseBound Noise(NoiseBound features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return features.MultiplyPlain(Math.Pow(2, Math.Ceiling(Math.Log2(Math.Max(1, _largestNorm)))));
    }

    /// <summary>Multiplies; results are not rescaled.</summary>
    /// <param name="evaluator">An evaluator of the same parameters.</param>
    /// <param name="features">A ciphertext for each feature, of two polynomials, all of this level and of one scale.</param>
    /// <param name="destinations">One for each output; none of the operands.</param>
    /// <param name="maxDegreeOfParallelism">How many threads may work on it; with one, nothing is allocated once warm.</param>
    /// <exception cref="ArgumentException">There are not as many operands or destinations, or a destination is an operand.</exception>
    /// <exception cref="ParameterException">Parameters, levels or scales do not fit, or the scale would pass the modulus.</exception>
    public void Apply(CkksEvaluator evaluator, ReadOnlySpan<Ciphertext> features, ReadOnlySpan<Ciphertext> destinations, int maxDegreeOfParallelism = 1)
    {
        double scale = RequireOperands(evaluator, features, destinations, maxDegreeOfParallelism);
        using WorkspacePool.Loan loan = _context.Workspaces.Borrow(AddressCount);
        for (int o = 0; o < Outputs; o++)
        {
            destinations[o].Reset(2, Level, scale);
        }

        Span<ulong> addresses = loan.Span;
        for (int block = 0; block < 2 * (Level + 1); block++)
        {
            Span<ulong> some = addresses.Slice(block * (Features + Outputs), Features + Outputs);
            for (int i = 0; i < some.Length; i++)
            {
                Ciphertext ciphertext = i < Features ? features[i] : destinations[i - Features];
                some[i] = (ulong)ciphertext.Address(block / (Level + 1), block % (Level + 1));
            }
        }

        int strips = _context.Degree / StripLength;
        Workers.Run(2 * (Level + 1) * strips, maxDegreeOfParallelism, (Product: this, loan.Block), static (work, task) => work.Product.Sum(work.Block, task));
        foreach (Ciphertext feature in features)
        {
            GC.KeepAlive(feature);
        }

        for (int o = 0; o < Outputs; o++)
        {
            if (_bias.Length != 0)
            {
                evaluator.AddConstant(destinations[o], _bias[o], destinations[o]);
            }

            GC.KeepAlive(destinations[o]);
        }
    }

    private int AddressCount => 2 * (Level + 1) * (Features + Outputs);

    // A power of two, as the degree is.
    private int StripLength
    {
        get
        {
            int length = _context.Degree;
            while (length > ShortestStrip && (long)length * Features > StripResidues)
            {
                length /= 2;
            }

            return length;
        }
    }

    // All outputs of one strip of one prime of one polynomial.
    private unsafe void Sum(ResidueBlock addresses, int task)
    {
        int length = StripLength;
        int strips = _context.Degree / length;
        int block = task / strips;
        int prime = block % (Level + 1);
        nint offset = (nint)(task % strips) * length * sizeof(ulong);
        var all = new ReadOnlySpan<nint>(addresses.Pointer + (block * (Features + Outputs)), Features + Outputs);
        using WorkspacePool.Loan loan = _context.Workspaces.Borrow(Features);
        Span<nint> terms = System.Runtime.InteropServices.MemoryMarshal.Cast<ulong, nint>(loan.Span);
        for (int f = 0; f < Features; f++)
        {
            terms[f] = all[f] + offset;
        }

        for (int o = 0; o < Outputs; o++)
        {
            ReadOnlySpan<ulong> weights = _weights.AsSpan(((prime * Outputs) + o) * Features, Features);
            _context.Ring.Primes[prime].Residues.WeightedSum(terms, weights, new Span<ulong>((void*)(all[Features + o] + offset), length));
        }

        GC.KeepAlive(addresses);
    }

    private double RequireOperands(CkksEvaluator evaluator, ReadOnlySpan<Ciphertext> features, ReadOnlySpan<Ciphertext> destinations, int threads)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, "maxDegreeOfParallelism");
        _context.RequireSame(evaluator.Context, "evaluator");
        if (features.Length != Features || destinations.Length != Outputs)
        {
            throw new ArgumentException($"There are {features.Length} operands and {destinations.Length} destinations; {Features} and {Outputs} are needed.", nameof(features));
        }

        foreach (Ciphertext feature in features)
        {
            ArgumentNullException.ThrowIfNull(feature, nameof(features));
            _context.RequireSame(feature.Context, "ciphertext");
            if (feature.Level != Level || feature.Size != 2)
            {
                throw new ParameterException(
                    ParameterFault.Mismatch, $"An operand is at level {feature.Level} with {feature.Size} polynomials; this product takes level {Level} and 2.");
            }

            CkksEvaluator.RequireSameScale(feature.Scale, features[0].Scale);
            if (destinations.Contains(feature))
            {
                throw new ArgumentException("A destination is an operand, which is read to the end; give another.", nameof(destinations));
            }
        }

        foreach (Ciphertext destination in destinations)
        {
            ArgumentNullException.ThrowIfNull(destination, nameof(destinations));
            _context.RequireSame(destination.Context, "destination");
        }

        double scale = features[0].Scale * Scale;
        if (Math.Log2(scale) >= _context.BitsAt(Level))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"The product's scale, 2^{Math.Log2(scale):F1}, is beyond the modulus, 2^{_context.BitsAt(Level):F1} at level {Level}; use smaller scales.");
        }

        return scale;
    }
}
