using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// Opens c = x + r, once for comparisons of x with any public numbers p, for selections by their results, and for a truncation
/// (<see cref="TruncateGate"/>) if one is asked for: x &lt; p is the sign of x − p, and
/// sign(x − p) = sign(c − p) ⊕ sign(r) ⊕ [low(c − p) &lt; low(r)], sign being bit n − 1 and low the bits below. 8 bytes each way for one x.
/// With a truncation it is the truncated x that is compared, whose mask is r >> f and which is opened as c >> f.
/// </summary>
/// <remarks>
/// By function sharing the last term is there at once. By tree, low is cut into digits of four bits, whose comparisons are local; merges
/// of four digits at a time follow (<see cref="MergeGate"/>).
/// Sources: Boyle et al., "Function Secret Sharing for Mixed-Mode and Fixed-Point Secure Computation" (2021), for the sign; Escudero et
/// al. (2020) for masks dealt with their bits; Ohata and Nuida, "Communication-Efficient (Client-Aided) Secure Two-Party Protocols and
/// Its Application" (2020), for ANDs of several bits in one round.
/// </remarks>
internal sealed class ComparisonGate : ExchangeGate
{
    private readonly Wire _x;
    private readonly ComparisonMask _kind;
    private readonly ImmutableArray<long> _thresholds;
    private readonly int _masked;
    private readonly Wire? _quotient;

    /// <summary>The gate.</summary>
    /// <param name="x">What is compared.</param>
    /// <param name="kind">How.</param>
    /// <param name="thresholds">p of each comparison, truncated if x is.</param>
    /// <param name="masked">The value that selections find what they need under.</param>
    /// <param name="results">A value for each comparison: bits where they are there at once, or the state of the digits.</param>
    /// <param name="quotient">Takes x truncated, if the opening truncates.</param>
    public ComparisonGate(Wire x, ComparisonMask kind, ImmutableArray<long> thresholds, int masked, ImmutableArray<int> results, Wire? quotient = null)
        : base([x.Id], quotient is null ? [masked, .. results] : [masked, .. results, quotient.Id])
    {
        _quotient = quotient;
        _x = x;
        _kind = kind;
        _thresholds = thresholds;
        _masked = masked;
    }

    public override double ComparedBits => (double)_x.Count * _thresholds.Length * _kind.Bits;

    public override string Name => $"compare {_x.Shape} on {_kind} with {string.Join(", ", _thresholds)}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(_kind, _x.Count)];

    public override int AddedWords => _x.Count;

    /// <summary>How many digits the lower bits have.</summary>
    public static int Digits(ComparisonMask kind) =>
        kind.Method == ComparisonMethod.FunctionSharing ? 1 : DigitComparison.Digits(kind.Bits - 1);

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        RingVector.Add(values.Words(_x.Id), drawn[0].Early(ComparisonMask.Word), mine);

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        var masked = new MaskedTensor(_x.Count, _kind.Selections, values.Memory);
        values.Set(_masked, masked);
        if (_quotient is not null)
        {
            values.New(_quotient);
        }

        var states = new DigitState[_thresholds.Length];
        for (int index = 0; index < states.Length; index++)
        {
            states[index] = new DigitState(Digits(_kind), _x.Count, values.Memory);
            values.Set(Outputs[1 + index], states[index]);
        }

        Correlation mask = drawn[0];
        using var scratch = new SecretBuffer<ulong>(2 * _kind.ChunkElements, values.Memory);
        while (await mask.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = mask.Elements(mask.Chunk);
            masked.Take(mask, opened.Span[here], scratch.Span);
            if (_quotient is not null)
            {
                Truncate(values.IsFirst, mask, opened.Span[here], scratch.Span, values.Words(_quotient.Id)[here]);
            }

            for (int index = 0; index < states.Length; index++)
                Compare(values.IsFirst, mask, opened.Span[here], _thresholds[index], states[index], scratch.Span);
        }

        if (Digits(_kind) == 1)
        {
            for (int index = 0; index < states.Length; index++)
                values.Set(Outputs[1 + index], states[index].ToBits(values, _x.Shape));
        }
    }

    // One chunk of the truncation.
    private void Truncate(bool first, Correlation mask, ReadOnlySpan<ulong> opened, Span<ulong> scratch, Span<ulong> quotient)
    {
        Span<ulong> c = scratch[..opened.Length];
        TensorPrimitives.Add(opened, TruncationArithmetic.Shift, c);
        TruncationArithmetic.Quotient(first, _kind.Truncation, c, mask.Late(_kind.Upper), mask.Late(_kind.Highest), quotient);
    }

    // One chunk of the comparisons with one threshold.
    private void Compare(bool first, Correlation mask, ReadOnlySpan<ulong> opened, long threshold, DigitState state, Span<ulong> scratch)
    {
        int start = mask.Elements(mask.Chunk).Start.Value / 64;
        int words = (opened.Length + 63) / 64;
        int lower = _kind.Bits - 1;
        Span<ulong> c = scratch[..opened.Length];
        Span<ulong> planes = scratch[_kind.ChunkElements..][..(words * lower)];
        TensorPrimitives.ShiftRightLogical(opened, _kind.Truncation, c);
        TensorPrimitives.Subtract(c, unchecked((ulong)threshold), c);
        Span<ulong> signs = state.Signs.Span.Slice(start, words);
        if (first)
        {
            BitPlanes.FromWords(c, lower, 1, signs);
        }

        TensorPrimitives.Xor<ulong>(signs, mask.Late(ComparisonMask.SignBit), signs);
        if (_kind.Method == ComparisonMethod.FunctionSharing)
        {
            _kind.Evaluate(mask, c, state.Less(start, words));
            return;
        }

        BitPlanes.FromWords(c, 0, lower, planes);
        DigitComparison.Evaluate(
            planes, mask.Late(ComparisonMask.Monomials), first, lower, words, state.Less(start, words), state.Equal(start, words));
    }
}
