using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Applying the matrix.</content>
public sealed partial class LinearTransform
{
    private const int StripResidues = 1 << 16;
    private const int ShortestStrip = 64;

    /// <summary>W x, for an operand laid out by <see cref="Pack"/>.</summary>
    /// <param name="evaluator">An evaluator of the same parameters.</param>
    /// <param name="a">A ciphertext of two polynomials at <see cref="Level"/>.</param>
    /// <param name="keys">The owner's Galois keys, those of <see cref="RequiredRotations"/> among them.</param>
    /// <param name="destination">Where the result goes, at <see cref="ResultLevel"/>; may be the operand.</param>
    /// <param name="maxDegreeOfParallelism">How many threads may work on it; with one, nothing is allocated once warm.</param>
    /// <exception cref="ParameterException">
    /// Parameters differ, the ciphertext has another level or is not relinearised, the scale would pass the modulus, or a key is missing; the
    /// message says for which rotation.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not positive.</exception>
    public void Apply(CkksEvaluator evaluator, Ciphertext a, GaloisKeys keys, Ciphertext destination, int maxDegreeOfParallelism = 1)
    {
        double scale = RequireOperand(evaluator, a, keys, destination, maxDegreeOfParallelism);
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(evaluator.Switcher.SumsLength(Level));
        using WorkspacePool.Loan prepared = Context.Workspaces.Borrow(evaluator.Rotator.OperandLength(Level));
        sums.Span.Clear();
        Prepare(evaluator, a, prepared.Block, maxDegreeOfParallelism);
        Accumulate(evaluator, a, prepared.Block, keys, sums.Block, maxDegreeOfParallelism);
        Finish(evaluator, sums.Block, scale, keys, destination, maxDegreeOfParallelism);
    }

    /// <inheritdoc cref="Apply(CkksEvaluator, Ciphertext, GaloisKeys, Ciphertext, int)"/>
    public Ciphertext Apply(CkksEvaluator evaluator, Ciphertext a, GaloisKeys keys, int maxDegreeOfParallelism = 1)
    {
        var destination = new Ciphertext(Context, ResultLevel);
        Apply(evaluator, a, keys, destination, maxDegreeOfParallelism);
        return destination;
    }

    /// <summary>Cuts an operand into digits, for any number of transforms of the same level.</summary>
    internal void Prepare(CkksEvaluator evaluator, Ciphertext a, ResidueBlock prepared, int threads) =>
        Workers.Run(Level + 1, threads, (evaluator.Rotator, a, prepared), static (work, digit) =>
            work.Rotator.PrepareDigit(work.a.Polynomial(0), work.a.Polynomial(1), work.a.Level, digit, work.prepared));

    /// <summary>Adds to sums modulo Q P what comes before the division and the fold.</summary>
    internal void Accumulate(CkksEvaluator evaluator, Ciphertext a, ResidueBlock prepared, GaloisKeys keys, ResidueBlock sums, int threads)
    {
        var work = new Work(this, evaluator, a, keys, prepared, sums, null, null, threads);
        if (IsDirect)
        {
            Workers.Run(threads, threads, work, static (work, share) => work.Transform.AccumulateProducts(work, share));
            return;
        }

        using WorkspacePool.Loan rotations = Context.Workspaces.Borrow(_babies.Length * evaluator.Switcher.SumsLength(Level));
        using WorkspacePool.Loan inner = Context.Workspaces.Borrow(_giants.Length * evaluator.Switcher.SumsLength(Level));
        work = work with { Rotations = rotations.Block, Inner = inner.Block };
        Workers.Run(_babies.Length, threads, work, static (work, baby) => work.Transform.Rotate(work, baby));
        Workers.Run((Level + 2) * StripCount, threads, work, static (work, task) => work.Transform.SumStrip(work, task));
        Workers.Run(threads, threads, work, static (work, share) => work.Transform.AccumulateGiants(work, share));
    }

    /// <summary>Divides by P, rescales, and adds up the blocks.</summary>
    internal void Finish(CkksEvaluator evaluator, ResidueBlock sums, double scale, GaloisKeys keys, Ciphertext destination, int threads)
    {
        destination.Reset(2, ResultLevel, scale);
        var work = new Work(this, evaluator, destination, keys, sums, sums, null, null, threads);
        Workers.Run(2, threads, work, static (work, polynomial) => work.Transform.Divide(work, polynomial));
        foreach (AutomorphismScatter[] maps in _foldMaps)
        {
            evaluator.AddRotations(destination, maps, keys, threads);
        }
    }

    // A share of the baby steps, multiplied in the pass that rotates.
    private unsafe void AccumulateProducts(in Work work, int share)
    {
        int length = work.Switcher.SumsLength(Level);
        bool isAlone = work.Threads == 1;
        using WorkspacePool.Loan own = Context.Workspaces.Borrow(isAlone ? Context.Degree : length);
        ResidueBlock sums = isAlone ? work.Sums : own.Block;
        if (!isAlone)
        {
            sums.Span.Clear();
        }

        for (int index = 0; index <= Level + 1; index++)
        {
            for (int baby = share; baby < _babies.Length; baby += work.Threads)
            {
                if (_factors[baby] is not ResidueBlock factor)
                {
                    continue;
                }

                if (_babyMaps[baby] is AutomorphismScatter map)
                {
                    work.Rotator.Accumulate(
                        work.Prepared, work.Keys[map.Element], map, Level, index, FactorAddress(factor, index), (nint)sums.Pointer);
                }
                else if (index <= Level)
                {
                    AddUnrotated(work, index, Context.Ring.Slice(factor.Span, index), sums.Span);
                }

                GC.KeepAlive(factor);
            }
        }

        if (!isAlone)
        {
            AddInto(work.Sums, sums.Span);
        }
    }

    // P a times a factor, modulo one data prime; modulo P it is zero.
    private void AddUnrotated(in Work work, int index, ReadOnlySpan<ulong> factor, Span<ulong> sums)
    {
        ResidueKernels kernels = Context.Ring.Primes[index].Residues;
        using WorkspacePool.Loan loan = Context.Workspaces.Borrow(Context.Degree);
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            work.Rotator.MultiplyBySpecialPrime(work.Operand.Prime(polynomial, index), index, loan.Span);
            Span<ulong> to = Context.Ring.Slice(sums, (polynomial * (Level + 2)) + index);
            kernels.MultiplyAdd(loan.Span, factor, to, to);
        }
    }

    // One baby step's rotation times P, kept for the giants.
    private unsafe void Rotate(in Work work, int baby)
    {
        int length = work.Switcher.SumsLength(Level);
        Span<ulong> rotated = work.Rotations!.Span.Slice(baby * length, length);
        for (int index = 0; index <= Level + 1; index++)
        {
            if (_babyMaps[baby] is AutomorphismScatter map)
            {
                nint address = (nint)(work.Rotations.Pointer + ((long)baby * length));
                work.Rotator.Accumulate(work.Prepared, work.Keys[map.Element], map, Level, index, 0, address, isFirst: true);
                continue;
            }

            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                // A multiple of P is zero modulo P.
                Span<ulong> to = Context.Ring.Slice(rotated, (polynomial * (Level + 2)) + index);
                if (index > Level)
                {
                    to.Clear();
                }
                else
                {
                    work.Rotator.MultiplyBySpecialPrime(work.Operand.Prime(polynomial, index), index, to);
                }
            }
        }
    }

    // A share of the giant steps: the babies' weighted sum, its second polynomial divided by P, rotated with the division left for the end.
    private unsafe void AccumulateGiants(in Work work, int share)
    {
        int length = work.Switcher.SumsLength(Level);
        bool isAlone = work.Threads == 1;
        using WorkspacePool.Loan own = Context.Workspaces.Borrow(isAlone ? Context.Degree : length);
        using WorkspacePool.Loan digits = Context.Workspaces.Borrow(work.Switcher.DigitsLength(Level));
        ResidueBlock sums = isAlone ? work.Sums : own.Block;
        if (!isAlone)
        {
            sums.Span.Clear();
        }

        for (int giant = share; giant < _giants.Length; giant += work.Threads)
        {
            Span<ulong> inner = work.Inner!.Span.Slice(giant * length, length);
            if (_giantMaps[giant] is not AutomorphismScatter map)
            {
                AddInto(sums, inner);
                continue;
            }

            Span<ulong> second = inner[(length / 2)..];
            nint first = (nint)(work.Inner.Pointer + ((long)giant * length));
            work.Switcher.DivideBySpecialPrime(second, Level, [], second[..((Level + 1) * Context.Degree)]);
            work.Switcher.Decompose(second[..((Level + 1) * Context.Degree)], Level, digits.Span);
            GaloisKey key = work.Keys[map.Element];
            for (int index = 0; index <= Level + 1; index++)
            {
                work.Rotator.AccumulateLazy(digits.Block, first, key, map, Level, index, (nint)sums.Pointer);
            }
        }

        if (!isAlone)
        {
            AddInto(work.Sums, sums.Span);
        }
    }

    // The babies' weighted sums for all giants, in one strip of one prime, so that rotations and factors come from far memory once.
    private unsafe void SumStrip(in Work work, int task)
    {
        int length = work.Switcher.SumsLength(Level);
        int index = task / StripCount;
        int strip = Context.Degree / StripCount;
        int start = task % StripCount * strip;
        Span<nint> left = stackalloc nint[_babies.Length];
        Span<nint> right = stackalloc nint[_babies.Length];
        for (int giant = 0; giant < _giants.Length; giant++)
        {
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                int at = (((polynomial * (Level + 2)) + index) * Context.Degree) + start;
                int terms = 0;
                for (int baby = 0; baby < _babies.Length; baby++)
                {
                    if (_factors[(giant * _babies.Length) + baby] is ResidueBlock factor)
                    {
                        left[terms] = (nint)(work.Rotations!.Pointer + ((long)baby * length) + at);
                        right[terms++] = FactorAddress(factor, index) + (start * sizeof(ulong));
                    }
                }

                Span<ulong> to = work.Inner!.Span.Slice((giant * length) + at, strip);
                Context.Ring.Primes[PrimeAt(index)].Residues.SumOfProducts(left[..terms], right[..terms], to);
            }
        }

        GC.KeepAlive(this);
    }

    // Strips of which all babies' residues of a prime, both polynomials, fit near memory; a power of two of strips.
    private int StripCount
    {
        get
        {
            int strip = Context.Degree;
            while (strip > ShortestStrip && (long)strip * 2 * _babies.Length > StripResidues)
            {
                strip /= 2;
            }

            return Context.Degree / strip;
        }
    }

    private void Divide(in Work work, int polynomial)
    {
        int length = work.Switcher.SumsLength(Level) / 2;
        Span<ulong> sum = work.Sums.Span.Slice(polynomial * length, length);
        if (IsRescaling)
        {
            work.Switcher.DivideBySpecialPrimeAndRescale(sum, Level, work.Operand.Polynomial(polynomial));
        }
        else
        {
            work.Switcher.DivideBySpecialPrime(sum, Level, [], work.Operand.Polynomial(polynomial));
        }
    }

    // Sums of several threads go into one, one at a time; the order does not show.
    private void AddInto(ResidueBlock sums, ReadOnlySpan<ulong> terms)
    {
        lock (sums)
        {
            for (int block = 0; block < 2 * (Level + 2); block++)
            {
                Span<ulong> to = Context.Ring.Slice(sums.Span, block);
                Context.Ring.Primes[PrimeAt(block % (Level + 2))].Residues.Add(to, Context.Ring.Slice(terms, block), to);
            }
        }
    }

    internal double RequireOperand(CkksEvaluator evaluator, Ciphertext a, GaloisKeys keys, Ciphertext destination, int threads)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, "maxDegreeOfParallelism");
        Context.RequireSame(evaluator.Context, "evaluator");
        Context.RequireSame(a.Context, "ciphertext");
        Context.RequireSame(keys.Context, "Galois key");
        Context.RequireSame(destination.Context, "destination");
        if (a.Size != 2)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"The ciphertext has {a.Size} polynomials and a linear transform takes 2; {nameof(CkksEvaluator.Relinearise)} first.");
        }

        if (a.Level != Level)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The ciphertext is at level {a.Level} and the linear transform was compiled for level {Level}; {(a.Level > Level ? $"bring the ciphertext down with {nameof(CkksEvaluator.ModSwitch)}" : $"compile it for level {a.Level}")}.");
        }

        if (Math.Log2(a.Scale * Scale) >= Context.BitsAt(Level))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The product's scale, 2^{Math.Log2(a.Scale * Scale):F1}, is beyond the modulus, 2^{Context.BitsAt(Level):F1} at level {Level}; rescale the ciphertext first, or compile the transform at a smaller scale.");
        }

        RequireMaps(_babyMaps, keys);
        RequireMaps(_giantMaps, keys);
        foreach (AutomorphismScatter[] maps in _foldMaps)
        {
            RequireMaps(maps, keys);
        }

        // In this order so that a matrix at the scale of the prime keeps the operand's scale exactly.
        return IsRescaling ? a.Scale * (Scale / Context.Parameters.Primes[Level].Value) : a.Scale * Scale;
    }

    private static void RequireMaps(ReadOnlySpan<AutomorphismScatter?> maps, GaloisKeys keys)
    {
        foreach (AutomorphismScatter? map in maps)
        {
            if (map is not null)
            {
                _ = keys[map.Element];
            }
        }
    }

    // What the threads share; the operand is also where the result goes.
    private readonly record struct Work(
        LinearTransform Transform, CkksEvaluator Evaluator, Ciphertext Operand, GaloisKeys Keys,
        ResidueBlock Prepared, ResidueBlock Sums, ResidueBlock? Rotations, ResidueBlock? Inner, int Threads)
    {
        public HoistedRotator Rotator => Evaluator.Rotator;

        public KeySwitcher Switcher => Evaluator.Switcher;
    }
}
