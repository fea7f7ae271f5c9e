using Hybrid.Seal.Encoding;
using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Encoding of the diagonals modulo Q P.</content>
public sealed partial class LinearTransform
{
    // Without giant steps products are taken before the rotation, in one pass with the key; with them rotations are kept for all giants.
    private bool IsDirect => _giants.Length <= 1;

    private int GroupOf(int diagonal, out int shift)
    {
        (int block, int giant, int baby) = _plan.Place(diagonal);
        int step = giant * _plan.Babies;
        // The giant step rotates its plaintexts back, and where the product comes first so does the baby step.
        shift = (block * _plan.BlockStride) + step + (IsDirect ? baby : 0);
        return (Array.BinarySearch(_giants, step) * _babies.Length) + Array.BinarySearch(_babies, baby);
    }

    // Returns the sum of squares of all coefficients.
    private double EncodeFactors(MatrixDiagonals diagonals)
    {
        double squares = 0;
        var transform = new SlotTransform(Context.Degree, Context.Width);
        var slots = new double[Context.SlotCount];
        var coefficients = new double[Context.Degree];
        foreach (IGrouping<int, int> group in diagonals.Numbers.GroupBy(d => GroupOf(d, out _)))
        {
            Array.Clear(slots);
            foreach (int d in group)
            {
                _ = GroupOf(d, out int shift);
                for (int vector = 0; vector < VectorCount; vector++)
                {
                    Write(diagonals[d], slots, (vector * Stride) + shift);
                }
            }

            transform.ToCoefficients(slots, [], Scale, coefficients);
            _factors[group.Key] = Encode(coefficients);
            squares += System.Numerics.Tensors.TensorPrimitives.SumOfSquares<double>(coefficients);
        }

        return squares;
    }

    private void Write(double[] diagonal, double[] slots, int start)
    {
        int repeat = _settings.OutputPeriod;
        int length = repeat == 0 ? Rows : slots.Length;
        for (int i = 0; i < length; i++)
        {
            int row = repeat == 0 ? i : i % repeat;
            if (row < Rows)
            {
                slots[(start + i) % slots.Length] = diagonal[row];
            }
        }
    }

    private ResidueBlock Encode(double[] coefficients)
    {
        double largest = CoefficientRounding.Largest(coefficients);
        if (!double.IsFinite(largest) || Math.Log2(largest + 1) >= Context.BitsAt(Level) - 1)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The matrix has a number that is not finite, or too large for scale 2^{Math.Log2(Scale):F1} at level {Level}, whose modulus is 2^{Context.BitsAt(Level):F1}; use finite and smaller numbers, or a smaller scale.");
        }

        var block = new ResidueBlock((long)(Level + 2) * Context.Degree);
        for (int i = 0; i <= Level + 1; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[PrimeAt(i)];
            Span<ulong> residues = Context.Ring.Slice(block.Span, i);
            CoefficientRounding.ToResidues(coefficients, largest, prime.Tables.Modulus, residues, prime.Width);
            prime.Forward(residues);
        }

        return block;
    }

    // The special prime stands behind the level's.
    private int PrimeAt(int index) => index > Level ? Context.SpecialPrime : index;

    private unsafe nint FactorAddress(ResidueBlock factor, int index) => (nint)(factor.Pointer + ((long)index * Context.Degree));
}
