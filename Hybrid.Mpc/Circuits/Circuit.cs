using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Circuits;

/// <summary>
/// A computation on shares, drawn up before it runs: secret tensors, gates between them, and what is opened to whom. All of it is public,
/// and the same at every party.
/// </summary>
/// <remarks>
/// Gates that do not wait for one another share rounds: a gate's level is how many exchanges its inputs take. What a run costs
/// (<see cref="Cost"/>) and which correlations it draws follow from the circuit alone. Every tensor has a range, found from its inputs'
/// ranges, so nothing wraps: what could is refused here, with the op, the bound and the remedy.
/// Nothing is revealed but the <see cref="Openings"/>: all else that parties exchange is masked by dealt, uniform words.
/// </remarks>
public sealed class Circuit
{
    private readonly List<Gate> _gates = [];
    private readonly List<int> _levels = [];
    private readonly List<int> _words = [];
    private readonly List<Opening> _openings = [];
    private readonly List<Wire> _inputs = [];
    private readonly Dictionary<Wire, Wire> _kept = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<int> _keptIds = [];
    private readonly Dictionary<Opening, int> _opened = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WeightSpecification, int> _weights = [];
    private readonly Dictionary<int, int?> _owners = [];
    private readonly Dictionary<int, MaskedSelection> _selections = [];
    private CircuitSchedule? _schedule;
    private byte[]? _hash;

    /// <summary>An empty circuit.</summary>
    public Circuit(CircuitOptions? options = null)
    {
        Options = options ?? new CircuitOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Parties, 2, nameof(options));
        if (Options is { Comparison: ComparisonMethod.FunctionSharing, Parties: > 2 })
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"Function sharing is for two parties, and there are {Options.Parties}: compare by tree.");
        }
    }

    /// <summary>How it is built.</summary>
    public CircuitOptions Options { get; }

    /// <summary>How many parties compute.</summary>
    public int Parties => Options.Parties;

    /// <summary>What is opened, and to whom: all that any party learns.</summary>
    public IReadOnlyList<Opening> Openings => _openings;

    /// <summary>What a run costs: rounds, bytes, correlations. Exact.</summary>
    public CircuitCost Cost => Schedule.Cost;

    /// <summary>The tensors that a party brings, shared inputs among them.</summary>
    public IEnumerable<Wire> InputsOf(int party) => _inputs.Where(input => _owners[input.Id] is not { } owner || owner == party);

    internal IReadOnlyList<Gate> Gates => _gates;

    internal IReadOnlyList<Wire> Inputs => _inputs;

    internal int ValueCount => _levels.Count;

    internal CircuitSchedule Schedule => _schedule ??= new CircuitSchedule(this);

    /// <summary>SHA-256 of the whole circuit, by which parties notice that theirs differ.</summary>
    public byte[] Hash()
    {
        if (_hash is null)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (Gate gate in _gates)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{gate.Name} of {string.Join(',', gate.Inputs)} to {string.Join(',', gate.Outputs)}\n"));
            }

            hash.AppendData(Encoding.UTF8.GetBytes($"{Options.Parties} parties keep {string.Join(',', _keptIds.Order())}"));
            _hash = hash.GetHashAndReset();
        }

        return _hash;
    }

    /// <summary>A tensor that one party brings. Costs nothing: until something is opened, the others' shares may be zero.</summary>
    /// <param name="owner">The party that brings it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="fractionBits">Its fraction bits.</param>
    /// <param name="range">What its integers can be; others are refused when the circuit runs.</param>
    /// <param name="name">What messages call it.</param>
    public Wire Input(int owner, Shape shape, int fractionBits, WordRange range, string name = "input")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(owner);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(owner, Parties);
        Wire wire = NewWire(name, shape, fractionBits, range);
        return AddInput(wire, owner, name);
    }

    /// <summary>A tensor of which every party brings its share: from an earlier run, or from outside owners.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="fractionBits">Its fraction bits.</param>
    /// <param name="range">What its integers can be; nobody can check, so results are wrong if they are not.</param>
    /// <param name="name">What messages call it.</param>
    public Wire SharedInput(Shape shape, int fractionBits, WordRange range, string name = "shared input")
    {
        Wire wire = NewWire(name, shape, fractionBits, range);
        return AddInput(wire, null, name);
    }

    /// <summary>Opens a tensor to a party, or to all. Costs 8 bytes a word to each who learns it; with three parties or more, shares of zero.</summary>
    /// <param name="x">What is opened.</param>
    /// <param name="name">What the ledger calls it.</param>
    /// <param name="to">Who learns it; null: all parties.</param>
    public Opening Open(Wire x, string name = "result", int? to = null)
    {
        Own(x);
        if (to is { } party)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(party, nameof(to));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, Parties, nameof(to));
        }

        var opening = new Opening(Parties == 2 ? x : Rerandomise(x), name, to);
        int value = NewValue();
        _openings.Add(opening);
        _opened.Add(opening, value);
        Add(new OpenGate(opening, value));
        return opening;
    }

    /// <summary>
    /// Opens one party's weights, masked, once for all products with them in later circuits. The other party learns their shape. Costs 8
    /// bytes a word, from the owner.
    /// </summary>
    /// <param name="weights">The weights' input, brought by the mask's owner.</param>
    /// <param name="mask">The mask, of as many words; no other weights of the session have it.</param>
    /// <param name="norm">A bound on the sum of the integers' magnitudes that meet in one element of a product.</param>
    /// <returns>What later circuits name the weights by; the run's results give each party its end.</returns>
    /// <exception cref="ParameterException">The weights are not the owner's input, or not as many as the mask; or there are not two parties.</exception>
    public WeightSpecification OpenWeights(Wire weights, WeightMask mask, Int128 norm)
    {
        Own(weights);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Words != weights.Count || Parties != 2)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{mask} are for two parties and {mask.Words} words; the circuit has {Parties} parties and {weights}.");
        }

        if (!_owners.TryGetValue(weights.Id, out int? owner) || owner != mask.Owner)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"The {weights} is no input of party {mask.Owner}, who alone may know these weights: open an input that it brings.");
        }

        var specification = new WeightSpecification(mask, weights.Shape, weights.FractionBits, norm);
        int value = NewValue();
        _weights.Add(specification, value);
        Add(new WeightOpeningGate(mask, weights.Id, value));
        return specification;
    }

    /// <summary>
    /// Keeps a tensor's shares: each party has its own after the run. Shares that are to leave the parties go through
    /// <see cref="Rerandomise"/> first.
    /// </summary>
    public Wire Keep(Wire x)
    {
        Own(x);
        if (!_kept.ContainsKey(x))
        {
            // Words that are seen in two ways are kept as two tensors.
            Wire words = x;
            if (x.IsAlias || _keptIds.Contains(x.Id))
            {
                words = NewWire("copy", x.Shape, x.FractionBits, x.Range);
                AddLocal("copy", words, [x], values => values.Words(x.Id).CopyTo(values.New(words)));
            }

            Changed();
            _kept.Add(x, words);
            _keptIds.Add(words.Id);
        }

        return x;
    }

    /// <summary>The same tensor in fresh shares, which say nothing of how it came about: for receivers outside. One round without messages.</summary>
    public Wire Rerandomise(Wire x)
    {
        Own(x);
        Wire fresh = NewWire("re-randomise", x.Shape, x.FractionBits, x.Range);
        return Add(new RerandomiseGate(x, fresh), fresh);
    }

    /// <summary>The tensors that are kept, in the order of their numbers.</summary>
    internal IEnumerable<(Wire Wire, Wire Words)> Kept => _kept.Select(kept => (kept.Key, kept.Value)).OrderBy(kept => kept.Value.Id);

    /// <summary>The weights that are opened.</summary>
    internal IEnumerable<WeightSpecification> OpenedWeights => _weights.Keys;

    internal bool IsKept(int id) => _keptIds.Contains(id) || _opened.ContainsValue(id) || _weights.ContainsValue(id);

    /// <summary>The value that holds a party's end of weights that were opened.</summary>
    internal int ValueOf(WeightSpecification weights) => _weights[weights];

    /// <summary>The value that holds what was opened.</summary>
    internal int ValueOf(Opening opening) => _opened[opening];

    /// <summary>The tag of a level's messages in the n-th run on a network.</summary>
    internal uint TagOf(uint run, int level)
    {
        Span<byte> text = stackalloc byte[SHA256.HashSizeInBytes + (2 * sizeof(uint))];
        Hash().CopyTo(text);
        BinaryPrimitives.WriteUInt32LittleEndian(text[SHA256.HashSizeInBytes..], run);
        BinaryPrimitives.WriteInt32LittleEndian(text[(SHA256.HashSizeInBytes + sizeof(uint))..], level);
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(text)) % StepTag.FirstReserved;
    }

    /// <summary>Refuses a run without an input that this party should bring, or with one that it should not.</summary>
    /// <exception cref="ParameterException">It is missing, or another's.</exception>
    internal void RequireInput(Wire input, int party, CircuitInputs inputs)
    {
        bool expected = _owners[input.Id] is not { } owner || owner == party;
        if (expected && inputs.Find(input) is null)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Party {party} brings nothing for the {input}: set it before the run.");
        }

        if (!expected && inputs.Find(input) is not null)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Party {party} brings something for the {input}, which is party {_owners[input.Id]}'s.");
        }
    }

    /// <summary>Refuses a run without this party's end of private weights that products use.</summary>
    /// <exception cref="ParameterException">They are missing, or another's end.</exception>
    internal void RequireWeights(int party, CircuitInputs inputs)
    {
        foreach (WeightMask mask in Cost.Demand.Draws.Select(draw => draw.Kind.Mask).OfType<WeightMask>())
        {
            if (!inputs.Weights.Any(held => held.Mask == mask && held.Party == party))
            {
                throw new ParameterException(
                    ParameterFault.Mismatch,
                    $"The circuit needs party {party}'s end of party {mask.Owner}'s weights {mask.Weights}, which the run was not given: open them first, and pass it on.");
            }
        }
    }

    /// <summary>The level at which a value is there.</summary>
    internal int LevelOf(int id) => _levels[id];

    /// <summary>Words of a value.</summary>
    internal int WordsOf(int id) => _words[id];

    internal int NewValue(int words = 0)
    {
        _words.Add(words);
        _levels.Add(-1);
        return _levels.Count - 1;
    }

    /// <summary>A new tensor; refuses integers that shares cannot hold.</summary>
    /// <exception cref="ParameterException">They could wrap.</exception>
    internal Wire NewWire(string op, Shape shape, int fractionBits, WordRange range)
    {
        Require(op, shape, fractionBits, range);
        return new Wire(this, NewValue(shape.ElementCount), shape, fractionBits, range);
    }

    /// <summary>The same words in another shape, with other fraction bits or in a narrower range. Costs nothing.</summary>
    /// <exception cref="ParameterException">The fraction bits are out of range.</exception>
    internal Wire Alias(string op, Wire x, Shape shape, int fractionBits, WordRange range)
    {
        Own(x);
        Require(op, shape, fractionBits, range);
        return new Wire(this, x.Id, shape, fractionBits, range, isAlias: true);
    }

    /// <summary>Keeps in mind that a tensor is a selection.</summary>
    internal void Remember(MaskedSelection selection) => _selections.Add(selection.Product.Id, selection);

    /// <summary>The selection that gives a tensor's words; null if none does.</summary>
    internal MaskedSelection? SelectionOf(Wire x) => _selections.GetValueOrDefault(Own(x).Id);

    internal BitWire NewBits(Shape shape) => new(this, NewValue((shape.ElementCount + 63) / 64), shape);

    /// <summary>A tensor without elements, which costs nothing.</summary>
    internal Wire Empty(Wire wire) => AddLocal("empty", wire, [], values => values.New(wire));

    /// <summary>Fraction bits that a public number added to a tensor gets.</summary>
    internal int WireBits(Wire x) => Own(x).FractionBits;

    internal T Add<T>(Gate gate, T output)
    {
        Add(gate);
        return output;
    }

    internal Wire AddLocal(string name, Wire output, ReadOnlySpan<Wire> inputs, Action<GateValues> run, double multiplyAdds = 0)
    {
        ImmutableArray<int> ids = [.. inputs.ToArray().Select(input => Own(input).Id)];
        return Add(new LocalGate($"{name} as {output.Shape}, f = {output.FractionBits}", ids, [output.Id], run, multiplyAdds), output);
    }

    internal void Add(Gate gate)
    {
        int level = 0;
        foreach (int input in gate.Inputs)
            level = Math.Max(level, _levels[input]);
        foreach (int output in gate.Outputs)
            _levels[output] = gate is ExchangeGate ? level + 1 : level;
        _gates.Add(gate);
        Changed();
    }

    internal Wire Own(Wire wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        return wire.Circuit == this ? wire : throw new ArgumentException($"The {wire} belongs to another circuit.", nameof(wire));
    }

    internal BitWire Own(BitWire wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        return wire.Circuit == this ? wire : throw new ArgumentException($"The {wire} belong to another circuit.", nameof(wire));
    }

    private static void Require(string op, Shape shape, int fractionBits, WordRange range)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (range.Low > range.High)
        {
            throw new ArgumentException($"{op} has a range whose low end {range.Low} is above its high end {range.High}.", nameof(range));
        }

        if (range.Low < WordRange.Widest.Low || range.High > WordRange.Widest.High)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"{op} could reach integers of {range.Bits} bits where shares hold 63: bound its inputs more tightly (clip), scale them down, or truncate before it.");
        }

        if (fractionBits is < 0 or > 62)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"{op} would have {fractionBits} fraction bits, where 0 to 62 are possible: truncate before it.");
        }
    }

    private Wire AddInput(Wire wire, int? owner, string name)
    {
        _inputs.Add(wire);
        _owners.Add(wire.Id, owner);
        return Add(new InputGate(wire, owner, name), wire);
    }

    private void Changed()
    {
        _schedule = null;
        _hash = null;
    }
}
