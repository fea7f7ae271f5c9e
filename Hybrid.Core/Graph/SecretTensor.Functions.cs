using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <content>Functions element by element, extremes, and what is made of them.</content>
public sealed partial class SecretTensor
{
    /// <summary>max(x, 0); where bounds alone could not be held, saturating as <see cref="ProgramOptions.UnboundedBits"/> says.</summary>
    public SecretTensor Relu()
    {
        ProgramOptions options = Program.Options;
        return Ready.Range.High > Int128.One << (options.UnboundedBits + options.FractionBits)
            ? Clip(0, Math.ScaleB(1, options.SaturationBits))
            : Apply(UnaryFunction.Relu);
    }

    /// <summary>x where it is positive, slope · x elsewhere.</summary>
    public SecretTensor LeakyRelu(double slope) => Append(new LeakyReluOp(slope), Ready);

    /// <summary>x, or the bound that it is beyond.</summary>
    public SecretTensor Clip(double low, double high) => Append(new ClipOp(low, high), Ready);

    /// <summary>|x|.</summary>
    public SecretTensor Abs() => Apply(UnaryFunction.Abs);

    /// <summary>−1, 0 or 1.</summary>
    public SecretTensor Sign() => Apply(UnaryFunction.Sign);

    /// <summary>1 / (1 + e^−x).</summary>
    public SecretTensor Sigmoid() => Apply(UnaryFunction.Sigmoid);

    /// <summary>tanh x.</summary>
    public SecretTensor Tanh() => Apply(UnaryFunction.Tanh);

    /// <summary>The error function.</summary>
    public SecretTensor Erf() => Apply(UnaryFunction.Erf);

    /// <summary>x Φ(x).</summary>
    public SecretTensor Gelu() => Apply(UnaryFunction.Gelu);

    /// <summary>x / (1 + e^−x).</summary>
    public SecretTensor Silu() => Apply(UnaryFunction.Silu);

    /// <summary>ln(1 + e^x).</summary>
    public SecretTensor Softplus() => Apply(UnaryFunction.Softplus);

    /// <summary>e^x: 0 below −16, e^10 above 10.</summary>
    public SecretTensor Exp() => Apply(UnaryFunction.Exp);

    /// <summary>ln x, on [2^−8, 2^15].</summary>
    public SecretTensor Log() => Apply(UnaryFunction.Log);

    /// <summary>√x, on [2^−8, 2^15].</summary>
    public SecretTensor Sqrt() => Apply(UnaryFunction.Sqrt);

    /// <summary>1 / √x, on [2^−8, 2^15].</summary>
    public SecretTensor ReciprocalSqrt() => Apply(UnaryFunction.ReciprocalSqrt);

    /// <summary>1 / x, on [2^−8, 2^15].</summary>
    public SecretTensor Reciprocal() => Apply(UnaryFunction.Reciprocal);

    /// <summary>sin x.</summary>
    public SecretTensor Sin() => Apply(UnaryFunction.Sin);

    /// <summary>cos x.</summary>
    public SecretTensor Cos() => Apply(UnaryFunction.Cos);

    /// <summary>x to a public power: whole ones for any x, others for positive x.</summary>
    public SecretTensor Power(double exponent) => exponent == 2 ? this * this : Append(new PowerOp(exponent), Ready);

    /// <summary>e^x over the sum of all e^x along a dimension.</summary>
    public SecretTensor Softmax(int axis = -1) => Append(new SoftmaxOp(Axis(axis)), Ready);

    /// <summary>ln of the softmax along a dimension.</summary>
    public SecretTensor LogSoftmax(int axis = -1) => Append(new LogSoftmaxOp(Axis(axis)), Ready);

    /// <summary>The greater of each two.</summary>
    public SecretTensor Max(SecretTensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Append(new MaximumOp(), Ready, y.Ready);
    }

    /// <summary>The less of each two.</summary>
    public SecretTensor Min(SecretTensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Append(new MinimumOp(), Ready, y.Ready);
    }

    /// <summary>The greatest element along a dimension.</summary>
    public SecretTensor Max(int axis, bool keepDimension = false) => Append(new ReduceMaxOp(Axis(axis), keepDimension), Ready);

    /// <summary>The least element along a dimension.</summary>
    public SecretTensor Min(int axis, bool keepDimension = false) => Append(new ReduceMaxOp(Axis(axis), keepDimension, IsLeast: true), Ready);

    /// <summary>Where the greatest element along a dimension is: the first place of several.</summary>
    public SecretTensor ArgMax(int axis = -1, bool keepDimension = false) => Append(new ArgMaxOp(Axis(axis), keepDimension), Ready);

    /// <summary>Where the least element along a dimension is: the first place of several.</summary>
    public SecretTensor ArgMin(int axis = -1, bool keepDimension = false) => Append(new ArgMaxOp(Axis(axis), keepDimension, IsLeast: true), Ready);

    /// <summary>
    /// The greatest elements of windows of images; cells of the padding never win. Of a ReLU the greatest are taken first, which is the same, for
    /// fewer elements.
    /// </summary>
    public SecretTensor MaxPool(int height, int width, Conv2dGeometry? geometry = null)
    {
        var op = new MaxPoolOp(height, width, geometry ?? Square(height, width));
        return _node is { Op: UnaryOp { Function: UnaryFunction.Relu } or ClipOp }
            ? new SecretTensor(Program, Program.Graph.Add(_node.Op, Program.Graph.Add(op, _node.Inputs[0])))
            : Append(op, Ready);
    }

    private SecretTensor Apply(UnaryFunction function) => Append(new UnaryOp(function), Ready);
}
