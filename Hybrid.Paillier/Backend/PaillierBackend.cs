using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Paillier;

/// <summary>
/// Paillier at one party of one connection: the private key at the client, the public key at the server, which computes.
/// Linear ops with constants that the server knows; no messages but those of set-up and conversions.
/// </summary>
internal sealed partial class PaillierBackend : IAdditiveCipher
{
    private const int FrameHeader = 8;

    private readonly SchemeRegistry _registry;
    private readonly Party _role;
    private readonly PaillierOptions _options;
    private readonly Dictionary<(int WeightBits, bool HasTable), PaillierRandomiser> _randomisers = [];
    private PaillierPrivateKey? _privateKey;
    private PaillierPublicKey? _publicKey;
    private PaillierEncryptor? _encryptor;

    public PaillierBackend(SchemeRegistry registry, PaillierOptions options)
    {
        _registry = registry;
        _role = registry.Role;
        _options = options;
        _privateKey = options.Key;
        KeyBits = options.Key?.PublicKey.Bits ?? options.KeyBits;
        PaillierPublicKey.RequireSupported(KeyBits);
    }

    public Scheme Scheme => Scheme.Paillier;

    public string Keys => _publicKey is null ? string.Empty : $"{KeyBits}-bit key";

    /// <summary>Bits of the key: the client's own at both parties once set up.</summary>
    public int KeyBits { get; private set; }

    public int Parallelism => _options.Parallelism;

    public WorkUnits Units => PaillierWork.Units;

    public PaillierPublicKey PublicKey => _publicKey ?? throw new InvalidOperationException("Paillier has not been set up.");

    public PaillierPrivateKey PrivateKey => _privateKey ?? throw new InvalidOperationException("Only the client has the private key.");

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (Layout(stretch) is not { } layout || !stretch.Ops.Contains(node))
        {
            return null;
        }

        return Computing(layout, node).Quoted(_registry);
    }

    public PartiesWork Work(PlanStep step)
    {
        PaillierLayout layout = RequireLayout(step.Stretch);
        return (step.From, step.To) switch
        {
            (not Scheme.Paillier, Scheme.Paillier) => Entering(layout, step.Node.Shape),
            (Scheme.Paillier, not Scheme.Paillier) => Leaving(layout, step.Node.Shape),
            _ => new PartiesWork(null, step.Stretch.Ops.ToArray().Select(op => Computing(layout, op).Server!).Aggregate((sum, work) => sum.With(work))),
        };
    }

    /// <summary>What the parties do when a matrix enters.</summary>
    public PartiesWork Entering(PaillierLayout layout, Shape shape) => Counts.Enter(layout.Ciphertexts(shape), layout.IsFromShares);

    /// <summary>What they do when it leaves.</summary>
    public PartiesWork Leaving(PaillierLayout layout, Shape shape) => Counts.Leave(layout.Ciphertexts(shape), layout.WeightBits, layout.IsMasked);

    public Quote QuoteSetUp(IReadOnlyList<PlanStep> steps) =>
        Counts.SetUp(_options.Key is null).Quoted(_registry, bytesUp: FrameHeader + PaillierKeyFormat.PublicBytes(KeyBits), messages: 1);

    public async Task SetUpAsync(Plan plan, StepContext context)
    {
        Task selfTest = Task.Run(PaillierSelfTest.Run, context.Cancellation);
        if (_role == Party.Client)
        {
            _privateKey ??= await Task.Run(() => PaillierPrivateKey.Generate(_options.KeyBits, context.Random), context.Cancellation).ConfigureAwait(false);
            _publicKey = _privateKey.PublicKey;
            await context.Channel.SendAsync(context.Tag, PaillierKeyFormat.Write(_publicKey), context.Cancellation).ConfigureAwait(false);
            _ = _privateKey.Ring;
        }
        else
        {
            using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, PaillierKeyFormat.MaximumBytes, context.Cancellation).ConfigureAwait(false);
            _publicKey = PaillierKeyFormat.ReadPublic(frame.Span);
            KeyBits = _publicKey.Bits;
        }

        // Made now, so that the first query does not wait for it.
        _ = _publicKey.Ring;
        await selfTest.ConfigureAwait(false);
    }

    public Task<HeldTensor[]> ExecuteAsync(PlanStep step, IReadOnlyList<HeldTensor> inputs, StepContext context)
    {
        var tensor = (PaillierTensor)inputs[0];
        return Task.FromResult<HeldTensor[]>([_role == Party.Client ? new PaillierTensor(step.Node, tensor.Packing, null) : Compute(step.Stretch, tensor, context)]);
    }

    /// <summary>How much room a stretch takes; null if Paillier cannot compute it with a key of this length.</summary>
    public PaillierLayout? Layout(Stretch stretch) => PaillierLayout.Of(stretch, KeyBits);

    /// <summary>The layout of a stretch that has been planned.</summary>
    public PaillierLayout RequireLayout(Stretch stretch) =>
        Layout(stretch) ?? throw new InvalidOperationException("The plan has a step on Paillier that Paillier cannot compute.");

    /// <summary>How values of a layout are packed.</summary>
    public SlotPacking Packing(PaillierLayout layout) =>
        layout.IsMasked ? SlotPacking.OfAnyWidth(PublicKey, layout.SlotBits) : new SlotPacking(PublicKey, layout.SlotBits);

    /// <summary>Bytes of a frame of so many ciphertexts; null if they are more than a message holds.</summary>
    public long? FrameBytes(int count)
    {
        long bytes = FrameHeader + ((long)count * KeyBits / 4);
        return bytes <= Array.MaxLength ? bytes : null;
    }

    /// <summary>Encrypts with the client's key; the table is sized at the first use.</summary>
    public CiphertextVector Encrypt(PlaintextVector plaintexts, StepContext context)
    {
        _encryptor ??= new PaillierEncryptor(PrivateKey, plaintexts.Count, context.Random, Parallelism);
        return _encryptor.Encrypt(plaintexts);
    }

    /// <summary>Re-randomises at the server before ciphertexts leave it.</summary>
    public CiphertextVector Randomise(CiphertextVector ciphertexts, int weightBits, StepContext context)
    {
        // Few ciphertexts make do without a table of powers, and must not decide for a stretch of many.
        (int, bool) key = (weightBits, ciphertexts.Count > LaneRing.Lanes);
        if (!_randomisers.TryGetValue(key, out PaillierRandomiser? randomiser))
        {
            randomiser = new PaillierRandomiser(PublicKey, weightBits, ciphertexts.Count, context.Random, Parallelism);
            _randomisers.Add(key, randomiser);
        }

        return randomiser.Randomise(ciphertexts);
    }

    public void Dispose()
    {
        _encryptor?.Dispose();
        foreach (PaillierRandomiser randomiser in _randomisers.Values)
        {
            randomiser.Dispose();
        }

        if (_options.Key is null)
        {
            _privateKey?.Dispose();
        }
    }

    private PaillierWork Counts => new(KeyBits, Parallelism);

    private PartiesWork Computing(PaillierLayout layout, Node op)
    {
        int count = layout.Ciphertexts(op.Shape);
        return op.Op is MatMulOp ? Counts.Terms(count, op.Inputs[0].Shape[1], PaillierLayout.NormBits(op)) : Counts.Add(count);
    }

    private PaillierTensor Compute(Stretch stretch, PaillierTensor tensor, StepContext context)
    {
        foreach (Node op in stretch.Ops)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            tensor = Compute(op, tensor, context.Binding(op.Inputs[1]));
        }

        return tensor;
    }

    private PaillierTensor Compute(Node op, PaillierTensor input, ConstantBinding constant)
    {
        var evaluator = new PaillierEvaluator(PublicKey, Parallelism);
        if (op.Op is MatMulOp)
        {
            PaillierWeights weights = constant.Prepared(Transposed);
            return new PaillierTensor(op, input.Packing, evaluator.Multiply(weights, input.Ciphertexts!, input.Blocks));
        }

        using PlaintextVector bias = Repeated(constant, input);
        return new PaillierTensor(op, input.Packing, evaluator.AddPlain(input.Ciphertexts!, bias));
    }

    // Weights stand in the graph as (k, n) for rows from the left; columns of ciphertexts take them as (n, k) from the right.
    private static PaillierWeights Transposed(ConstantBinding constant)
    {
        int inputs = constant.Constant.Shape[0];
        int outputs = constant.Constant.Shape[1];
        ReadOnlySpan<long> matrix = constant.Integers.Span;
        var transposed = new long[matrix.Length];
        for (int k = 0; k < inputs; k++)
        {
            for (int j = 0; j < outputs; j++)
            {
                transposed[(j * inputs) + k] = matrix[(k * outputs) + j];
            }
        }

        return PaillierWeights.Compile(transposed, outputs, inputs);
    }

    // Each column's bias in every slot that holds a row.
    private PlaintextVector Repeated(ConstantBinding constant, PaillierTensor input)
    {
        int rows = input.Shape[0];
        int columns = input.Shape[1];
        var plaintexts = new PlaintextVector(PublicKey, columns * input.Blocks);
        var column = new Int128[rows];
        for (int j = 0; j < columns; j++)
        {
            Array.Fill(column, constant.Integers.Span[j]);
            input.Packing.PackInto(plaintexts, j * input.Blocks, column);
        }

        return plaintexts;
    }
}
