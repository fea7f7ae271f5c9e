using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Adding rotations of a ciphertext to itself.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>a plus some rotations of it, which share the cutting into digits and the division by P.</summary>
    internal void AddRotations(Ciphertext a, AutomorphismScatter[] maps, GaloisKeys keys, int threads)
    {
        int level = a.Level;
        using WorkspacePool.Loan operand = Context.Workspaces.Borrow(Rotator.OperandLength(level));
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(_switcher.SumsLength(level));
        var fold = new Folding(this, a, maps, keys, operand.Block, sums.Block);
        Workers.Run(level + 1, threads, fold, static (fold, digit) =>
            fold.Evaluator.Rotator.PrepareDigit(fold.Target.Polynomial(0), fold.Target.Polynomial(1), fold.Target.Level, digit, fold.Operand));
        Workers.Run(level + 2, threads, fold, static (fold, index) => fold.Rotate(index));
        a.Seed = null;
        Workers.Run(2, threads, fold, static (fold, polynomial) => fold.Add(polynomial));
    }

    private readonly record struct Folding(
        CkksEvaluator Evaluator, Ciphertext Target, AutomorphismScatter[] Maps, GaloisKeys Keys, ResidueBlock Operand, ResidueBlock Sums)
    {
        public unsafe void Rotate(int index)
        {
            for (int i = 0; i < Maps.Length; i++)
            {
                Evaluator.Rotator.Accumulate(
                    Operand, Keys[Maps[i].Element], Maps[i], Target.Level, index, 0, (nint)Sums.Pointer, isFirst: i == 0);
            }

            GC.KeepAlive(Sums);
        }

        public void Add(int polynomial)
        {
            int length = Evaluator._switcher.SumsLength(Target.Level) / 2;
            Span<ulong> to = Target.Polynomial(polynomial);
            Evaluator._switcher.DivideBySpecialPrime(Sums.Span.Slice(polynomial * length, length), Target.Level, to, to);
        }
    }
}
