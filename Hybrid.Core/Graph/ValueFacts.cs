using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>What can be said of a value without knowing it.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="FractionBits">Fraction bits of its integers.</param>
/// <param name="Range">What its integers can be.</param>
public readonly record struct ValueFacts(Shape Shape, int FractionBits, WordRange Range);
