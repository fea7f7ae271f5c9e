using Hybrid.Schemes;
using System.Collections.Immutable;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Circuits;

/// <summary>The order in which a circuit's gates run: level by level, first what each party computes alone, then one exchange.</summary>
internal sealed class CircuitSchedule
{
    private const int FrameHeaderBytes = 8;

    /// <summary>Lays out a circuit.</summary>
    public CircuitSchedule(Circuit circuit)
    {
        var levels = new SortedDictionary<int, (List<Gate> Local, List<ExchangeGate> Exchanges)>();
        foreach (Gate gate in circuit.Gates)
        {
            int level = gate.Inputs.IsEmpty ? 0 : gate.Inputs.Max(circuit.LevelOf);
            if (!levels.TryGetValue(level, out (List<Gate> Local, List<ExchangeGate> Exchanges) lists))
            {
                levels.Add(level, lists = ([], []));
            }

            if (gate is ExchangeGate exchange)
            {
                lists.Exchanges.Add(exchange);
            }
            else
            {
                lists.Local.Add(gate);
            }
        }

        var lastUse = new Dictionary<int, Gate>();
        foreach ((List<Gate> local, List<ExchangeGate> exchanges) in levels.Values)
        {
            foreach (Gate gate in local.Concat(exchanges))
            {
                foreach (int output in gate.Outputs)
                    lastUse[output] = gate;
                foreach (int input in gate.Inputs)
                    lastUse[input] = gate;
            }
        }

        Dropped = lastUse
            .Where(use => !circuit.IsKept(use.Key))
            .GroupBy(use => use.Value, use => use.Key)
            .ToDictionary(group => group.Key, group => group.ToImmutableArray());
        Levels = [.. levels.Values.Select(level => (level.Local.ToImmutableArray(), level.Exchanges.ToImmutableArray()))];
        Greeting = [.. Pairs(circuit.Parties).Where(NeedsGreeting)];
        CircuitCost cost = Sum(circuit.Parties);
        Cost = cost with { Work = CircuitWork.Of(circuit, cost.Rounds) };
    }

    /// <summary>The levels in order.</summary>
    public ImmutableArray<(ImmutableArray<Gate> Local, ImmutableArray<ExchangeGate> Exchanges)> Levels { get; }

    /// <summary>The values that nobody needs after a gate.</summary>
    public IReadOnlyDictionary<Gate, ImmutableArray<int>> Dropped { get; }

    /// <summary>
    /// The pairs of parties of which only one sends the first message to the other. They greet each other at the start, or two whose
    /// circuits differ could both wait for the other's.
    /// </summary>
    public ImmutableArray<(int First, int Second)> Greeting { get; }

    /// <summary>What a run costs.</summary>
    public CircuitCost Cost { get; }

    /// <summary>Whether two parties greet each other.</summary>
    public bool Greets(int party, int other) => Greeting.Contains((Math.Min(party, other), Math.Max(party, other)));

    private static IEnumerable<(int First, int Second)> Pairs(int parties) =>
        Enumerable.Range(0, parties).SelectMany(first => Enumerable.Range(first + 1, parties - first - 1).Select(second => (first, second)));

    private bool NeedsGreeting((int First, int Second) pair)
    {
        foreach ((_, ImmutableArray<ExchangeGate> exchanges) in Levels)
        {
            bool there = exchanges.Any(gate => gate.WordsTo(pair.First, pair.Second) > 0);
            bool back = exchanges.Any(gate => gate.WordsTo(pair.Second, pair.First) > 0);
            if (there || back)
            {
                return there != back;
            }
        }

        return false;
    }

    private CircuitCost Sum(int parties)
    {
        int rounds = 0;
        var bytes = new long[parties];
        var messages = new int[parties];
        var draws = new List<CorrelationDraw>();
        Ways ways = Ways.None;
        foreach (int greeter in Greeting.SelectMany(pair => new[] { pair.First, pair.Second }))
        {
            messages[greeter]++;
            bytes[greeter] += FrameHeaderBytes;
        }

        foreach ((_, ImmutableArray<ExchangeGate> exchanges) in Levels)
        {
            bool anything = false;
            for (int from = 0; from < parties; from++)
            {
                for (int to = 0; to < parties; to++)
                {
                    long words = to == from ? 0 : exchanges.Sum(gate => (long)gate.WordsTo(from, to));
                    if (words > 0)
                    {
                        anything = true;
                        messages[from]++;
                        bytes[from] += FrameHeaderBytes + (words * sizeof(ulong));
                    }
                }
            }

            rounds += anything ? 1 : 0;
            ways = ways.Then((exchanges.Any(gate => gate.WordsTo(0, 1) > 0), exchanges.Any(gate => gate.WordsTo(1, 0) > 0)) switch
            {
                (true, true) => Ways.Both,
                (true, false) => Ways.Up,
                (false, true) => Ways.Down,
                _ => Ways.None,
            });
            draws.AddRange(exchanges.SelectMany(gate => gate.Draws));
        }

        return new CircuitCost(rounds, [.. bytes], [.. messages], new CorrelationDemand(draws)) { Ways = ways };
    }
}
