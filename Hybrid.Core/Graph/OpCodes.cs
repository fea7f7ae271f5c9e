using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hybrid.Graph;

/// <summary>The ops that graphs on the wire may have besides inputs and constants, a line each; a code once given stays.</summary>
internal static class OpCodes
{
    private static readonly ImmutableArray<OpCode> Table =
    [
        OpCode.For<RevealOp>(8, static (w, op) => w.Party(op.To), static r => new RevealOp(r.Party())),

        OpCode.For<AddOp>(16),
        OpCode.For<SubtractOp>(17),
        OpCode.For<NegateOp>(18),
        OpCode.For<ScaleUpOp>(19, static (w, op) => w.Integer(op.Bits), static r => new ScaleUpOp(r.Integer())),
        OpCode.For<TruncateOp>(20, static (w, op) => w.Integer(op.Bits), static r => new TruncateOp(r.Integer())),
        OpCode.For<ReduceSumOp>(
            21, static (w, op) => w.Dimensions(op.Axes).Flag(op.KeepDimensions), static r => new ReduceSumOp(r.Dimensions(), r.Flag())),
        OpCode.For<ReduceMeanOp>(
            22, static (w, op) => w.Dimensions(op.Axes).Flag(op.KeepDimensions), static r => new ReduceMeanOp(r.Dimensions(), r.Flag())),
        OpCode.For<AveragePoolOp>(
            23,
            static (w, op) => w.Integer(op.Height).Integer(op.Width).Geometry(op.Geometry),
            static r => new AveragePoolOp(r.Integer(), r.Integer(), r.Geometry())),

        OpCode.For<MatMulOp>(32),
        OpCode.For<Conv2dOp>(33, static (w, op) => w.Geometry(op.Geometry), static r => new Conv2dOp(r.Geometry())),
        OpCode.For<MultiplyOp>(34),
        OpCode.For<DivideOp>(35),
        OpCode.For<PowerOp>(36, static (w, op) => w.Number(op.Exponent), static r => new PowerOp(r.Number())),
        OpCode.For<SoftmaxOp>(37, static (w, op) => w.Integer(op.Axis), static r => new SoftmaxOp(r.Integer())),
        OpCode.For<LogSoftmaxOp>(38, static (w, op) => w.Integer(op.Axis), static r => new LogSoftmaxOp(r.Integer())),

        OpCode.For<UnaryOp>(48, static (w, op) => w.Function(op.Function), static r => new UnaryOp(r.Function())),
        OpCode.For<LeakyReluOp>(49, static (w, op) => w.Number(op.Slope), static r => new LeakyReluOp(r.Number())),
        OpCode.For<ClipOp>(50, static (w, op) => w.Number(op.Low).Number(op.High), static r => new ClipOp(r.Number(), r.Number())),
        OpCode.For<MaximumOp>(51),
        OpCode.For<MinimumOp>(52),
        OpCode.For<LessOp>(53),
        OpCode.For<EqualOp>(54),
        OpCode.For<WhereOp>(55),
        OpCode.For<ReduceMaxOp>(
            56,
            static (w, op) => w.Integer(op.Axis).Flag(op.KeepDimension).Flag(op.IsLeast),
            static r => new ReduceMaxOp(r.Integer(), r.Flag(), r.Flag())),
        OpCode.For<ArgMaxOp>(
            57,
            static (w, op) => w.Integer(op.Axis).Flag(op.KeepDimension).Flag(op.IsLeast),
            static r => new ArgMaxOp(r.Integer(), r.Flag(), r.Flag())),
        OpCode.For<MaxPoolOp>(
            58,
            static (w, op) => w.Integer(op.Height).Integer(op.Width).Geometry(op.Geometry),
            static r => new MaxPoolOp(r.Integer(), r.Integer(), r.Geometry())),

        OpCode.For<ReshapeOp>(64, static (w, op) => w.Shape(op.Shape), static r => new ReshapeOp(r.Shape())),
        OpCode.For<TransposeOp>(65, static (w, op) => w.Dimensions(op.Order), static r => new TransposeOp(r.Dimensions())),
        OpCode.For<SliceOp>(
            66,
            static (w, op) => w.Dimensions(op.Starts).Dimensions(op.Sizes).Dimensions(op.Steps),
            static r => new SliceOp(r.Dimensions(), r.Dimensions(), r.Dimensions())),
        OpCode.For<ConcatOp>(67, static (w, op) => w.Integer(op.Axis), static r => new ConcatOp(r.Integer())),
        OpCode.For<PadOp>(
            68,
            static (w, op) => w.Dimensions(op.Before).Dimensions(op.After).Number(op.Value),
            static r => new PadOp(r.Dimensions(), r.Dimensions(), r.Number())),
        OpCode.For<GatherOp>(69, static (w, op) => w.Places(op.Places).Integer(op.Axis), static r => new GatherOp(r.Places(), r.Integer())),
        OpCode.For<ExpandOp>(70, static (w, op) => w.Shape(op.Shape), static r => new ExpandOp(r.Shape())),
    ];

    private static readonly FrozenDictionary<Type, OpCode> ByOp = Table.ToFrozenDictionary(code => code.Op);
    private static readonly FrozenDictionary<byte, OpCode> ByCode = Table.ToFrozenDictionary(code => code.Code);

    /// <summary>All of them.</summary>
    public static ImmutableArray<OpCode> All => Table;

    /// <summary>How an op is written.</summary>
    /// <exception cref="InvalidOperationException">It lacks a line above.</exception>
    public static OpCode Of(Op op) => ByOp.GetValueOrDefault(op.GetType()) ?? throw new InvalidOperationException($"{op.Name} has no code.");

    /// <summary>What a byte stands for; null if for nothing.</summary>
    public static OpCode? Of(byte code) => ByCode.GetValueOrDefault(code);
}
