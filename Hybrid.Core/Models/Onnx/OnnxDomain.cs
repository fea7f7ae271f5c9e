namespace Hybrid.Models.Onnx;

/// <summary>The two domains of operators that ONNX defines, and the versions of their opsets that are read.</summary>
internal static class OnnxDomain
{
    /// <summary>Neural networks: "ai.onnx" in full.</summary>
    public const string Default = "";

    /// <summary>Classical machine learning: trees, scalers, linear models.</summary>
    public const string Ml = "ai.onnx.ml";

    /// <summary>The oldest opset read of the default domain.</summary>
    public const int OldestDefault = 9;

    /// <summary>The newest opset read of the default domain.</summary>
    public const int NewestDefault = 21;

    /// <summary>The opset of the default domain that errors suggest.</summary>
    public const int Suggested = 17;

    /// <summary>The oldest opset read of classical machine learning.</summary>
    public const int OldestMl = 1;

    /// <summary>The newest opset read of classical machine learning.</summary>
    public const int NewestMl = 4;

    /// <summary>A domain by its short name.</summary>
    public static string Normalised(string domain) => domain == "ai.onnx" ? Default : domain;

    /// <summary>A domain by its full name, for messages.</summary>
    public static string Full(string domain) => domain == Default ? "ai.onnx" : domain;
}
