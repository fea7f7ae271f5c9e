namespace Hybrid.Graph;

/// <summary>Functions of one number, applied element by element.</summary>
public enum UnaryFunction
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>−1, 0 or 1, without fraction bits.</summary>
    Sign,

    /// <summary>1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>x Φ(x).</summary>
    Gelu,

    /// <summary>x / (1 + e^−x).</summary>
    Silu,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,

    /// <summary>e^x: 0 below −16, e^10 above 10.</summary>
    Exp,

    /// <summary>ln x, on [2^−8, 2^15].</summary>
    Log,

    /// <summary>√x, on [2^−8, 2^15].</summary>
    Sqrt,

    /// <summary>1 / √x, on [2^−8, 2^15].</summary>
    ReciprocalSqrt,

    /// <summary>1 / x, on [2^−8, 2^15].</summary>
    Reciprocal,

    /// <summary>sin x.</summary>
    Sin,

    /// <summary>cos x.</summary>
    Cos,
}
