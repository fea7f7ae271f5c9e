using System.Collections.Immutable;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Protocols;

/// <summary>One level of comparisons' trees: digits merged in fours or sixes, their bits opened under dealt masks.</summary>
/// <remarks>
/// For 16 digits 27 bits each way a comparison, for 4 digits 6, for 6 at once 10. Source: Ohata and Nuida, "Communication-Efficient (Client-Aided) Secure
/// Two-Party Protocols and Its Application" (2020), section 3.
/// </remarks>
internal sealed class MergeGate : ExchangeGate
{
    private readonly int _digits;
    private readonly int _group;
    private readonly Shape _result;
    private readonly DigitMerge _shape;

    /// <summary>The gate.</summary>
    /// <param name="digits">How many digits come in.</param>
    /// <param name="result">The comparisons' shape.</param>
    /// <param name="states">The states that come in.</param>
    /// <param name="merged">The states that go out, or bits once one digit is left.</param>
    /// <param name="group">How many digits are merged into one: 4 or 6.</param>
    public MergeGate(int digits, Shape result, ImmutableArray<int> states, ImmutableArray<int> merged, int group = MergeGroup.UsualDigits)
        : base(states, merged)
    {
        _digits = digits;
        _group = group;
        _result = result;
        _shape = new DigitMerge(digits, group);
    }

    public override string Name => $"merge {_digits} digits of {Inputs.Length} × {_result}";

    public override ImmutableArray<CorrelationDraw> Draws =>
        [.. Enumerable.Repeat(new CorrelationDraw(new MergeMask(_digits, _group), _result.ElementCount), Inputs.Length)];

    public override int AddedWords => 0;

    public override int BitWords => checked(Inputs.Length * _shape.OpenedPlanes * PlaneWords);

    /// <summary>How many digits are left.</summary>
    public int ResultDigits => _shape.ResultDigits;

    private int PlaneWords => (_result.ElementCount + 63) / 64;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        for (int index = 0; index < drawn.Length; index++)
        {
            DigitState state = values.Get<DigitState>(Inputs[index]);
            for (int chunk = 0; chunk < drawn[index].Chunks; chunk++)
            {
                (int start, int words) = drawn[index].Planes(chunk);
                _shape.Open(
                    state.Less(start, words), state.Equal(start, words), drawn[index].Early(0, chunk), words, Opened(mine, index, start, words));
            }
        }
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        for (int index = 0; index < drawn.Count; index++)
        {
            Correlation masks = drawn[index];
            DigitState state = values.Get<DigitState>(Inputs[index]);
            var merged = new DigitState(_shape.ResultDigits, _result.ElementCount, values.Memory);
            values.Set(Outputs[index], merged);
            state.Signs.Span.CopyTo(merged.Signs.Span);
            while (await masks.NextAsync(cancellationToken).ConfigureAwait(false))
            {
                (int start, int words) = masks.Planes(masks.Chunk);
                _shape.Merge(
                    state.Less(start, words), state.Equal(start, words), Opened(opened.Span, index, start, words), masks.Early(0, masks.Chunk), masks.Late(1),
                    values.IsFirst, words, merged.Less(start, words), merged.Equal(start, words));
            }

            if (_shape.ResultDigits == 1)
            {
                values.Set(Outputs[index], merged.ToBits(values, _result));
            }
        }
    }

    private Span<ulong> Opened(Span<ulong> all, int index, int start, int words) =>
        all.Slice(_shape.OpenedPlanes * ((index * PlaneWords) + start), _shape.OpenedPlanes * words);
}
