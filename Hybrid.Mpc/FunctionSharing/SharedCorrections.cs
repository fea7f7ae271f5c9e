using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>
/// The corrections of a batch, which are the same for both parties: where one process holds both parties' keys, as the dealer does,
/// it holds them once. They are wiped when the last owner lets go.
/// </summary>
internal sealed class SharedCorrections(SecretBuffer<ulong> words, int owners)
{
    private int _owners = owners;

    /// <summary>The corrections; the span does not keep them alive.</summary>
    /// <exception cref="ObjectDisposedException">Every owner has let go.</exception>
    public ReadOnlySpan<ulong> Span => words.Span;

    /// <summary>Called by each owner once.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            words.Dispose();
        }
    }
}
