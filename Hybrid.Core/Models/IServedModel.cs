namespace Hybrid.Models;

/// <summary>A model as its server has it: what clients are told of it, and the computation for any number of rows.</summary>
public interface IServedModel
{
    /// <summary>What clients are told.</summary>
    ModelCard Card { get; }

    /// <summary>The computation of a query.</summary>
    /// <param name="rows">How many rows, at least 1.</param>
    /// <param name="revealed">What the client learns.</param>
    /// <exception cref="ParameterException">The model cannot be computed so: a value could wrap, or nothing like that can be revealed.</exception>
    ModelProgram Program(int rows, Revealed revealed);
}
