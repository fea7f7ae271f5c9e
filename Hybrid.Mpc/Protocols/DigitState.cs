using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Sharing;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// One party's shares of a comparison under way: for each digit whether it is less and whether it is equal, and the bit that the borrow
/// of the lower bits turns into the sign.
/// </summary>
internal sealed class DigitState : IDisposable
{
    /// <summary>Words of a plane in one chunk.</summary>
    public const int ChunkWords = CorrelationKind.PlaneChunkElements / 64;

    private readonly int _digits;
    private readonly SecretBuffer<ulong> _planes;

    /// <summary>Makes room.</summary>
    /// <param name="digits">How many digits.</param>
    /// <param name="count">How many comparisons.</param>
    /// <param name="memory">Where the memory comes from.</param>
    public DigitState(int digits, int count, SecretPool memory)
    {
        _digits = digits;
        int words = (count + 63) / 64;
        _planes = new SecretBuffer<ulong>(checked(2 * digits * words), memory);
        Signs = new SecretBuffer<ulong>(words, memory);
    }

    /// <summary>Shares of what the borrow is added to.</summary>
    public SecretBuffer<ulong> Signs { get; }

    /// <summary>The planes of "less" of one chunk.</summary>
    /// <param name="start">The chunk's first word in a plane.</param>
    /// <param name="words">Its words in a plane.</param>
    public Span<ulong> Less(int start, int words) => _planes.Span.Slice(2 * _digits * start, _digits * words);

    /// <summary>The planes of "equal" of one chunk.</summary>
    /// <param name="start">The chunk's first word in a plane.</param>
    /// <param name="words">Its words in a plane.</param>
    public Span<ulong> Equal(int start, int words) => _planes.Span.Slice((2 * _digits * start) + (_digits * words), _digits * words);

    /// <summary>The comparisons' bits, once one digit is left; the state is of no more use.</summary>
    public BitShare ToBits(GateValues values, Shape shape)
    {
        var bits = new BitShare(values.Party, values.Parties, shape, values.Memory);
        for (int start = 0; start < bits.Words.Length; start += ChunkWords)
        {
            int words = Math.Min(ChunkWords, bits.Words.Length - start);
            TensorPrimitives.Xor<ulong>(Less(start, words), Signs.Span.Slice(start, words), bits.Words.Slice(start, words));
        }

        Dispose();
        return bits;
    }

    public void Dispose()
    {
        _planes.Dispose();
        Signs.Dispose();
    }
}
