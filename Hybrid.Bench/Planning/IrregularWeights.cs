using System.Numerics.Tensors;
using Hybrid.Graph;

namespace Hybrid.Bench.Planning;

/// <summary>Weights of the server's within ±1/28, as irregular as real ones: repeating ones would be cheaper to multiply by.</summary>
internal static class IrregularWeights
{
    /// <summary>Weights of a shape, the same in every run.</summary>
    public static SecretTensor Of(TensorProgram program, params ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        foreach (nint length in lengths)
            count *= length;
        double[] values = [.. Enumerable.Range(0, (int)count).Select(i => ((i * 7919L % 201) - 100) / 2800.0)];
        return program.Private("weights", Party.Server, Tensor.Create(values, lengths));
    }
}
