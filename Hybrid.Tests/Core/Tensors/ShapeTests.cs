using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Tensors;

[TestClass]
public sealed class ShapeTests
{
    [TestMethod]
    public void Counts_elements_and_prints_lengths()
    {
        foreach ((int[] lengths, int count, string text) in new[]
        {
            (Array.Empty<int>(), 1, "()"),
            ([7], 7, "(7)"),
            ([171, 30], 5130, "(171, 30)"),
            ([3, 0, 5], 0, "(3, 0, 5)"),
            ([Shape.MaximumElements], Shape.MaximumElements, $"({Shape.MaximumElements})"),
            ([1 << 14, 1 << 14], Shape.MaximumElements, "(16384, 16384)"),
        })
        {
            var shape = new Shape(lengths);
            Assert.AreEqual(count, shape.ElementCount, text);
            Assert.AreEqual(lengths.Length, shape.Rank, text);
            Assert.AreEqual(text, shape.ToString());
            CollectionAssert.AreEqual(lengths, shape.Lengths.ToArray());
            for (int i = 0; i < lengths.Length; i++)
            {
                Assert.AreEqual(lengths[i], shape[i]);
            }
        }
    }

    [TestMethod]
    public void Refuses_negative_lengths_and_too_many_elements()
    {
        foreach (int[] lengths in new int[][] { [-1], [int.MinValue, 2], [3, -2, 4], [0, -1] })
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => new Shape(lengths), string.Join(", ", lengths));
            Assert.AreEqual(ParameterFault.OutOfRange, e.Fault);
        }

        foreach (int[] lengths in new int[][] { [Shape.MaximumElements + 1], [1 << 14, (1 << 14) + 1], [int.MaxValue, int.MaxValue, int.MaxValue], [1 << 16, 1 << 16, 1 << 16, 1 << 16] })
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => new Shape(lengths), string.Join(", ", lengths));
            StringAssert.Contains(e.Message, lengths[0].ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [TestMethod]
    public void Equal_lengths_make_equal_shapes()
    {
        Assert.AreEqual(new Shape(2, 3), new Shape(2, 3));
        Assert.AreEqual(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
        Assert.AreNotEqual(new Shape(2, 3), new Shape(3, 2));
        Assert.AreNotEqual(new Shape(6), new Shape(2, 3));
        Assert.AreNotEqual(new Shape(2, 3), new Shape(2, 3, 1));
        Assert.IsFalse(new Shape(2).Equals(null));
        Assert.IsFalse(new Shape(2).Equals("(2)"));
    }

    [TestMethod]
    public void MatMul_needs_equal_inner_lengths()
    {
        Assert.AreEqual(new Shape(2, 5), Shape.MatMul(new Shape(2, 3), new Shape(3, 5)));
        foreach ((Shape left, Shape right) in new[]
        {
            (new Shape(2, 3), new Shape(2, 3)),
            (new Shape(3), new Shape(3, 5)),
            (new Shape(2, 3), new Shape(3)),
            (new Shape(1, 2, 3), new Shape(3, 5)),
        })
        {
            ParameterException e = Assert.ThrowsExactly<ParameterException>(() => Shape.MatMul(left, right));
            Assert.AreEqual(ParameterFault.Mismatch, e.Fault);
            StringAssert.Contains(e.Message, $"{left} by {right}");
        }
    }
}
