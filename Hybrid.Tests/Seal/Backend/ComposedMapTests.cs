using System.Numerics;
using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class ComposedMapTests
{
    private static readonly ChainOp[][] Chains =
    [
        [ChainOp.MatMul(1, 5)],
        [ChainOp.MatMul(4, 40), ChainOp.Add(60)],
        [ChainOp.Add(20), ChainOp.MatMul(3, 9)],
        [ChainOp.Add(9), ChainOp.Add(10), ChainOp.MatMul(3, 9), ChainOp.Add(30), ChainOp.Add(5)],
        [ChainOp.MatMul(5, 12), ChainOp.Add(30), ChainOp.MatMul(2, 15), ChainOp.Add(50)],
        [ChainOp.MatMul(1, 12), ChainOp.MatMul(6, 10), ChainOp.MatMul(3, 8)],
        [ChainOp.MatMul(3, 18), ChainOp.Add(62), ChainOp.MatMul(3, 18), ChainOp.Add(62)],
        [ChainOp.MatMul(3, 0), ChainOp.Add(10), ChainOp.MatMul(3, 20)],
    ];

    [TestMethod]
    public void Its_matrix_and_bias_are_those_of_the_chain()
    {
        for (int i = 0; i < Chains.Length; i++)
        {
            for (int inputs = 1; inputs <= 7; inputs += 3)
            {
                var chain = new LinearChain(160 + i, 2, inputs, 8, Chains[i]);
                ComposedMap map = ComposedMap.Of(chain.Stretch, chain.Constants);
                string what = $"chain {i} of {inputs} inputs";

                // The rows of the identity go to the rows of the matrix, zero to the bias.
                BigInteger[] identity = [.. Enumerable.Range(0, inputs * inputs).Select(k => k / inputs == k % inputs ? BigInteger.One : BigInteger.Zero)];
                CollectionAssert.AreEqual(chain.Apply(identity, withSums: false), map.Weights.Select(weight => (BigInteger)weight).ToArray(), what);
                CollectionAssert.AreEqual(chain.Apply(new BigInteger[inputs], withSums: true), map.Bias.Select(bias => (BigInteger)bias).ToArray(), what);
            }
        }
    }

    [TestMethod]
    public void No_column_exceeds_the_bound_that_was_derived_for_it()
    {
        for (int i = 0; i < Chains.Length; i++)
        {
            var chain = new LinearChain(170 + i, 2, 4, 8, Chains[i]);
            LinearStretch linear = LinearStretch.Of(chain.Stretch)!;
            ComposedMap map = ComposedMap.Of(chain.Stretch, chain.Constants);
            for (int j = 0; j < linear.Biases; j++)
            {
                Int128 norm = Enumerable.Range(0, (map.Weights.Length / linear.Biases)).Aggregate(Int128.Zero, (sum, k) => sum + Math.Abs(map.Weights[(k * linear.Biases) + j]));
                Assert.IsLessThanOrEqualTo(linear.NormBound, norm, $"chain {i}, column {j}");
            }
        }
    }

    [TestMethod]
    public void Constants_that_this_party_does_not_know_cannot_be_composed()
    {
        var chain = new LinearChain(1, 2, 3, 8, ChainOp.MatMul(2, 5), ChainOp.Add(5));
        chain.Bindings.Clear();
        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(() => ComposedMap.Of(chain.Stretch, chain.Constants));
        StringAssert.Contains(e.Message, "has no values bound to W1");
    }
}
