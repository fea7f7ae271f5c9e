using Hybrid.Tensors;

namespace Hybrid.Models.Layers;

/// <summary>
/// The network of 18 layers of He et al., "Deep residual learning for image recognition" (2016), with random weights: a network of real size to
/// measure. 11.7 million weights and 1.8 billion products an image.
/// </summary>
public static class ResNet18
{
    private const int StagesSeeds = 1000;

    /// <summary>The shape of an image: three colours of 224 by 224.</summary>
    public static Shape Image => new(3, 224, 224);

    /// <summary>Makes the network, for images (N, 3, H, W) whose sides are multiples of 32; the result is (N, classes).</summary>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="classes">How many labels.</param>
    public static Sequential Build(int seed, int classes = 1000)
    {
        int[] channels = [64, 128, 256, 512];
        var layers = new List<Layer> { new Conv2d(3, 64, 7, seed, stride: 2, pad: 3), new BatchNorm2d(64, seed + 1), new Relu(), new MaxPool2d(3, 2, 1) };
        int inputs = 64;
        for (int stage = 0; stage < channels.Length; stage++)
        {
            int first = seed + (StagesSeeds * (stage + 1));
            layers.Add(Block(inputs, channels[stage], stage == 0 ? 1 : 2, first));
            layers.Add(new Relu());
            layers.Add(Block(channels[stage], channels[stage], 1, first + 100));
            layers.Add(new Relu());
            inputs = channels[stage];
        }

        layers.AddRange([new GlobalAveragePool2d(), new Linear(inputs, classes, seed + 2)]);
        return new Sequential([.. layers]);
    }

    /// <summary>The network as a server has it.</summary>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="classes">How many labels.</param>
    /// <param name="side">Height and width of an image, a multiple of 32.</param>
    public static NetworkModel Model(int seed, int classes = 1000, int side = 224) =>
        new("resnet18", new Shape(3, side, side), classes, Build(seed, classes).Apply, bound: 4);

    // Two convolutions; where the shape changes, one of single cells goes beside them.
    private static Residual Block(int inputs, int outputs, int stride, int seed)
    {
        var body = new Sequential(
            new Conv2d(inputs, outputs, 3, seed, stride, pad: 1),
            new BatchNorm2d(outputs, seed + 1),
            new Relu(),
            new Conv2d(outputs, outputs, 3, seed + 10, pad: 1),
            new BatchNorm2d(outputs, seed + 11));
        Layer? shortcut = stride == 1 && inputs == outputs
            ? null
            : new Sequential(new Conv2d(inputs, outputs, 1, seed + 20, stride), new BatchNorm2d(outputs, seed + 21));
        return new Residual(body, shortcut);
    }
}
