using Hybrid.Security;

namespace Hybrid.Seal.Encoding;

/// <summary>Buffers of one length for secrets, which calls borrow in turn so that they allocate nothing once warm; wiped when they come back.</summary>
/// <remarks>Any number of threads may borrow at once.</remarks>
internal sealed class SecretWorkspaces<T>(int length)
    where T : unmanaged
{
    private readonly Lock _lock = new();
    private readonly Stack<SecretBuffer<T>> _idle = new();

    /// <summary>Borrows a buffer, all zero.</summary>
    public Loan Borrow()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out SecretBuffer<T>? buffer))
            {
                return new Loan(this, buffer);
            }
        }

        return new Loan(this, new SecretBuffer<T>(length));
    }

    private void GiveBack(SecretBuffer<T> buffer)
    {
        buffer.Span.Clear();
        lock (_lock)
        {
            _idle.Push(buffer);
        }
    }

    /// <summary>A borrowed buffer; disposing it wipes it and gives it back.</summary>
    public readonly ref struct Loan(SecretWorkspaces<T> owner, SecretBuffer<T> buffer)
    {
        public Span<T> Span => buffer.Span;

        public void Dispose() => owner.GiveBack(buffer);
    }
}
