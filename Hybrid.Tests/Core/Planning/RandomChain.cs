using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Planning;

/// <summary>A random chain of ops, and schemes whose quotes are random but the same whenever they are asked for.</summary>
internal sealed class RandomChain
{
    private static readonly Scheme[] AllSchemes = [Scheme.Paillier, Scheme.Ckks, Scheme.Shares];

    private readonly int _seed;
    private readonly double _refusals;

    public RandomChain(int seed, double refusals)
    {
        _seed = seed;
        _refusals = refusals;
        var random = new Random(seed);
        Schemes = AllSchemes[..random.Next(1, AllSchemes.Length + 1)];
        Link = new LinkProfile("test", random.Next(1, 100) * 1e6, random.Next(1, 100) * 1e6, random.NextDouble() * 0.1);
        Node value = Graph.Input("x", Party.Client, new Shape(4, 3), new FixedPointFormat(0, random.Next(20)));
        int ops = random.Next(1, 6);
        for (int i = 0; i < ops; i++)
        {
            // A bound of 0 makes later values narrower than earlier ones.
            Int128 bound = random.Next(4) == 0 ? 0 : random.Next(1, 1000);
            value = random.Next(2) == 0
                ? Graph.MatMul(value, Graph.Constant($"W{i}", Visibility.Private(Party.Server), new Shape(3, 3), 0, bound))
                : Graph.Add(value, Graph.Constant($"c{i}", Visibility.Private(Party.Server), new Shape(3), 0, bound));
        }

        Graph.Reveal("y", value, Party.Client);
        Nodes = [.. Graph.Nodes.Where(node => node.Op is not ConstantOp)];
    }

    public OpGraph Graph { get; } = new();

    public LinkProfile Link { get; }

    public Scheme[] Schemes { get; }

    /// <summary>Input, ops, reveal.</summary>
    public Node[] Nodes { get; }

    public int Ops => Nodes.Length - 2;

    public SchemeRegistry Registry(Party role)
    {
        var registry = new SchemeRegistry(role);
        foreach (Scheme to in Schemes)
        {
            IConversion[] conversions =
            [
                .. from other in Schemes.Append(Scheme.Plain) where other != to select new FakeConversion(other, to, (node, room) => Quote(other, to, node, room)),
                new FakeConversion(to, Scheme.Plain, (node, room) => Quote(to, Scheme.Plain, node, room)),
            ];
            registry.Add(new FakeBackend(to, (node, room) => Quote(to, to, node, room)), conversions);
        }

        return registry;
    }

    /// <summary>Every assignment of schemes to ops, of those that can be chosen.</summary>
    public IEnumerable<Scheme[]> Assignments(Scheme[] choice)
    {
        int count = (int)Math.Pow(choice.Length, Ops);
        for (int code = 0; code < count; code++)
        {
            int rest = code;
            var assignment = new Scheme[Ops];
            for (int i = 0; i < Ops; i++)
            {
                assignment[i] = choice[rest % choice.Length];
                rest /= choice.Length;
            }

            yield return assignment;
        }
    }

    /// <summary>Seconds of an assignment, by walking it; null if something in it cannot be done.</summary>
    public double? Latency(Scheme[] assignment)
    {
        double sum = 0;
        int room = 0;
        Scheme held = Scheme.Plain;
        for (int i = 0; i < assignment.Length; i++)
        {
            if (assignment[i] != held)
            {
                int end = i;
                while (end + 1 < assignment.Length && assignment[end + 1] == assignment[i])
                {
                    end++;
                }

                room = Nodes[i..(end + 2)].Max(node => node.Bits);
                if (Quote(held, assignment[i], Nodes[i], room) is not { } entry)
                {
                    return null;
                }

                sum += Link.Latency(entry);
                held = assignment[i];
            }

            if (Quote(held, held, Nodes[i + 1], room) is not { } op)
            {
                return null;
            }

            sum += Link.Latency(op);
        }

        return Quote(held, Scheme.Plain, Nodes[^1], room) is { } exit ? sum + Link.Latency(exit) : null;
    }

    private Quote? Quote(Scheme from, Scheme to, Node node, int room)
    {
        var random = new Random(unchecked((_seed * 1_000_003) + ((int)from * 7919) + ((int)to * 104_729) + (node.Id * 1_299_709) + (room * 15_485_863)));
        return random.NextDouble() < _refusals
            ? null
            : new Quote(random.NextDouble(), random.NextDouble(), random.Next(1 << 20), random.Next(1 << 20), random.Next(3));
    }
}
