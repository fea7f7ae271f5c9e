using Hybrid.Planning;
using Hybrid.Schemes;
using Node = Hybrid.Graph.Node;

namespace Hybrid.Tests.Core.Schemes;

/// <summary>A backend that only quotes, from a table: for tests of planning.</summary>
internal sealed class FakeBackend(Scheme scheme, Func<Node, Stretch, Quote?> quote) : IBackend
{
    public Scheme Scheme => scheme;

    public bool IsDisposed { get; private set; }

    public string Keys => string.Empty;

    public Quote? Quote(Node node, Stretch stretch) => quote(node, stretch);

    public Task SetUpAsync(Plan plan, StepContext context) => Task.CompletedTask;

    public Task<HeldTensor[]> ExecuteAsync(PlanStep step, IReadOnlyList<HeldTensor> inputs, StepContext context) => throw new InvalidOperationException("It only quotes.");

    public void Dispose() => IsDisposed = true;
}

/// <summary>A conversion that only quotes, from a table.</summary>
internal sealed class FakeConversion(Scheme from, Scheme to, Func<Node, Stretch, Quote?> quote) : IConversion
{
    public Scheme From => from;

    public Scheme To => to;

    public Quote? Quote(Node node, Stretch stretch) => quote(node, stretch);

    public Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context) => throw new InvalidOperationException("It only quotes.");
}
