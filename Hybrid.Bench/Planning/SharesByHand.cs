using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Planning;

namespace Hybrid.Bench.Planning;

/// <summary>One party of a program on shares without the front end: the same circuits run one after the other, over the same kind of channel.</summary>
internal sealed class SharesByHand : IAsyncDisposable
{
    private const int Block = 1024;

    private static readonly StepTag Ready = new(1, "ready");

    private readonly int _party;
    private readonly Channel _channel;
    private readonly PartyNetwork _network;
    private readonly ICorrelationProvider _dealer;
    private readonly BlockCircuit _block;
    private readonly TensorProgram _program;
    private readonly Dictionary<WeightMask, PrivateWeights> _weights = [];
    private readonly Circuit _opening;
    private readonly Wire _shared;
    private readonly Opening _opened;

    private SharesByHand(int party, Channel channel, ICorrelationProvider dealer, BlockCircuit block, TensorProgram program, CircuitOptions options)
    {
        _party = party;
        _channel = channel;
        _network = new PartyNetwork(party, channel);
        _dealer = dealer;
        _block = block;
        _program = program;
        Node result = block.Exits[0].Node;
        _opening = new Circuit(options);
        _shared = _opening.SharedInput(result.Shape, result.FractionBits, result.Range);
        _opened = _opening.Open(_shared, to: 0);
    }

    /// <summary>Connects, and opens the weights once.</summary>
    public static async Task<SharesByHand> StartAsync(Party role, Stream stream, TensorProgram program, Plan plan, SharesBackend backend, InProcessDealer dealer, MeetingId meeting)
    {
        ChannelRole channelRole = role == Party.Client ? ChannelRole.Initiator : ChannelRole.Responder;
        Channel channel = await Channel.OpenAsync(stream, channelRole, role.Other().Name(), ChannelOptions.Default);
        ICorrelationProvider provider = await dealer.JoinAsync(meeting, (int)role, 2);
        Stretch stretch = plan.Steps.Single(step => step is { To: Hybrid.Schemes.Scheme.Shares, IsConversion: false }).Stretch;
        var party = new SharesByHand((int)role, channel, provider, backend.RequireBlock(stretch), program, backend.Circuits);
        await party.OpenWeightsAsync(backend.Circuits);
        return party;
    }

    /// <summary>Runs once; the client gives its rows and has the results.</summary>
    public async Task<double[]> RunAsync(double[] rows)
    {
        using ICorrelationSource source = await _dealer.PrepareAsync(_block.Circuit.Cost.Demand);
        (await _channel.ExchangeAsync(Ready, ReadOnlyMemory<byte>.Empty, 0)).Dispose();
        using var inputs = new CircuitInputs();
        (Node entry, LimbedWires value) = _block.Entries[0];
        using var share = new ArithmeticShare(new ShareLayout(_party, 2, entry.Shape, entry.FractionBits), _network.Memory);
        if (_party == 0)
        {
            Encode(rows, entry.FractionBits, MemoryMarshal.Cast<ulong, long>(share.Words));
        }

        inputs.Set(value.Limbs[0], share);
        foreach ((Node node, LimbedWires constant) in _block.Constants.Where(_ => _party == 1))
            inputs.Set(constant.Limbs[0], _program.Bindings[((ConstantOp)node.Op).Number].Integers.Span);
        foreach ((_, WeightSpecification weights) in _block.Weights)
            inputs.Set(_weights[weights.Mask]);
        using CircuitResults results = await CircuitRunner.RunAsync(_block.Circuit, _network, source, inputs);
        using var last = new CircuitInputs();
        last.Set(_shared, results.TakeShare(_block.Exits[0].Value.Limbs[0]));
        using CircuitResults opened = await CircuitRunner.RunAsync(_opening, _network, source, last);
        int bits = _block.Exits[0].Node.FractionBits;
        return _party == 0 ? [.. opened.Integers(_opened).ToArray().Select(integer => Math.ScaleB(integer, -bits))] : [];
    }

    public async ValueTask DisposeAsync()
    {
        await _dealer.DisposeAsync();
        _network.Dispose();
        await _channel.DisposeAsync();
        foreach (PrivateWeights weights in _weights.Values)
            weights.Dispose();
    }

    private static void Encode(ReadOnlySpan<double> numbers, int bits, Span<long> integers)
    {
        Span<double> scaled = stackalloc double[Block];
        for (; numbers.Length > 0; numbers = numbers[scaled.Length..], integers = integers[scaled.Length..])
        {
            scaled = scaled[..Math.Min(Block, numbers.Length)];
            TensorPrimitives.Multiply(numbers[..scaled.Length], Math.ScaleB(1, bits), scaled);
            TensorPrimitives.Round(scaled, scaled);
            TensorPrimitives.ConvertTruncating<double, long>(scaled, integers);
        }
    }

    private async Task OpenWeightsAsync(CircuitOptions options)
    {
        var circuit = new Circuit(options);
        using var inputs = new CircuitInputs();
        foreach ((Node node, WeightSpecification weights) in _block.Weights)
        {
            Wire wire = circuit.Input(1, node.Shape, node.FractionBits, node.Range);
            circuit.OpenWeights(wire, weights.Mask, weights.Norm);
            if (_party == 1)
            {
                inputs.Set(wire, _program.Bindings[((ConstantOp)node.Op).Number].Integers.Span);
            }
        }

        using ICorrelationSource source = await _dealer.PrepareAsync(circuit.Cost.Demand);
        using CircuitResults results = await CircuitRunner.RunAsync(circuit, _network, source, inputs);
        foreach ((_, WeightSpecification weights) in _block.Weights)
            _weights.Add(weights.Mask, results.TakeWeights(weights.Mask));
    }
}
