using System.Collections.Concurrent;

namespace Hybrid.Seal.Ring;

/// <summary>Working memory that operations borrow and give back, so that they allocate nothing once warm. Any number of threads may borrow.</summary>
/// <remarks>What lies in it is what is derived from ciphertexts and public keys, or was wiped by whoever put it there.</remarks>
internal sealed class WorkspacePool
{
    private readonly ConcurrentDictionary<int, BlockStack> _stacks = new();

    /// <summary>Borrows so many residues, of any content.</summary>
    public Loan Borrow(int length)
    {
        BlockStack stack = _stacks.GetOrAdd(length, static _ => new BlockStack());
        return new Loan(stack, stack.Pop() ?? new ResidueBlock(length));
    }

    /// <summary>Borrowed memory; disposing it gives it back.</summary>
    public readonly ref struct Loan(BlockStack stack, ResidueBlock block)
    {
        public ResidueBlock Block => block;

        public Span<ulong> Span => block.Span;

        public void Dispose() => stack.Push(block);
    }

    /// <summary>A stack that does not allocate in steady state, which the framework's concurrent ones do.</summary>
    internal sealed class BlockStack
    {
        private readonly Lock _lock = new();
        private readonly Stack<ResidueBlock> _blocks = new();

        public ResidueBlock? Pop()
        {
            lock (_lock)
            {
                return _blocks.TryPop(out ResidueBlock? block) ? block : null;
            }
        }

        public void Push(ResidueBlock block)
        {
            lock (_lock)
            {
                _blocks.Push(block);
            }
        }
    }
}
