using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>
/// CKKS at one party of one connection: the secret key at the client, the public key at the server, which computes. Linear ops with
/// constants that the server knows, exactly; no messages but those of set-up and conversions.
/// </summary>
internal sealed partial class CkksBackend : IAdditiveCipher
{
    private readonly SchemeRegistry _registry;
    private readonly Party _role;
    private readonly CkksOptions _options;
    private readonly CkksKeyChoice _choice;

    // Of a plan that is being drawn up: its keys, or none if none carry it.
    private CkksKeySet[]? _together;
    // The session's, once set up.
    private CkksKeySet? _keys;
    private CkksContext? _context;
    private SecretKey? _secretKey;
    private PublicKey? _publicKey;
    private RingPackedEvaluator? _evaluator;
    private RingPackedEncryptor? _encryptor;
    private RingPackedDecryptor? _decryptor;
    // Of the plan that was run last.
    private (Plan Plan, Task Weights)? _preparing;

    public CkksBackend(SchemeRegistry registry, CkksOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallelism, 1, nameof(options));
        _registry = registry;
        _role = registry.Role;
        _options = options;
        _choice = new CkksKeyChoice(registry, options);
    }

    public Scheme Scheme => Scheme.Ckks;

    public string Keys => _context is null ? string.Empty
        : $"degree {_context.Degree} and {_context.Parameters.TotalBits}-bit modulus{(_keys?.Merging is null ? string.Empty : ", results merged")}";

    /// <summary>The parameters, keys' and ciphertexts', once set up.</summary>
    public CkksContext Context => _context ?? throw NotSetUp();

    public int Parallelism => _options.Parallelism;

    public RingPackedDecryptor Decryptor => _decryptor ??= new RingPackedDecryptor(_secretKey ?? throw NotSetUp(), Parallelism);

    /// <summary>The client's encryptor.</summary>
    public RingPackedEncryptor Encryptor(StepContext context) => _encryptor ??= new RingPackedEncryptor(_secretKey ?? throw NotSetUp(), context.Random, Parallelism);

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (Layout(stretch) is not { } layout || !stretch.Ops.Contains(node))
        {
            return null;
        }

        return node == LinearStretch.FirstProduct(stretch)
            ? QuoteCompute(layout)
            : Schemes.Quote.Free;
    }

    public WorkUnits Units => CkksWork.Units;

    public PartiesWork Work(PlanStep step)
    {
        CkksLayout layout = RequireLayout(step.Stretch);
        return (step.From, step.To) switch
        {
            (not Scheme.Ckks, Scheme.Ckks) => CkksWork.Enter(layout, Parallelism),
            (Scheme.Ckks, not Scheme.Ckks) => CkksWork.Leave(layout, Parallelism),
            _ => CkksWork.Compute(layout, Parallelism),
        };
    }

    public void Consider(IReadOnlyList<Stretch> together)
    {
        if (_keys is not null)
        {
            return;
        }

        LinearStretch?[] stretches = [.. together.Select(LinearStretch.Of).Distinct()];
        // One stretch is quoted as it would be alone; several with what carries them all, or not at all.
        _together = stretches.Length < 2 || stretches.Contains(null) ? null : _choice.For(stretches!) is { } keys ? [keys] : [];
    }

    public Quote QuoteSetUp(IReadOnlyList<PlanStep> steps)
    {
        CkksKeySet keys = KeysFor(steps);
        long bytes = CkksKeyMessage.SeededBytes(keys.Parameters);
        return keys.Merging is null
            ? CkksWork.SetUp(keys).Quoted(_registry, bytesUp: bytes, messages: 1)
            : CkksWork.SetUp(keys).Quoted(_registry, bytesUp: bytes + FrameBytes.Of(MergeKeyMessage.ChoiceBytes) + FrameBytes.Of(keys.MergeKeyBytes), messages: 3);
    }

    public async Task SetUpAsync(Plan plan, StepContext context)
    {
        Task selfTest = SelfTestAsync(isMerging: false, context);
        await (_role == Party.Client ? SendKeysAsync(KeysFor(plan.Steps), context) : ReceiveKeysAsync(plan, context)).ConfigureAwait(false);
        await selfTest.ConfigureAwait(false);
        // The first query will be of this plan most likely, and takes as long to come as the server takes to say that it is ready.
        await PrepareAsync(plan, context).ConfigureAwait(false);
    }

    /// <summary>The server's weights become polynomials while the client's ciphertexts are on their way.</summary>
    public Task PrepareAsync(Plan plan, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (_role == Party.Server && _preparing?.Plan != plan)
        {
            (Stretch Stretch, RingPacking Packing)[] layers =
                [.. plan.Steps.Where(step => !step.IsConversion && step.To == Scheme.Ckks).Select(step => (step.Stretch, RequireLayout(step.Stretch).Packing))];
            _preparing = (plan, Task.Run(() => PrepareWeights(layers, context), context.Cancellation));
        }

        return Task.CompletedTask;
    }

    public Task PreparedAsync() => _preparing?.Weights ?? Task.CompletedTask;

    public Task<HeldTensor[]> ExecuteAsync(PlanStep step, IReadOnlyList<HeldTensor> inputs, StepContext context)
    {
        var tensor = (CkksTensor)inputs[0];
        return Task.FromResult<HeldTensor[]>([new CkksTensor(step.Node, tensor.Layout, product: tensor.Sums?.Finish())]);
    }

    /// <summary>
    /// The layout of a stretch; null if CKKS cannot compute it. Before set-up with the keys that would serve it best, afterwards with
    /// the session's or not at all: a plan quoted before may take more bytes after, and is derived again the same at both parties.
    /// </summary>
    public CkksLayout? Layout(Stretch stretch)
    {
        // No keys carry all of a plan's stretches: none can be computed.
        if (LinearStretch.Of(stretch) is not { } linear || _together is [])
        {
            return null;
        }

        CkksKeySet? keys = _together is [var only] ? only : _keys ?? _choice.Alone(linear);
        return keys is null ? null : _choice.Layout(linear, keys);
    }

    /// <summary>The layout of a stretch that has been planned, and set up for.</summary>
    public CkksLayout RequireLayout(Stretch stretch) =>
        Layout(stretch) ?? throw new InvalidOperationException("The plan has a step on CKKS that CKKS cannot compute.");

    /// <summary>At the server: adds the bias, re-randomises and floods; the ciphertexts may leave.</summary>
    public void WriteRevealed(PlanStep step, CkksTensor tensor, StepContext context, Memory<byte> message)
    {
        using SecretBuffer<ulong> bias = BiasOf(step.Stretch, tensor.Layout, context);
        _evaluator!.WriteRevealed(tensor.Product!, bias.Span, message);
    }

    public void Dispose()
    {
        _evaluator?.Dispose();
        _encryptor?.Dispose();
        _decryptor?.Dispose();
        _secretKey?.Dispose();
    }

    // Kept with the first product's constant, by all constants and what is done with them: other plans may cut the graph otherwise.
    private static PreparedWeights Prepared(Stretch stretch, StepContext context)
    {
        var numbers = new int[stretch.Ops.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            Node op = stretch.Ops[i];
            int number = ((ConstantOp)op.Inputs[1].Op).Number;
            numbers[i] = op.Op is AddOp ? ~number : number;
        }

        return context.Binding(LinearStretch.FirstProduct(stretch).Inputs[1])
            .Prepared(_ => new ConcurrentDictionary<IntegerList, PreparedWeights>())
            .GetOrAdd(new IntegerList(numbers), _ => new PreparedWeights());
    }

    // Those that serve all stretches together best.
    private CkksKeySet KeysFor(IReadOnlyList<PlanStep> steps) =>
        _choice.For(StretchesOf(steps)) ?? throw new InvalidOperationException("The plan has steps on CKKS that no parameters carry together.");

    private static LinearStretch[] StretchesOf(IReadOnlyList<PlanStep> all)
    {
        LinearStretch?[] stretches = [.. all.Where(step => !step.IsConversion && step.To == Scheme.Ckks).Select(step => LinearStretch.Of(step.Stretch)).Distinct()];
        return stretches.Length == 0 || stretches.Contains(null)
            ? throw new InvalidOperationException("The plan has nothing that CKKS can compute, or a step on it that it cannot.")
            : [.. stretches.OfType<LinearStretch>()];
    }

    // Of all results, limb by limb, modulo 2^64.
    private static SecretBuffer<ulong> BiasOf(Stretch stretch, CkksLayout layout, StepContext context)
    {
        LinearStretch linear = layout.Stretch;
        using var limbs = new SecretBuffer<ulong>(layout.Limbs * linear.Biases);
        InputLimbs.Split<Int128>(Prepared(stretch, context).Map(stretch, context).Bias, layout.Limbs, layout.LimbBits, limbs.Span);
        TensorPrimitives.ShiftLeft<ulong>(limbs.Span, layout.ExtraBits, limbs.Span);
        var bias = new SecretBuffer<ulong>(layout.Packing.Shape.OutputLength);
        int runs = bias.Length / linear.BiasRun;
        for (int run = 0; run < runs; run++)
        {
            int limb = run / (runs / layout.Limbs);
            bias.Span.Slice(run * linear.BiasRun, linear.BiasRun).Fill(limbs.Span[(limb * linear.Biases) + (run % linear.Biases)]);
        }

        return bias;
    }

    private static InvalidOperationException NotSetUp() => new("CKKS has not been set up at this party.");

    private void PrepareWeights((Stretch Stretch, RingPacking Packing)[] layers, StepContext context)
    {
        foreach ((Stretch stretch, RingPacking packing) in layers)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            WeightsOf(stretch, packing, context);
        }
    }

    private RingPackedWeights WeightsOf(Stretch stretch, RingPacking packing, StepContext context)
    {
        PreparedWeights prepared = Prepared(stretch, context);
        return prepared.For(packing, Context, prepared.Map(stretch, context), Parallelism);
    }
}
