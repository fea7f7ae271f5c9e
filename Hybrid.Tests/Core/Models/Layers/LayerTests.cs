using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Models.Layers;
using Hybrid.Models.Onnx;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Layers;

/// <summary>Networks made of layers.</summary>
[TestClass]
public sealed class LayerTests
{
    private static double[] Of(Layer layer, int[] row, double[] x) => ImportRun.Real(
        new NetworkModel("m", new Shape(row), Outputs(layer, row), x => new Flatten().Apply(layer.Apply(x)), options: ImportRun.Plain.Numbers), x);

    private static int Outputs(Layer layer, int[] row) => layer.Apply(new TensorProgram().Input("x", Party.Client, new Shape([1, .. row]))).Shape.ElementCount;

    [TestMethod]
    public void A_linear_layer_is_a_product_and_a_bias() => ImportRun.Same(
        [1 + 6 + 0.5, 2 + 8 - 0.5],
        Of(new Linear(Tensor.Create([1.0, 2, 3, 4], [2, 2]), Tensor.Create([0.5, -0.5], [2])), [2], [1, 2]), 1e-6);

    [TestMethod]
    public void Layers_take_their_weights_from_an_onnx_file()
    {
        string file = Repository.Sample("digits-mlp.onnx");
        IReadOnlyDictionary<string, Tensor<double>> state = OnnxState.Load(file);
        CollectionAssert.AreEquivalent(new[] { "0.bias", "0.weight", "2.bias", "2.weight" }, state.Keys.ToArray());
        var layers = new Sequential(Linear.FromPyTorch(state["0.weight"], state["0.bias"]), new Relu(), Linear.FromPyTorch(state["2.weight"], state["2.bias"]));
        double[] x = [.. ImportRun.Numbers(64).Select(Math.Abs)];
        double[] imported = ImportRun.Real(OnnxNetwork.Load(file, ImportRun.Plain), x);
        ImportRun.Same(imported, Of(layers, [64], x), 1e-6);
        Sentences.Refused<ParameterException>(() => Linear.FromPyTorch(state["0.bias"]), "The weights of Linear");
    }

    [TestMethod]
    public void Activations_and_pools_compute_themselves()
    {
        double[] x = [-1, 2, 0.5, -3];
        ImportRun.Same([0, 2, 0.5, 0], Of(new Relu(), [4], x), 1e-6);
        ImportRun.Same([.. x.Select(v => 1 / (1 + Math.Exp(-v)))], Of(new Sigmoid(), [4], x), 1e-6);
        ImportRun.Same([.. x.Select(Math.Tanh)], Of(new Tanh(), [4], x), 1e-6);
        ImportRun.Same(Activation.Softmax.Apply(x), Of(new Softmax(), [4], x), 1e-6);
        ImportRun.Same([2], Of(new MaxPool2d(2), [1, 2, 2], x), 1e-6);
        ImportRun.Same([-0.375], Of(new AveragePool2d(2), [1, 2, 2], x), 1e-5);
        ImportRun.Same([-0.375], Of(new GlobalAveragePool2d(), [1, 2, 2], x), 1e-5);
        ImportRun.Same([-1 * 0.15865525, 2 * 0.97724987, 0.5 * 0.69146246, -3 * 0.0013499], Of(new Gelu(), [4], x), 1e-5);
    }

    [TestMethod]
    public void A_normalisation_behind_a_convolution_is_folded_into_it_and_changes_nothing()
    {
        var convolution = new Conv2d(2, 3, 3, seed: 1, pad: 1);
        var norm = new BatchNorm2d(3, seed: 2);
        var folded = new Sequential(convolution, norm, new Relu());
        Assert.HasCount(2, folded.Layers);
        double[] x = ImportRun.Numbers(2 * 4 * 4);
        double[] apart = Of(new Sequential(new Sequential(convolution), norm, new Relu()), [2, 4, 4], x);
        ImportRun.Same(apart, Of(folded, [2, 4, 4], x), 1e-5);
        Assert.IsTrue(apart.Any(value => value > 0));
    }

    [TestMethod]
    public void A_residual_adds_its_two_ways()
    {
        ImportRun.Same([1, -1], Of(new Residual(new Relu(), new Sequential(new Relu(), new Relu())), [2], [0.5, -1]).Zip([0.0, -1]).Select(pair => pair.First + pair.Second).ToArray(), 1e-6);
        ImportRun.Same([1, -1], Of(new Residual(new Relu()), [2], [0.5, -1]), 1e-6);
    }

    [TestMethod]
    public void Random_weights_are_the_same_for_a_seed_and_as_large_as_they_should_be()
    {
        var first = new double[4096];
        var second = new double[4096];
        Layer.RandomWeights(7, 64, 64).FlattenTo(first);
        Layer.RandomWeights(7, 64, 64).FlattenTo(second);
        CollectionAssert.AreEqual(first, second);
        Assert.AreEqual(2.0 / 64, first.Sum(value => value * value) / first.Length, 2e-3);
    }

    [TestMethod]
    public void The_network_of_18_layers_has_its_shapes()
    {
        NetworkModel model = ResNet18.Model(seed: 1, classes: 10, side: 32);
        OpGraph graph = model.Program(1, Revealed.Scores).Graph;
        Assert.AreEqual(20, graph.Nodes.Count(node => node.Op is Conv2dOp));
        Assert.AreEqual(new Shape(1, 10), graph.Reveals.Single().Shape);
        Assert.IsFalse(graph.Nodes.Any(node => node.Op is MultiplyOp));
    }

    [TestMethod]
    public void Weights_that_do_not_fit_are_refused()
    {
        Sentences.Refused<ParameterException>(() => _ = new Linear(Layer.RandomWeights(1, 2, 3), Layer.RandomWeights(1, 2)), "The biases of Linear are 3 numbers, one for each output; 2 were given");
        Sentences.Refused<ParameterException>(() => _ = new Linear(Layer.RandomWeights(1, 2)), "tensor of 2 dimensions; one of 1 was given");
        Sentences.Refused<ParameterException>(() => _ = new Conv2d(Layer.RandomWeights(1, 2, 3)), "The kernels of Conv2d");
        Sentences.Refused<ParameterException>(() => _ = new Sequential(new Conv2d(1, 2, 3, 1), new BatchNorm2d(3, 1)), "3 channels stands behind a convolution that has 2");
        Sentences.Refused<ParameterException>(() => _ = new BatchNorm2d(Layer.RandomWeights(1, 1), Layer.RandomWeights(1, 1), Layer.RandomWeights(1, 1), Tensor.Create([-1.0], [1])), "variances are positive");
    }
}
