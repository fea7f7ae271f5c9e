using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;

namespace Hybrid.Mpc;

/// <summary>How a block's circuit is built.</summary>
/// <param name="Circuits">How secrets are compared, and the tables of functions.</param>
/// <param name="SelectedProducts">
/// The products, by their nodes, with the server's weights that share a round with the selection of the ReLU before them: a round less, for more
/// that is dealt.
/// </param>
internal sealed record BlockOptions(CircuitOptions Circuits, ImmutableHashSet<int> SelectedProducts);
