using System.Diagnostics;

namespace Hybrid.Seal.RingPacked;

/// <summary>A layer's products as its inputs come: each is multiplied when it is there, and needed no more.</summary>
/// <remarks>One call at a time. Costs the same products as all at once, and a pass over the results for each further call.</remarks>
internal sealed class RingPackedSums
{
    private readonly RingPackedEvaluator _evaluator;
    private readonly RingPackedWeights _weights;
    private Ciphertext[]? _products;

    /// <summary>Begins with no inputs.</summary>
    /// <param name="evaluator">Whose memory and cores it takes.</param>
    /// <param name="packing">The layer.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="products">As many ciphertexts as the plan has sums, of the layer's level.</param>
    public RingPackedSums(RingPackedEvaluator evaluator, RingPacking packing, RingPackedWeights weights, Ciphertext[] products)
    {
        _evaluator = evaluator;
        _weights = weights;
        _products = products;
        Packing = packing;
    }

    /// <summary>The layer.</summary>
    public RingPacking Packing { get; }

    /// <summary>How many of its inputs have come.</summary>
    public int InputsTaken { get; private set; }

    /// <summary>Seconds that multiplying has taken.</summary>
    public double Seconds { get; private set; }

    /// <summary>Multiplies the next inputs and adds up.</summary>
    /// <param name="inputs">The ciphertexts, which are left as they are.</param>
    public void Add(Ciphertext[] inputs)
    {
        Ciphertext[] products = _products ?? throw Taken();
        long started = Stopwatch.GetTimestamp();
        _evaluator.OnCores(products.Length, (part, parts) => PackedProducts.Add(Packing, _weights, inputs, InputsTaken, products, part, parts));
        InputsTaken += inputs.Length;
        Seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Merges results where the layer is packed so, and hands them out.</summary>
    /// <exception cref="InvalidOperationException">Inputs are missing, or the results were taken.</exception>
    public RingPackedProduct Finish()
    {
        if (InputsTaken != Packing.Plan.CiphertextsUp)
        {
            throw new InvalidOperationException($"The layer has {Packing.Plan.CiphertextsUp} input ciphertexts and {InputsTaken} were multiplied.");
        }

        Ciphertext[] products = Interlocked.Exchange(ref _products, null) ?? throw Taken();
        return _evaluator.Merged(Packing, products);
    }

    private static InvalidOperationException Taken() => new("These results have been taken already; multiply again.");
}
