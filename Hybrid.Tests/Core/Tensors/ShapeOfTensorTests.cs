using System.Numerics.Tensors;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Tensors;

[TestClass]
public sealed class ShapeOfTensorTests
{
    [TestMethod]
    public void A_tensor_and_its_slices_have_their_own_shapes()
    {
        Tensor<double> tensor = Tensor.CreateFromShape<double>([2, 3, 5]);
        Assert.AreEqual(new Shape(2, 3, 5), Shape.Of(tensor.Lengths));
        Assert.AreEqual(new Shape(2, 1, 5), Shape.Of(tensor.AsReadOnlyTensorSpan(Range.All, 1..2, Range.All).Lengths));
    }

    [TestMethod]
    public void Lengths_past_an_int_are_refused_and_not_cut()
    {
        foreach (long length in new[] { 1L << 32, (1L << 32) + 2, long.MaxValue, -1L << 32, long.MinValue })
        {
            var error = Assert.ThrowsExactly<ParameterException>(() => Shape.Of([(nint)length]), $"{length}");
            Assert.AreEqual(ParameterFault.OutOfRange, error.Fault);
        }
    }

    [TestMethod]
    public void A_zero_anywhere_makes_the_tensor_empty()
    {
        foreach (Shape shape in new[] { new Shape(0), new Shape(0, 1 << 20, 1 << 20), new Shape(1 << 20, 1 << 20, 0) })
        {
            Assert.AreEqual(0, shape.ElementCount, shape.ToString());
        }
    }
}
