using Hybrid.Tensors;

namespace Hybrid.Models.Onnx;

/// <summary>The most that a model file may hold; each limit is checked before memory is taken for what it counts.</summary>
internal static class OnnxLimits
{
    /// <summary>Bytes of the model file: 2 GiB, less the few that no array may have.</summary>
    public const int FileBytes = 0x7FFFFFC7;

    /// <summary>Bytes of external data, of all tensors together.</summary>
    public const long ExternalBytes = 1L << 33;

    /// <summary>Nodes of a graph.</summary>
    public const int Nodes = 100_000;

    /// <summary>Initialisers of a graph.</summary>
    public const int Initializers = 100_000;

    /// <summary>Inputs of a graph, old initialisers among them; outputs of a graph.</summary>
    public const int Values = 2 * Initializers;

    /// <summary>Inputs and outputs of all nodes together.</summary>
    public const int Arguments = 10 * Nodes;

    /// <summary>Attributes of all nodes together.</summary>
    public const int Attributes = 10 * Nodes;

    /// <summary>Opsets that a model imports.</summary>
    public const int Opsets = 100;

    /// <summary>Dimensions of a tensor.</summary>
    public const int Rank = 8;

    /// <summary>Elements of a tensor.</summary>
    public const int Elements = Shape.MaximumElements;

    /// <summary>Bytes of a name, as UTF-8.</summary>
    public const int NameBytes = 4096;

    /// <summary>Bytes of any other text, as UTF-8.</summary>
    public const int TextBytes = 1 << 16;
}
