using Hybrid.Communication;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>What one party brings to its end of a session.</summary>
public sealed record SessionOptions
{
    /// <summary>Adds the backends: <c>schemes =&gt; schemes.UsePaillier()</c>.</summary>
    public required Action<SchemeRegistry> Schemes { get; init; }

    /// <summary>The scheme of every op; the planner chooses where it is null.</summary>
    public Scheme? Pin { get; init; }

    /// <summary>What the client learns; null: the values where <see cref="Pin"/> is shares, which can compute them, else the scores.</summary>
    public Revealed? Reveal { get; init; }

    /// <summary>What the connection is like, for the planner.</summary>
    public LinkProfile Link { get; init; } = LinkProfile.Lan;

    /// <summary>What this party's machine is like.</summary>
    public MachineProfile Machine { get; init; } = MachineProfile.Default;

    /// <summary>What the other party's machine is like, unless it says so itself.</summary>
    public MachineProfile PeerMachine { get; init; } = MachineProfile.Default;

    /// <summary>What plans are to keep small: time, unless set otherwise.</summary>
    public PlanObjective Objective { get; init; } = PlanObjective.Latency;

    /// <summary>What parties may learn; a plan that shows more is refused before anything is sent.</summary>
    public DisclosurePolicy Policy { get; init; } = DisclosurePolicy.Any;

    /// <summary>The most bytes a query may take one way; a client splits longer ones, a server refuses them.</summary>
    public int MaximumQueryBytes { get; init; } = 512 << 20;

    /// <summary>Limits of the channel.</summary>
    public ChannelOptions Channel { get; init; } = ChannelOptions.Default;

    /// <summary>Where randomness comes from.</summary>
    public IRandomSource Random { get; init; } = OsRandom.Instance;

    /// <summary>What the client learns.</summary>
    internal Revealed Revealed => Reveal ?? (Pin == Scheme.Shares ? Revealed.Values : Revealed.Scores);

    /// <summary>Makes this party's registry.</summary>
    internal SchemeRegistry MakeRegistry(Graph.Party role)
    {
        var registry = new SchemeRegistry(role)
        {
            ClientMachine = role == Graph.Party.Client ? Machine : PeerMachine,
            ServerMachine = role == Graph.Party.Server ? Machine : PeerMachine,
        };
        Schemes(registry);
        return registry;
    }
}
