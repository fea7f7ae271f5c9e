using System.Collections.Immutable;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>What a scheme's steps are made of, and a machine is measured by.</summary>
/// <param name="Primitives">What is done.</param>
/// <param name="Sharing">
/// How much of what its other threads do a thread is held up by, from 0 where each has a core to itself to 1 where threads gain nothing: no time,
/// but a part of one.
/// </param>
public sealed record WorkUnits(ImmutableArray<MachinePrimitive> Primitives, MachinePrimitive Sharing);
