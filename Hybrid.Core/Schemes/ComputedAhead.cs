namespace Hybrid.Schemes;

/// <summary>What a step computes while an earlier one's message is on its way, piece by piece (<see cref="Quote.Pieces"/>).</summary>
/// <param name="Seconds">Of the server's seconds those that can be computed so.</param>
/// <param name="BytesUp">Bytes of the message, from client to server.</param>
public readonly record struct ComputedAhead(double Seconds, long BytesUp);
