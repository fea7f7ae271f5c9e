using System.Collections.Frozen;

namespace Hybrid.Models.Onnx.Import;

/// <summary>What to use in place of operators that are not known.</summary>
internal static class OnnxSubstitutes
{
    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>
    {
        ["LSTM"] = "use convolutions over time or attention",
        ["GRU"] = "use convolutions over time or attention",
        ["RNN"] = "use convolutions over time or attention",
        ["If"] = "export the model with its branch decided, for nothing branches on data",
        ["Loop"] = "export the model with its loop unrolled, for nothing branches on data",
        ["Scan"] = "export the model with its loop unrolled, for nothing branches on data",
        ["TopK"] = "use ArgMax or ReduceMax",
        ["NonZero"] = "use Where, for a shape cannot depend on data",
        ["NonMaxSuppression"] = "let the client do it with the results",
        ["LRN"] = "use BatchNormalization",
        ["LpPool"] = "use AveragePool",
        ["Resize"] = "use ConvTranspose or DepthToSpace",
        ["Upsample"] = "use ConvTranspose or DepthToSpace",
        ["Einsum"] = "use MatMul and Transpose",
        ["GatherElements"] = "use Gather with constant places",
        ["GatherND"] = "use Gather with constant places",
        ["ScatterND"] = "use Where with a constant mask",
        ["ScatterElements"] = "use Where with a constant mask",
        ["OneHot"] = "let the client send zeros and ones",
        ["CumSum"] = "use MatMul with a matrix of zeros and ones",
        ["QuantizeLinear"] = "export the model before quantisation",
        ["DequantizeLinear"] = "export the model before quantisation",
        ["QLinearConv"] = "export the model before quantisation",
        ["QLinearMatMul"] = "export the model before quantisation",
        ["DynamicQuantizeLinear"] = "export the model before quantisation",
        ["MatMulInteger"] = "export the model before quantisation",
        ["ConvInteger"] = "export the model before quantisation",
        ["TreeEnsembleClassifier"] = "use a linear model or a small network",
        ["TreeEnsembleRegressor"] = "use a linear model or a small network",
        ["SVMClassifier"] = "use a linear model, such as sklearn's LinearSVC",
        ["SVMRegressor"] = "use a linear model, such as sklearn's LinearSVR",
        ["OneHotEncoder"] = "let the client send zeros and ones",
        ["LabelEncoder"] = "let the client send numbers",
        ["CategoryMapper"] = "let the client send numbers",
        ["DictVectorizer"] = "let the client send numbers",
        ["Imputer"] = "let the client fill what is missing",
        ["ArrayFeatureExtractor"] = "take the probabilities as the output",
        ["RandomNormal"] = "export the model for inference",
        ["RandomUniform"] = "export the model for inference",
    }.ToFrozenDictionary();

    /// <summary>What to do about a node, as the end of a sentence.</summary>
    public static string For(OnnxNode node) => node.HasSubgraphs && !Known.ContainsKey(node.OpType)
        ? "export the model without subgraphs"
        : Known.GetValueOrDefault(node.OpType, "which nothing here stands for: compute it outside, or without it");
}
