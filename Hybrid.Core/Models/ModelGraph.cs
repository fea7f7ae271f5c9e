using Hybrid.Graph;

namespace Hybrid.Models;

/// <summary>The graph of a query, and the nodes that values are bound to.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Input">The client's features.</param>
/// <param name="Weights">The server's weights.</param>
/// <param name="Bias">The server's biases.</param>
/// <param name="Result">What the client learns.</param>
public sealed record ModelGraph(OpGraph Graph, Node Input, Node Weights, Node Bias, Node Result);
