using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Values of every type, from every place they can lie in.</summary>
[TestClass]
public sealed class OnnxTensorTests
{
    private static readonly OnnxTensorDraft.Place[] Inside = [OnnxTensorDraft.Place.Raw, OnnxTensorDraft.Place.Typed, OnnxTensorDraft.Place.Unpacked];

    [TestMethod]
    [DataRow(1, new[] { 0, -0.0, 1.5, -3.25, float.MaxValue, float.Epsilon, double.PositiveInfinity, double.NegativeInfinity })]
    [DataRow(11, new[] { 0, 0.1, -1e300, double.Epsilon, double.MaxValue })]
    [DataRow(10, new[] { 0, 1, -2.5, 65504, 5.9604644775390625e-8, double.NegativeInfinity })]
    [DataRow(16, new[] { 0, 1, -2.5, 3.3895313892515355e38, 0.0078125 })]
    public void Floating_types_are_read_exactly(int type, double[] values)
    {
        foreach (OnnxTensorDraft.Place place in Inside)
        {
            OnnxTensor tensor = Read(OnnxTensorDraft.Real((OnnxDataType)type, [values.Length], values) with { At = place });
            Assert.AreEqual((OnnxDataType)type, tensor.DataType);
            CollectionAssert.AreEqual(values, tensor.ToDoubles(), $"{place}");
        }
    }

    [TestMethod]
    [DataRow(2, new long[] { 0, 1, 127, 128, 255 })]
    [DataRow(3, new long[] { 0, 1, -1, 127, -128 })]
    [DataRow(4, new long[] { 0, 1, 32768, 65535 })]
    [DataRow(5, new long[] { 0, 1, -1, 32767, -32768 })]
    [DataRow(6, new long[] { 0, 1, -1, int.MaxValue, int.MinValue })]
    [DataRow(7, new long[] { 0, 1, -1, long.MaxValue, long.MinValue, 1L << 53 })]
    [DataRow(9, new long[] { 0, 1, 1, 0 })]
    [DataRow(12, new long[] { 0, 1, 1L << 31, uint.MaxValue })]
    [DataRow(13, new long[] { 0, 1, long.MaxValue })]
    public void Integer_types_are_read_exactly(int type, long[] values)
    {
        foreach (OnnxTensorDraft.Place place in Inside)
        {
            OnnxTensor tensor = Read(OnnxTensorDraft.Whole((OnnxDataType)type, [values.Length], values) with { At = place });
            CollectionAssert.AreEqual(values, tensor.ToIntegers(), $"{place}");
            CollectionAssert.AreEqual(Array.ConvertAll(values, value => (double)value), tensor.ToDoubles(), $"{place}");
        }
    }

    [TestMethod]
    public void Large_unsigned_integers_are_doubles_and_no_integers()
    {
        OnnxTensor tensor = Read(OnnxTensorDraft.Whole(OnnxDataType.Uint64, [2], 3, -1));
        CollectionAssert.AreEqual(new[] { 3.0, Math.Pow(2, 64) }, tensor.ToDoubles());
        Sentences.Refused<FormatRefusedException>(() => tensor.ToIntegers(), "The model m", "tensor w", "element 2", "2^63 or more");
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(9223372036854775808.0)]
    [DataRow(-1e300)]
    public void What_is_no_integer_is_refused_as_one(double value)
    {
        OnnxTensor tensor = Read(OnnxTensorDraft.Doubles([3], 1, -2, value));
        Sentences.Refused<FormatRefusedException>(() => tensor.ToIntegers(), "tensor w", "element 3", "no whole number");
        CollectionAssert.AreEqual(new long[] { 7, -8, long.MinValue }, Read(OnnxTensorDraft.Doubles([3], 7, -8, long.MinValue)).ToIntegers());
    }

    [TestMethod]
    public void Texts_are_read()
    {
        OnnxTensor tensor = Read(OnnxTensorDraft.Strings([2, 2], "cat", "", "größer", "犬"));
        CollectionAssert.AreEqual(new[] { "cat", "", "größer", "犬" }, tensor.ToTexts());
        Sentences.Refused<FormatRefusedException>(() => tensor.ToDoubles(), "tensor w", "texts where numbers");
        Sentences.Refused<FormatRefusedException>(() => tensor.ToIntegers(), "tensor w", "texts where numbers");
        Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Floats([1], 1)).ToTexts(), "tensor w", "float", "texts are wanted");
        Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Strings([1], "a\u001b[2J")).ToTexts(), "element 1", "control characters");
        Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Strings([1], new string('a', 1 << 17))).ToTexts(), "element 1", "longer");
        Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Strings([3], "a", "b")), "has 2 texts", "takes 3");
        Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Strings([1], "a", "b")), "more than the 1 texts");
    }

    [TestMethod]
    public void Scalars_and_empty_tensors_are_tensors()
    {
        foreach (OnnxTensorDraft.Place place in Inside)
        {
            OnnxTensor scalar = Read(OnnxTensorDraft.Floats([], 2.5) with { At = place });
            Assert.AreEqual((0, 2.5), (scalar.Shape.Rank, scalar.ToDoubles().Single()));
            OnnxTensor empty = Read(OnnxTensorDraft.Longs([0, 7]) with { At = place });
            Assert.AreEqual("int64 (0, 7)", empty.ToString());
            Assert.IsEmpty(empty.ToIntegers());
        }
    }

    [TestMethod]
    public void Fields_may_come_in_any_order_and_in_pieces()
    {
        WireMessage message = new WireMessage().PackedIntegers(7, [1, 2]).Integer(7, 3).Text(8, "w").PackedIntegers(7, [4]).Integer(2, 7).PackedIntegers(1, [2, 2]);
        OnnxTensor tensor = new OnnxBuilder().Graph(5, message).Output("w").Read().Graph.Initializers["w"];
        Assert.AreEqual("int64 (2, 2)", tensor.ToString());
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4 }, tensor.ToIntegers());
    }

    [TestMethod]
    public void Shapes_that_values_do_not_fill_are_refused()
    {
        foreach (OnnxTensorDraft.Place place in Inside)
        {
            foreach (long dim in new[] { 0, 2, 4, 1000, 1 << 28 })
            {
                Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Floats([dim], 1, 2, 3) with { At = place }), "The model m: the tensor w has");
                Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Longs([dim], 1, 2, 3) with { At = place }), "The model m: the tensor w has");
            }

            Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Floats([-3], 1, 2, 3) with { At = place }), "dimension of length -3");
            Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Floats([1L << 32], 1) with { At = place }), "dimension of length 4294967296");
            Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Floats([1 << 20, 1 << 20], 1) with { At = place }), "more than 268435456 elements");
            Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Floats([1, 1, 1, 1, 1, 1, 1, 1, 1], 1) with { At = place }), "more than 8 dimensions");
        }
    }

    [TestMethod]
    [DataRow(2, 256L, "is no uint8")]
    [DataRow(2, -1L, "is no uint8")]
    [DataRow(3, 128L, "is no int8")]
    [DataRow(4, 65536L, "is no uint16")]
    [DataRow(5, -32769L, "is no int16")]
    [DataRow(9, 2L, "is no bool")]
    [DataRow(12, 4294967296L, "is no uint32")]
    public void Values_out_of_their_types_range_are_refused(int type, long value, string problem) =>
        Sentences.Refused<FormatRefusedException>(
            () => Read(OnnxTensorDraft.Whole((OnnxDataType)type, [2], 1, value).Typed()), "the tensor w has the value", problem);

    [TestMethod]
    [DataRow(0, "undefined")]
    [DataRow(14, "complex64")]
    [DataRow(15, "complex128")]
    [DataRow(17, "float8e4m3fn")]
    [DataRow(22, "int4")]
    [DataRow(99, "number 99")]
    public void Types_whose_values_are_not_read_are_named(int type, string name) =>
        Sentences.Refused<FormatRefusedException>(() => Read(OnnxTensorDraft.Whole((OnnxDataType)type, [0])), "the tensor w has elements of the type " + name);

    [TestMethod]
    public void Values_in_the_wrong_place_or_in_two_are_refused()
    {
        Refused(Named(1).Float(4, 1).Bytes(9, new byte[4]), "two places");
        Refused(Named(1).Float(4, 1).Double(10, 1), "two fields");
        Refused(Named(1).Double(10, 1), "is of float", "field of another type");
        Refused(Named(7).Integer(5, 1), "is of int64", "field of another type");
        Refused(Named(8).Bytes(9, new byte[4]), "is of texts");
        Refused(Named(8).Integer(5, 1), "is of texts", "field for numbers");
        Refused(Named(1).Nested(3, new WireMessage().Integer(1, 0)), "segments");
        Refused(Named(9).Bytes(9, [2]), "truth values");
        Refused(Named(1).Bytes(4, new byte[3]), "other values than its shape");
        Refused(Named(1).Integer(14, 2), "data location 2");

        static WireMessage Named(int type) => new WireMessage().Integer(1, 1).Integer(2, type).Text(8, "w");
        static void Refused(WireMessage tensor, params string[] parts) =>
            Sentences.Refused<FormatRefusedException>(() => new OnnxBuilder().Graph(5, tensor).Output("w").Read(), parts);
    }

    private static OnnxTensor Read(OnnxTensorDraft draft) => new OnnxBuilder().Initializer("w", draft).Output("w").Read().Graph.Initializers["w"];
}
