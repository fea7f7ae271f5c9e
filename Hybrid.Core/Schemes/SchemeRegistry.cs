using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>The backends and conversions of one party's end of one connection.</summary>
public sealed class SchemeRegistry : IDisposable, IAsyncDisposable
{
    private readonly List<IBackend> _backends = [];
    private readonly List<IConversion> _conversions = [];

    /// <summary>An empty registry for one party's end.</summary>
    public SchemeRegistry(Party role) => Role = role;

    /// <summary>Which party's end it is.</summary>
    public Party Role { get; }

    /// <summary>What the client's machine is like.</summary>
    public MachineProfile ClientMachine { get; set; } = MachineProfile.Default;

    /// <summary>What the server's machine is like.</summary>
    public MachineProfile ServerMachine { get; set; } = MachineProfile.Default;

    /// <summary>What plans are made for; backends go by it in what they set up. <see cref="Planner"/> notes what it is asked for.</summary>
    public PlanRequest PlansFor { get; set; } = PlanRequest.Over(LinkProfile.Lan);

    /// <summary>What the connection is like, where the session has measured it; backends go by it rather than by options of their own.</summary>
    public LinkProfile? MeasuredLink { get; internal set; }

    /// <summary>The schemes whose keys have been exchanged.</summary>
    internal HashSet<Scheme> SetUp { get; } = [];

    /// <summary>The backends, in the order they were added.</summary>
    public IReadOnlyList<IBackend> Backends => _backends;

    /// <summary>Adds a backend and the conversions that come with it; called by its Use… extension.</summary>
    /// <exception cref="ArgumentException">There is a backend of the same scheme already.</exception>
    public void Add(IBackend backend, params ReadOnlySpan<IConversion> conversions)
    {
        ArgumentNullException.ThrowIfNull(backend);
        if (_backends.Any(known => known.Scheme == backend.Scheme))
        {
            throw new ArgumentException($"There is a backend for {backend.Scheme} already.", nameof(backend));
        }

        _backends.Add(backend);
        _conversions.AddRange(conversions);
        foreach (IShareConversions shares in _backends.OfType<IShareConversions>())
        {
            foreach (IAdditiveCipher cipher in _backends.OfType<IAdditiveCipher>().Where(cipher => cipher == backend || shares == backend))
                _conversions.AddRange(shares.With(cipher));
        }
    }

    /// <summary>The backend of a scheme; null if there is none.</summary>
    public IBackend? Backend(Scheme scheme) => _backends.Find(backend => backend.Scheme == scheme);

    /// <summary>The conversion from one scheme to another; null if there is none.</summary>
    public IConversion? Conversion(Scheme from, Scheme to) => _conversions.Find(conversion => conversion.From == from && conversion.To == to);

    /// <summary>About what setting up for a plan of such steps costs, once for all queries; what has been set up costs nothing any more.</summary>
    internal Quote QuoteSetUp(IReadOnlyList<PlanStep> steps) => _backends
        .Where(backend => !SetUp.Contains(backend.Scheme) && steps.Any(step => step.From == backend.Scheme || step.To == backend.Scheme))
        .Aggregate(Quote.Free, (sum, backend) => sum + backend.QuoteSetUp(steps));

    /// <summary>Disposes of the backends and their keys.</summary>
    public void Dispose() => _backends.ForEach(backend => backend.Dispose());

    /// <summary>Says goodbye to whomever backends have a connection of their own to, and disposes of them and their keys.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable backend in _backends.OfType<IAsyncDisposable>())
            await backend.DisposeAsync().ConfigureAwait(false);
        Dispose();
    }
}
