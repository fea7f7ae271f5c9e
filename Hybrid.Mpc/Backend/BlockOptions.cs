using Hybrid.Mpc.Circuits;

namespace Hybrid.Mpc;

/// <summary>How a block's circuit is built.</summary>
/// <param name="Circuits">How secrets are compared, and the tables of functions.</param>
/// <param name="ComparesUntruncated">
/// Whether the sign of a truncated value is found from the value before, beside the truncation: a round less, for a wider comparison.
/// </param>
internal sealed record BlockOptions(CircuitOptions Circuits, bool ComparesUntruncated);
