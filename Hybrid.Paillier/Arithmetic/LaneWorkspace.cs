using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>One thread's scratch memory for a <see cref="LaneRing"/>, wiped when disposed.</summary>
internal abstract class LaneWorkspace : IDisposable
{
    private readonly SecretBuffer<ulong> _shared;
    private readonly int _blockWords;
    private readonly int _digits;

    protected LaneWorkspace(LaneRing ring)
    {
        _blockWords = ring.BlockWords;
        _digits = ring.Digits;
        _shared = new SecretBuffer<ulong>(_blockWords + (4 * (ring.Digits + ring.ModulusLimbs + 2)));
    }

    /// <summary>A block for <see cref="LaneRing.Import"/>.</summary>
    public Span<ulong> Import => _shared.Span[.._blockWords];

    /// <summary>A half row.</summary>
    public Span<ulong> Digits => _shared.Span.Slice(_blockWords, _digits);

    /// <summary>Limbs of a modulus.</summary>
    public Span<ulong> Scratch => _shared.Span.Slice(_blockWords + _digits, (_shared.Length - _blockWords - _digits) / 2);

    /// <summary>Limbs of a modulus and one above.</summary>
    public Span<ulong> Carry => _shared.Span[(_shared.Length - ((_shared.Length - _blockWords - _digits) / 2))..];

    public void Dispose()
    {
        _shared.Dispose();
        DisposeKernels();
        GC.SuppressFinalize(this);
    }

    protected abstract void DisposeKernels();
}
