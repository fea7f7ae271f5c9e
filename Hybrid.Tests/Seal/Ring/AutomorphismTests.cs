using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class AutomorphismTests
{
    private const int Seed = 40;

    private static readonly int[] Degrees = [16, 32, 64, 256, 1024];

    [TestMethod]
    public void Maps_X_to_its_power_on_coefficients()
    {
        foreach (int degree in Degrees)
        {
            foreach (int bits in new[] { 30, 50, 60 })
            {
                NttTables tables = RingSamples.Tables(degree, bits);
                var ntt = new NegacyclicNtt(tables);
                ulong[] coefficients = RingSamples.Random(degree, tables.Modulus, Seed);
                ulong[] values = [.. coefficients];
                ntt.Forward(values);
                foreach (uint element in Elements(degree))
                {
                    var expected = new ulong[degree];
                    for (int i = 0; i < degree; i++)
                    {
                        ulong power = (ulong)i * element % (2 * (ulong)degree);
                        expected[power % (ulong)degree] = power < (ulong)degree ? coefficients[i] : tables.Modulus.NegateMod(coefficients[i]);
                    }

                    var mapped = new ulong[degree];
                    new Automorphism(degree, element).Apply(values, mapped);
                    ntt.Inverse(mapped);
                    CollectionAssert.AreEqual(expected, mapped, $"degree {degree}, {bits} bits, element {element}, seed {Seed}");
                }
            }
        }
    }

    [TestMethod]
    public void Portable_and_wide_move_the_same()
    {
        foreach (int degree in Degrees)
        {
            ulong[] values = [.. Enumerable.Range(0, degree).Select(i => (ulong)i + (ulong.MaxValue / 2))];
            foreach (uint element in Elements(degree))
            {
                var automorphism = new Automorphism(degree, element);
                var wide = new ulong[degree];
                var portable = new ulong[degree];
                automorphism.Apply(values, wide);
                automorphism.ApplyPortable(values, portable);
                CollectionAssert.AreEqual(portable, wide, $"degree {degree}, element {element}");
                CollectionAssert.AreEquivalent(values, wide, $"degree {degree}, element {element}");
            }
        }
    }

    [TestMethod]
    public void The_inverse_element_undoes_the_map()
    {
        foreach (int degree in Degrees)
        {
            ulong[] values = [.. Enumerable.Range(0, degree).Select(i => (ulong)i)];
            for (uint element = 1; element < 2 * (uint)degree; element += degree > 64 ? 30u : 2u)
            {
                uint inverse = Automorphism.InverseElement(degree, element);
                Assert.AreEqual(1UL, (ulong)element * inverse % (2 * (ulong)degree), $"degree {degree}, element {element}");
                var there = new ulong[degree];
                var back = new ulong[degree];
                new Automorphism(degree, element).Apply(values, there);
                new Automorphism(degree, inverse).Apply(there, back);
                CollectionAssert.AreEqual(values, back, $"degree {degree}, element {element}");
            }
        }

        foreach (uint element in Elements(1 << 15))
        {
            Assert.AreEqual(1UL, (ulong)element * Automorphism.InverseElement(1 << 15, element) % (1 << 16), $"element {element}");
        }
    }

    private static uint[] Elements(int degree)
    {
        var random = new Random(Seed);
        return [1, 3, 5, 9, (uint)degree - 1, (uint)degree + 1, (2 * (uint)degree) - 1, .. Enumerable.Range(0, 4).Select(_ => (2 * (uint)random.Next(degree)) + 1)];
    }
}
