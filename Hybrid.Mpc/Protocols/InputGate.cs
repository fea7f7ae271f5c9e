using Hybrid.Mpc.Circuits;

namespace Hybrid.Mpc.Protocols;

/// <summary>A tensor that comes into the circuit: its owner's share is the tensor and the others' are zero, or each brings its share.</summary>
/// <remarks>
/// Shares need not be random by themselves: whatever is opened on the way is masked by dealt words, and of two parties' shares of a
/// result, one follows from the result and the other. Shares that leave to others are re-randomised first.
/// </remarks>
internal sealed class InputGate(Wire wire, int? owner, string name) : Gate([], [wire.Id])
{
    public override string Name =>
        $"{name} of {(owner is { } party ? $"party {party}" : "all")}, {wire.Shape}, f = {wire.FractionBits}, [{wire.Range.Low}, {wire.Range.High}]";

    /// <summary>Takes this party's words, if it brings any.</summary>
    public void Run(GateValues values, CircuitInputs inputs)
    {
        Span<ulong> words = values.New(wire);
        if (inputs.Find(wire) is { } brought)
        {
            brought.Span.CopyTo(words);
        }
    }
}
