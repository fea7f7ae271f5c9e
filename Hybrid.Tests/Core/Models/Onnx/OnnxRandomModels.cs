using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Random models, and what should be read of them.</summary>
internal sealed class OnnxRandomModels
{
    private static readonly OnnxDataType[] Types =
    [
        OnnxDataType.Float, OnnxDataType.Double, OnnxDataType.Float16, OnnxDataType.Bfloat16, OnnxDataType.Int8, OnnxDataType.Int16, OnnxDataType.Int32,
        OnnxDataType.Int64, OnnxDataType.Uint8, OnnxDataType.Uint16, OnnxDataType.Uint32, OnnxDataType.Uint64, OnnxDataType.Bool, OnnxDataType.String,
    ];

    private readonly Random _random;

    public OnnxRandomModels(Random random) => _random = random;

    /// <summary>A model with tensors of every type and place, attributes of every kind, and nodes in no order.</summary>
    public Expected Next()
    {
        var expected = new Expected();
        OnnxBuilder builder = expected.Builder.Opset(_random.Next(9, 22)).Opset("ai.onnx.ml", _random.Next(1, 5)).Producer(Word());
        builder.Input("x", Word(), _random.Next(100), null);
        List<string> values = ["x", string.Empty];
        for (int i = _random.Next(5); i > 0; i--)
        {
            string name = $"{Word()}.{i}";
            OnnxTensorDraft tensor = Tensor();
            expected.Tensors.Add(name, tensor);
            builder.Initializer(name, tensor);
            values.Add(name);
        }

        int count = _random.Next(1, 8);
        string[][] inputs = new string[count][];
        for (int i = 0; i < count; i++)
        {
            inputs[i] = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => values[_random.Next(values.Count)])];
            values.Add($"v{i}");
        }

        int[] order = [.. Enumerable.Range(0, count)];
        _random.Shuffle(order);
        foreach (int i in order)
        {
            string name = _random.Next(2) == 0 ? string.Empty : $"{Word()}/{i}";
            Dictionary<string, object> attributes = Attributes();
            expected.Nodes.Add($"v{i}", (inputs[i], attributes));
            builder.Node(name, Word(), _random.Next(3) == 0 ? OnnxDomain.Ml : string.Empty, inputs[i], [$"v{i}", string.Empty], [.. attributes.Select(pair => Draft(pair.Key, pair.Value))]);
        }

        builder.Output($"v{count - 1}", OnnxDataType.Double, "batch", 3);
        return expected;
    }

    private Dictionary<string, object> Attributes()
    {
        var attributes = new Dictionary<string, object>();
        for (int i = _random.Next(4); i > 0; i--)
        {
            attributes.Add($"{Word()}_{i}", _random.Next(7) switch
            {
                0 => _random.NextInt64(long.MinValue, long.MaxValue),
                1 => (float)_random.NextDouble(),
                2 => Word(),
                3 => Many(() => _random.NextInt64(-1000, 1000)),
                4 => Many(() => (float)_random.NextDouble()),
                5 => Many(Word),
                _ => Tensor(),
            });
        }

        return attributes;
    }

    private OnnxTensorDraft Tensor()
    {
        OnnxDataType type = Types[_random.Next(Types.Length)];
        long[] dims = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => (long)_random.Next(4))];
        int count = (int)dims.Aggregate(1L, (a, b) => a * b);
        var place = (OnnxTensorDraft.Place)_random.Next(3);
        int bits = 8 * type.ElementBytes();
        bool signed = type is OnnxDataType.Int8 or OnnxDataType.Int16 or OnnxDataType.Int32 or OnnxDataType.Int64;
        return new OnnxTensorDraft
        {
            Type = type,
            Dims = dims,
            At = place,
            Reals = type.IsFloating() ? [.. Enumerable.Range(0, count).Select(_ => _random.Next(-128, 128) / 16.0)] : [],
            Texts = type == OnnxDataType.String ? [.. Enumerable.Range(0, count).Select(_ => Word())] : [],
            Integers = type.IsFloating() || type == OnnxDataType.String ? [] : [.. Enumerable.Range(0, count).Select(_ => type == OnnxDataType.Bool ? _random.Next(2)
                : signed ? _random.NextInt64(long.MinValue, long.MaxValue) >> (64 - bits) : _random.NextInt64() >>> (64 - bits))],
        };
    }

    private T[] Many<T>(Func<T> one) => [.. Enumerable.Range(0, _random.Next(5)).Select(_ => one())];

    private string Word() => string.Concat(Enumerable.Range(0, _random.Next(1, 8)).Select(_ => "abcxyzÄß犬 "[_random.Next(10)]));

    private static OnnxAttributeDraft Draft(string name, object value) => value switch
    {
        long one => (name, one),
        float one => (name, one),
        string one => (name, one),
        long[] many => (name, many),
        float[] many => (name, many),
        string[] many => (name, many),
        _ => (name, (OnnxTensorDraft)value),
    };

    /// <summary>A model in the making and its parts.</summary>
    public sealed class Expected
    {
        public OnnxBuilder Builder { get; } = new();

        public Dictionary<string, OnnxTensorDraft> Tensors { get; } = [];

        /// <summary>Inputs and attributes, by first output.</summary>
        public Dictionary<string, (string[] Inputs, Dictionary<string, object> Attributes)> Nodes { get; } = [];
    }
}
