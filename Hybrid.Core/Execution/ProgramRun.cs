using System.Numerics.Tensors;

namespace Hybrid.Execution;

/// <summary>What one party has after a run of a program.</summary>
/// <param name="Results">What was revealed to it, by the names of the reveals.</param>
/// <param name="Steps">What each step cost here.</param>
/// <param name="WallSeconds">Time from the first step to the last.</param>
/// <param name="PreparationSeconds">Time that getting ready took before, with what does not depend on inputs.</param>
/// <param name="BytesSent">Bytes that the steps sent to the other party.</param>
/// <param name="BytesReceived">Bytes that they received from it.</param>
/// <param name="Ledger">What any party learnt.</param>
public sealed record ProgramRun(
    IReadOnlyDictionary<string, Tensor<double>> Results,
    IReadOnlyList<StepTrace> Steps,
    double WallSeconds,
    double PreparationSeconds,
    long BytesSent,
    long BytesReceived,
    DisclosureLedger Ledger)
{
    /// <summary>A result.</summary>
    /// <exception cref="ParameterException">Nothing of that name was revealed to this party.</exception>
    public Tensor<double> this[string name] => Results.TryGetValue(name, out Tensor<double>? value)
        ? value
        : throw new ParameterException(ParameterFault.Mismatch, $"Nothing called {name} was revealed to this party: {(Results.Count == 0 ? "nothing was" : string.Join(", ", Results.Keys))}.");
}
