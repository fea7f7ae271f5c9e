using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>
/// Sums of a ciphertext and a map of another, where only the second polynomial is divided by the special prime P after each key switch: the
/// first stays P times what it is, modulo the special prime too, until all is added up. That is a quarter of the transforms less.
/// </content>
public sealed partial class CkksEvaluator
{
    /// <summary>The first polynomial becomes P times what it was; modulo the special prime it is then 0.</summary>
    internal void Extend(Ciphertext ciphertext)
    {
        ulong special = _ring.Modulus(Context.SpecialPrime).Value;
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            _ring.Primes[i].Residues.MultiplyScalar(ciphertext.Prime(0, i), _ring.Modulus(i).Reduce(special), ciphertext.Prime(0, i));
        }
    }

    /// <summary>sum = sum + the map of a, applied so many times, both with first polynomials P times what they are; a is used up.</summary>
    /// <param name="a">A ciphertext of two polynomials.</param>
    /// <param name="special">Its first polynomial modulo the special prime.</param>
    /// <param name="key">The map's key.</param>
    /// <param name="times">How often the map is applied, 1 or more.</param>
    /// <param name="sum">A ciphertext of the same level.</param>
    /// <param name="sumSpecial">Its first polynomial modulo the special prime.</param>
    internal void AddMapped(Ciphertext a, Span<ulong> special, GaloisKey key, int times, Ciphertext sum, Span<ulong> sumSpecial)
    {
        int level = a.Level;
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(_switcher.SumsLength(level));
        using WorkspacePool.Loan moved = Context.Workspaces.Borrow(Context.Degree);
        Automorphism map = key.Automorphism;
        Span<ulong> first = sums.Span[..((level + 2) * Context.Degree)];
        Span<ulong> second = sums.Span[first.Length..];
        for (; times > 0; times--)
        {
            _switcher.DecomposeAndAccumulate(a.Polynomial(1), key.Key, level, sums.Span);
            _switcher.DivideBySpecialPrime(second, level, [], second[..((level + 1) * Context.Degree)]);
            for (int i = 0; i <= level + 1; i++)
            {
                ResidueKernels kernels = _ring.Primes[i > level ? Context.SpecialPrime : i].Residues;
                Span<ulong> switched = _ring.Slice(first, i);
                Span<ulong> of = i > level ? special : a.Prime(0, i);
                kernels.Add(switched, of, switched);
                Span<ulong> to = times > 1 ? of : moved.Span;
                map.Apply(switched, to);
                AddLast(times, to, i > level ? sumSpecial : sum.Prime(0, i), kernels);
            }

            for (int i = 0; i <= level; i++)
            {
                Span<ulong> to = times > 1 ? a.Prime(1, i) : moved.Span;
                map.Apply(_ring.Slice(second, i), to);
                AddLast(times, to, sum.Prime(1, i), _ring.Primes[i].Residues);
            }
        }

        sum.Seed = null;
    }

    // What the last map gives goes to the sum; what earlier ones give stays where it is, to be mapped again.
    private static void AddLast(int times, Span<ulong> mapped, Span<ulong> sum, ResidueKernels kernels)
    {
        if (times == 1)
        {
            kernels.Add(sum, mapped, sum);
        }
    }

    /// <summary>Divides the first polynomial by P, rounded.</summary>
    /// <param name="ciphertext">The ciphertext.</param>
    /// <param name="special">Its first polynomial modulo the special prime.</param>
    internal void Reduce(Ciphertext ciphertext, ReadOnlySpan<ulong> special)
    {
        int length = (ciphertext.Level + 1) * Context.Degree;
        using WorkspacePool.Loan extended = Context.Workspaces.Borrow(length + Context.Degree);
        ciphertext.Polynomial(0).CopyTo(extended.Span);
        special.CopyTo(extended.Span[length..]);
        _switcher.DivideBySpecialPrime(extended.Span, ciphertext.Level, [], ciphertext.Polynomial(0));
    }
}
