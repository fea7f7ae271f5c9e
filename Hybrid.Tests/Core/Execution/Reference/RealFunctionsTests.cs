using Hybrid.Execution;
using Hybrid.Graph;

namespace Hybrid.Tests.Core.Execution.Reference;

/// <summary>Functions of one real number against values of mpmath 1.3 with 40 digits, and tables.</summary>
[TestClass]
public sealed class RealFunctionsTests
{
    private static readonly (double Low, double High) Domain = (1.0 / 256, 32768);

    [TestMethod]
    public void The_error_function_is_right_to_1e_15()
    {
        foreach ((double x, double erf, double erfc) in new[]
        {
            (1e-300, 1.1283791670955126e-300, 1.0),
            (1e-10, 1.1283791670955126e-10, 0.99999999988716208),
            (0.1, 0.11246291601828489, 0.88753708398171511),
            (0.5, 0.52049987781304654, 0.47950012218695346),
            (1, 0.84270079294971487, 0.15729920705028513),
            (1.5, 0.96610514647531073, 0.033894853524689273),
            (1.9999, 0.99532019790702939, 0.0046798020929706085),
            (2, 0.99532226501895273, 0.0046777349810472658),
            (2.0001, 0.99532433130419666, 0.0046756686958033442),
            (2.5, 0.99959304798255504, 0.00040695201744495894),
            (3, 0.99997790950300141, 2.2090496998585441e-5),
            (4, 0.9999999845827421, 1.5417257900280019e-8),
            (5, 0.99999999999846254, 1.5374597944280349e-12),
            (5.9, 0.99999999999999993, 7.1904097835505083e-17),
            (6.5, 1, 3.8421483271206475e-20),
            (10, 1, 2.0884875837625448e-45),
            (26, 1, 5.6631924088561428e-296),
        })
        {
            Assert.AreEqual(erf, ErrorFunction.Erf(x), erf * 1.5e-15, $"erf {x}");
            Assert.AreEqual(-erf, ErrorFunction.Erf(-x), erf * 1.5e-15, $"erf {-x}");
            // e^(-x²) makes each unit of its argument one of the result.
            Assert.AreEqual(erfc, ErrorFunction.Erfc(x), Math.Min(6e-16, erfc * (1.5e-13 + (x * x * 3e-16))), $"erfc {x}");
            Assert.AreEqual(1 + erf, ErrorFunction.Erfc(-x), 2e-15, $"erfc {-x}");
        }

        Assert.AreEqual(0, ErrorFunction.Erf(0));
        Assert.AreEqual(1, ErrorFunction.Erf(double.PositiveInfinity));
        Assert.AreEqual(0, ErrorFunction.Erfc(double.PositiveInfinity));
        Assert.IsTrue(double.IsNaN(ErrorFunction.Erf(double.NaN)) && double.IsNaN(ErrorFunction.Erfc(double.NaN)));
    }

    [TestMethod]
    public void The_error_function_is_the_published_one()
    {
        // Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1.
        foreach ((double x, double erf) in new[] { (0.5, 0.5204998778), (1.0, 0.8427007929), (1.5, 0.9661051465), (2.0, 0.9953222650) })
            Assert.AreEqual(erf, ErrorFunction.Erf(x), 6e-11);
    }

    [TestMethod]
    public void Gelu_and_softplus_are_right_even_where_they_vanish()
    {
        foreach ((double x, double gelu, double softplus) in new[]
        {
            (-30, -1.4720141781444561e-196, 9.3576229688397368e-14),
            (-8, -4.9767684594174273e-15, 0.00033540637289576883),
            (-4, -0.00012668496733247969, 0.01814992791780974),
            (-1, -0.15865525393145705, 0.31326168751822283),
            (-0.5, -0.15426876936299345, 0.47407698418010668),
            (0.25, 0.14967658142073093, 0.82593941987884356),
            (1, 0.84134474606854295, 1.3132616875182228),
            (3, 2.9959503059051097, 3.0485873515737421),
            (10, 10.0, 10.000045398899217),
        })
        {
            Assert.AreEqual(gelu, RealFunctions.Gelu(x), Math.Abs(gelu) * (2e-14 + (x * x * 3e-16)), $"gelu {x}");
            Assert.AreEqual(softplus, RealFunctions.Softplus(x), softplus * 1e-15, $"softplus {x}");
        }
    }

    [TestMethod]
    public void Others_are_what_their_names_say()
    {
        foreach ((UnaryFunction function, double x, double y) in new[]
        {
            (UnaryFunction.Relu, -1.5, 0), (UnaryFunction.Relu, 1.5, 1.5), (UnaryFunction.Abs, -1.5, 1.5), (UnaryFunction.Sign, -0.1, -1),
            (UnaryFunction.Sign, 0, 0), (UnaryFunction.Sigmoid, 0, 0.5), (UnaryFunction.Sigmoid, 1, 0.73105857863000488), (UnaryFunction.Sigmoid, -800, 0),
            (UnaryFunction.Tanh, 1, 0.76159415595576489), (UnaryFunction.Silu, 1, 0.73105857863000488), (UnaryFunction.Silu, -1, -0.26894142136999512),
            (UnaryFunction.Exp, 1, Math.E), (UnaryFunction.Sin, 1, 0.8414709848078965), (UnaryFunction.Cos, 1, 0.54030230586813972),
        })
            Assert.AreEqual(y, RealFunctions.Of(function, Domain)(x), 1e-15, $"{function} of {x}");
    }

    [TestMethod]
    public void Functions_hold_their_value_outside_their_domains()
    {
        foreach ((UnaryFunction function, double low, double high) in new[]
        {
            (UnaryFunction.Log, -8 * 0.69314718055994531, 15 * 0.69314718055994531), (UnaryFunction.Sqrt, 1.0 / 16, Math.Sqrt(32768)),
            (UnaryFunction.Reciprocal, 256, 1.0 / 32768), (UnaryFunction.ReciprocalSqrt, 16, 1 / Math.Sqrt(32768)),
        })
        {
            foreach (double x in new[] { double.NegativeInfinity, -1, 0, 1e-9, 1.0 / 256 })
                Assert.AreEqual(low, RealFunctions.Of(function, Domain)(x), 1e-14, $"{function} of {x}");
            foreach (double x in new[] { 32768, 1e9, double.PositiveInfinity })
                Assert.AreEqual(high, RealFunctions.Of(function, Domain)(x), 1e-14, $"{function} of {x}");
        }

        Assert.AreEqual(0, RealFunctions.Exp(-16.01));
        Assert.AreEqual(1.1253517471925912e-7, RealFunctions.Exp(-16), 1e-20);
        Assert.AreEqual(Math.Exp(10), RealFunctions.Exp(700));
    }

    [TestMethod]
    public void Whole_powers_take_any_number_and_others_go_by_the_logarithm()
    {
        Assert.AreEqual(-8, RealFunctions.Power(new PowerOp(3), Domain)(-2));
        Assert.AreEqual(1, RealFunctions.Power(new PowerOp(0), Domain)(0));
        Assert.AreEqual(0.25, RealFunctions.Power(new PowerOp(-2), Domain)(2));
        Assert.AreEqual(65536, RealFunctions.Power(new PowerOp(-2), Domain)(-2));
        Assert.AreEqual(Math.Sqrt(7), RealFunctions.Power(new PowerOp(0.5), Domain)(7), 1e-14);
        Assert.AreEqual(Math.Exp(10), RealFunctions.Power(new PowerOp(2.5), Domain)(1000));
        Assert.AreEqual(0, RealFunctions.Power(new PowerOp(-2.5), Domain)(1000));
    }
}
