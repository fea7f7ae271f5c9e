using System.Collections.Concurrent;
using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>
/// The evaluator's steps, of the party that knows the weights: adds its share of the inputs, multiplies, and makes the results fit to be
/// sent, as shares of both parties or for the key's owner alone.
/// </summary>
/// <remarks>
/// What leaves has an encryption of zero under the owner's public key added, so that its c_1 tells of neither weights nor inputs
/// (computational, by ring learning with errors), and its decryption is masked (<see cref="MaskUniform"/>: perfectly) or flooded
/// (<see cref="RevealTo"/>: statistically). One call at a time; a call takes as many cores as it was given. Working memory is wiped.
/// Source: Huang et al. (2022), section 3.
/// </remarks>
public sealed class RingPackedEvaluator : IDisposable
{
    private readonly PublicKey _publicKey;
    private readonly ExactEncoder _encoder;
    private readonly CkksEvaluator _evaluator;
    private readonly ReplyWorker[] _workers;
    private readonly ResultMerger? _merger;

    // Ciphertexts that nobody uses any more, for those that come next: fresh memory costs page faults and collections, which for a layer's
    // take as long as a good part of computing on them.
    private readonly ConcurrentStack<Ciphertext> _spare = new();

    /// <summary>Evaluates for the owner of a key.</summary>
    /// <param name="publicKey">The owner's public key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    /// <param name="cores">How many cores a call may take; 1 unless given, 0 for all.</param>
    /// <param name="mergeKeys">The owner's keys for merging results, where layers are packed so.</param>
    /// <exception cref="ParameterException">The keys are of other parameters.</exception>
    public RingPackedEvaluator(PublicKey publicKey, IRandomSource? random = null, int cores = 1, GaloisKeys? mergeKeys = null)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        ArgumentOutOfRangeException.ThrowIfNegative(cores);
        _publicKey = publicKey;
        _encoder = new ExactEncoder(Context);
        _evaluator = new CkksEvaluator(Context);
        if (mergeKeys is not null)
        {
            Context.RequireSame(mergeKeys.Context, "Galois key");
            _merger = new ResultMerger(_evaluator, mergeKeys);
        }

        _workers = new ReplyWorker[cores == 0 ? Environment.ProcessorCount : cores];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new ReplyWorker(publicKey, _encoder, _evaluator, random ?? OsRandom.Instance);
        }
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context => _publicKey.Context;

    /// <summary>Reads a layer's inputs as they came. Costs expanding a seed each.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="message">The ciphertexts, one after the other: the plan's bytes up.</param>
    /// <returns>The ciphertexts, for <see cref="Multiply(RingPackedWeights, ReadOnlySpan{Ciphertext})"/>, then for <see cref="Recycle"/>.</returns>
    /// <exception cref="ParameterException">The parameters differ.</exception>
    /// <exception cref="FormatRefusedException">The bytes are not as many as they should be, or a residue is not below its prime.</exception>
    public Ciphertext[] ReadInputs(RingPacking packing, ReadOnlyMemory<byte> message)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.RequireParameters(Context);
        return ReadInputs(packing, message, packing.Plan.CiphertextsUp);
    }

    /// <summary>Reads so many of a layer's inputs.</summary>
    internal Ciphertext[] ReadInputs(RingPacking packing, ReadOnlyMemory<byte> message, int count)
    {
        int each = RingPackedWire.InputBytes(packing);
        RingPackedWire.RequireBytes(message.Length, checked(count * each), "inputs");
        var inputs = new Ciphertext[count];
        WorkerLoop.Run(_workers, inputs.Length, (_, i) =>
        {
            inputs[i] = Spare();
            RingPackedWire.ReadInput(packing, message.Span.Slice(i * each, each), inputs[i]);
        });
        return inputs;
    }

    /// <summary>Takes ciphertexts that are used no more: later ones lie where they did.</summary>
    /// <param name="ciphertexts">The ciphertexts, of this evaluator's parameters, each given once.</param>
    public void Recycle(ReadOnlySpan<Ciphertext> ciphertexts)
    {
        foreach (Ciphertext ciphertext in ciphertexts)
        {
            Context.RequireSame(ciphertext.Context, "ciphertext");
            _spare.Push(ciphertext);
        }
    }

    /// <summary>Adds this party's share of the inputs: afterwards the ciphertexts hold the sum modulo 2^64. Costs a transform a prime of each.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="inputs">The key owner's ciphertexts, which are changed.</param>
    /// <param name="share">This party's share, in the shape's order.</param>
    /// <exception cref="ArgumentException">The share has another length.</exception>
    /// <exception cref="ParameterException">There are more or fewer ciphertexts than inputs, parameters or levels differ, or the layer was planned without shares.</exception>
    public void AddShare(RingPacking packing, ReadOnlySpan<Ciphertext> inputs, ReadOnlySpan<ulong> share)
    {
        RequireInputs(packing, inputs);
        AddShare(packing, inputs, share, 0);
    }

    /// <summary>The same for some of the inputs, from one on.</summary>
    internal void AddShare(RingPacking packing, ReadOnlySpan<Ciphertext> inputs, ReadOnlySpan<ulong> share, int first)
    {
        RingPacking.RequireLength(share.Length, packing.Shape.InputLength, nameof(share));
        if (!packing.Options.InputsAreShared)
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"{packing.Shape}: the layer was planned for inputs of the key's owner alone, so its noise has no room for a share's rounding; plan it with {nameof(RingPackedOptions.InputsAreShared)}.");
        }

        using var copy = new SecretBuffer<ulong>(share);
        Ciphertext[] ciphertexts = inputs.ToArray();
        WorkerLoop.Run(_workers, ciphertexts.Length, (worker, i) => worker.AddShare(packing, first + i, ciphertexts[i], copy.Span));
    }

    /// <summary>
    /// Multiplies inputs by weights and adds up, and merges results where the layer is packed so. Costs two products of polynomials a prime for
    /// each of the plan's products, and its key switches.
    /// </summary>
    /// <param name="weights">The layer's weights, prepared.</param>
    /// <param name="inputs">The ciphertexts of its inputs.</param>
    /// <exception cref="ParameterException">There are more or fewer ciphertexts than inputs, or parameters or levels differ.</exception>
    public RingPackedProduct Multiply(RingPackedWeights weights, ReadOnlySpan<Ciphertext> inputs)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return Multiply(weights.Packing, weights, inputs);
    }

    /// <summary>The same for weights that were prepared for another number of rows.</summary>
    /// <param name="packing">The layer, with the rows there are.</param>
    /// <param name="weights">Its weights, prepared for a packing that differs in rows at most.</param>
    /// <param name="inputs">The ciphertexts of its inputs.</param>
    /// <exception cref="ParameterException">The weights were prepared for another layer, or the ciphertexts do not fit.</exception>
    public RingPackedProduct Multiply(RingPacking packing, RingPackedWeights weights, ReadOnlySpan<Ciphertext> inputs)
    {
        RequireInputs(packing, inputs);
        RingPackedSums sums = Begin(packing, weights);
        sums.Add(inputs.ToArray());
        return sums.Finish();
    }

    /// <summary>Begins to multiply inputs as they come.</summary>
    /// <param name="packing">The layer, with the rows there are.</param>
    /// <param name="weights">Its weights, prepared for a packing that differs in rows at most.</param>
    /// <exception cref="ParameterException">The weights were prepared for another layer.</exception>
    internal RingPackedSums Begin(RingPacking packing, RingPackedWeights weights)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(weights);
        packing.RequireParameters(Context);
        weights.RequireAlive();
        if (!weights.Serve(packing))
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"The weights were prepared for {weights.Packing.Shape} and cannot serve {packing.Shape}: only the rows may differ, and those only with tiles of the same columns.");
        }

        Ciphertext[] products = Spares(packing.Plan.Sums);
        foreach (Ciphertext product in products)
        {
            product.Reset(2, packing.Level, ExactEncoder.ScaleAt(Context.Parameters, packing.Level));
        }

        return new RingPackedSums(this, packing, weights, products);
    }

    /// <summary>Does all parts of something, of as many as there are cores, or items.</summary>
    internal void OnCores(int items, Action<int, int> part)
    {
        int parts = Math.Min(_workers.Length, items);
        WorkerLoop.Run(_workers, parts, (_, i) => part(i, parts));
    }

    /// <summary>
    /// Makes shares of the results: the ciphertexts decrypt to the results, plus what this party adds, less uniform masks, and the masks,
    /// rounded, are this party's share. Both shares add up to the result modulo 2^64, but for the last bit.
    /// </summary>
    /// <param name="product">The results; used up.</param>
    /// <param name="bias">What this party adds to each result, modulo 2^64: a bias, a product of its own; nothing if empty.</param>
    /// <param name="share">Takes this party's share, in the shape's order.</param>
    /// <returns>The ciphertexts to send, at the plan's reply level.</returns>
    /// <remarks>
    /// Masks are uniform modulo Q on every coefficient, so what the key's owner decrypts is uniform and independent of weights and inputs.
    /// The sum of shares is one too large or small for about noise 2^65 / Q of the results: rounding two numbers is not rounding their sum.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The results have been used.</exception>
    /// <exception cref="ArgumentException">Bias or share have another length.</exception>
    public Ciphertext[] MaskUniform(RingPackedProduct product, ReadOnlySpan<ulong> bias, Span<ulong> share) => Mask(product, bias, share, null);

    /// <summary>The same, written as it is sent.</summary>
    /// <param name="product">The results; used up.</param>
    /// <param name="bias">What this party adds to each result, modulo 2^64; nothing if empty.</param>
    /// <param name="share">Takes this party's share, in the shape's order.</param>
    /// <param name="message">Takes the ciphertexts, one after the other: <see cref="RingPacking.ReplyBytes"/>.</param>
    /// <exception cref="InvalidOperationException">The results have been used.</exception>
    /// <exception cref="ArgumentException">Bias, share or message have another length.</exception>
    public void WriteMasked(RingPackedProduct product, ReadOnlySpan<ulong> bias, Span<ulong> share, Memory<byte> message) =>
        Recycle(Mask(product, bias, share, message));

    /// <summary>
    /// Reveals the results to the key's owner and nothing else: what is no result becomes uniform, and the noise is drowned in noise
    /// 2^bits times its bound, for the bits that the layer was planned with.
    /// </summary>
    /// <param name="product">The results; used up.</param>
    /// <param name="bias">What this party adds to each result, modulo 2^64; nothing if empty.</param>
    /// <returns>The ciphertexts to send, at the plan's reply level; they decrypt to the results exactly.</returns>
    /// <exception cref="ParameterException">The layer was not planned for revealing its results.</exception>
    /// <exception cref="InvalidOperationException">The results have been used.</exception>
    /// <exception cref="ArgumentException">The bias has another length.</exception>
    public Ciphertext[] RevealTo(RingPackedProduct product, ReadOnlySpan<ulong> bias) => Reveal(product, bias, null);

    /// <summary>The same, written as it is sent.</summary>
    /// <param name="product">The results; used up.</param>
    /// <param name="bias">What this party adds to each result, modulo 2^64; nothing if empty.</param>
    /// <param name="message">Takes the ciphertexts, one after the other: <see cref="RingPacking.ReplyBytes"/>.</param>
    /// <exception cref="ParameterException">The layer was not planned for revealing its results.</exception>
    /// <exception cref="InvalidOperationException">The results have been used.</exception>
    /// <exception cref="ArgumentException">Bias or message have another length.</exception>
    public void WriteRevealed(RingPackedProduct product, ReadOnlySpan<ulong> bias, Memory<byte> message) => Recycle(Reveal(product, bias, message));

    /// <summary>Wipes working memory.</summary>
    public void Dispose()
    {
        foreach (ReplyWorker worker in _workers)
        {
            worker.Dispose();
        }
    }

    private Ciphertext[] Mask(RingPackedProduct product, ReadOnlySpan<ulong> bias, Span<ulong> share, Memory<byte>? message)
    {
        RingPacking packing = RequireProduct(product, bias);
        RingPacking.RequireLength(share.Length, packing.Shape.OutputLength, nameof(share));
        RequireRoom(packing, message);
        Ciphertext[] ciphertexts = product.Take();
        using SecretBuffer<ulong> addend = BiasOf(packing, bias);
        using var shares = new SecretBuffer<ulong>(share.Length);
        WorkerLoop.Run(
            _workers, ciphertexts.Length, (worker, i) => worker.Mask(packing, i, ciphertexts[i], addend.Span, shares.Span, Place(packing, i, message)));
        shares.Span.CopyTo(share);
        return ciphertexts;
    }

    private Ciphertext[] Reveal(RingPackedProduct product, ReadOnlySpan<ulong> bias, Memory<byte>? message)
    {
        RingPacking packing = RequireProduct(product, bias);
        if (packing.Options.RevealBits == 0)
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"{packing.Shape}: the layer was planned for shares, so its noise has no room to be drowned; plan it with {nameof(RingPackedOptions.RevealBits)} of 40 or more, or use {nameof(MaskUniform)}.");
        }

        RequireRoom(packing, message);
        Ciphertext[] ciphertexts = product.Take();
        using SecretBuffer<ulong> addend = BiasOf(packing, bias);
        WorkerLoop.Run(_workers, ciphertexts.Length, (worker, i) => worker.Flood(packing, i, ciphertexts[i], addend.Span, Place(packing, i, message)));
        return ciphertexts;
    }

    /// <summary>A layer's results, merged where it is packed so.</summary>
    internal RingPackedProduct Merged(RingPacking packing, Ciphertext[] sums)
    {
        if (packing.Merge.Levels == 0)
        {
            return new RingPackedProduct(packing, sums);
        }

        ResultMerger merger = _merger ?? throw new ParameterException(
            ParameterFault.Mismatch, $"{packing.Shape} is packed with results to be merged, and the evaluator has no keys for it; give it the owner's.");
        Ciphertext[] scratch = Spares(_workers.Length);
        Ciphertext[] merged = merger.Merge(packing, sums, scratch);
        Recycle(scratch);
        Recycle([.. sums.Except(merged)]);
        return new RingPackedProduct(packing, merged);
    }

    private Ciphertext[] Spares(int count)
    {
        var ciphertexts = new Ciphertext[count];
        for (int i = 0; i < count; i++)
        {
            ciphertexts[i] = Spare();
        }

        return ciphertexts;
    }

    // Of any content.
    private Ciphertext Spare() => _spare.TryPop(out Ciphertext? ciphertext) ? ciphertext : new Ciphertext(Context);

    // Where a message has a result ciphertext; nowhere if there is no message.
    private static Span<byte> Place(RingPacking packing, int output, Memory<byte>? message) =>
        message is { } bytes ? bytes.Span[packing.ReplyOf(output)] : [];

    private static void RequireRoom(RingPacking packing, Memory<byte>? message)
    {
        if (message is { } bytes && bytes.Length != packing.ReplyBytes)
        {
            throw new ArgumentException($"The layer's results take {packing.ReplyBytes} bytes and the message has {bytes.Length}.", nameof(message));
        }
    }

    private void RequireInputs(RingPacking packing, ReadOnlySpan<Ciphertext> inputs)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.RequireParameters(Context);
        RingPacking.Require(Context, inputs, packing.Plan.CiphertextsUp, "input");
        foreach (Ciphertext input in inputs)
        {
            if (input.Level != packing.Level)
            {
                throw new ParameterException(ParameterFault.Mismatch, $"An input ciphertext is at level {input.Level} and the layer's are at {packing.Level}; encrypt for the same packing, and do not switch inputs down.");
            }
        }
    }

    private RingPacking RequireProduct(RingPackedProduct product, ReadOnlySpan<ulong> bias)
    {
        ArgumentNullException.ThrowIfNull(product);
        product.Packing.RequireParameters(Context);
        if (!bias.IsEmpty)
        {
            RingPacking.RequireLength(bias.Length, product.Packing.Shape.OutputLength, nameof(bias));
        }

        return product.Packing;
    }

    private static SecretBuffer<ulong> BiasOf(RingPacking packing, ReadOnlySpan<ulong> bias) =>
        bias.IsEmpty ? new SecretBuffer<ulong>(packing.Shape.OutputLength) : new SecretBuffer<ulong>(bias);
}
