namespace Hybrid.Seal;

/// <summary>The powers g of X that rotations and conjugation stand for: X becomes X^g.</summary>
/// <remarks>3 generates the rotations, as in Microsoft SEAL; -1 conjugates.</remarks>
public static class GaloisElement
{
    private const uint Generator = 3;

    /// <summary>The element that moves every slot so many places to the left, or to the right if negative.</summary>
    /// <param name="degree">N.</param>
    /// <param name="steps">Places, above -N/2 and below N/2, not 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many slots, or the steps are 0.</exception>
    public static uint OfRotation(int degree, int steps)
    {
        int slots = degree / 2;
        if (steps == 0 || Math.Abs((long)steps) >= slots)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), steps, $"A rotation of {slots} slots goes 1 to {slots - 1} steps to the left, or to the right as a negative number.");
        }

        uint mask = 2 * (uint)degree - 1;
        uint element = 1;
        uint power = Generator;
        for (uint left = (uint)(steps < 0 ? steps + slots : steps); left != 0; left >>= 1)
        {
            if ((left & 1) != 0)
            {
                element = (element * power) & mask;
            }

            power = (power * power) & mask;
        }

        return element;
    }

    /// <summary>The element that conjugates every slot: 2N - 1.</summary>
    public static uint OfConjugation(int degree) => 2 * (uint)degree - 1;

    /// <summary>What an element does, for messages.</summary>
    internal static string Describe(int degree, uint element)
    {
        if (element == OfConjugation(degree))
        {
            return "conjugation";
        }

        uint mask = 2 * (uint)degree - 1;
        uint power = Generator;
        for (int steps = 1; steps < degree / 2; steps++, power = (power * Generator) & mask)
        {
            if (power == element)
            {
                return steps <= degree / 4 ? $"rotation by {steps} (Galois element {element})" : $"rotation by {steps - (degree / 2)} (Galois element {element})";
            }
        }

        return $"Galois element {element}";
    }
}
