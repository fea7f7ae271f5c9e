using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Computes on ciphertexts with the public key: sums, sums with plaintexts, and products by integers that the evaluator
/// knows. The plaintexts behind stay integers modulo n; keeping them within (-n/2, n/2) is the caller's part.
/// </summary>
/// <remarks>
/// Results of these operations tell the key's owner more than their plaintexts: only what
/// <see cref="PaillierRandomiser"/> has been over may leave the evaluator.
/// </remarks>
public sealed class PaillierEvaluator
{
    private readonly int _parallelism;

    /// <summary>An evaluator for one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parallelism">Threads to use; all processors unless given.</param>
    public PaillierEvaluator(PaillierPublicKey key, int? parallelism = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
        _parallelism = parallelism ?? Environment.ProcessorCount;
    }

    /// <summary>The key computed under.</summary>
    public PaillierPublicKey Key { get; }

    /// <summary>Encryptions of left[i] + right[i]: one product each.</summary>
    /// <exception cref="ParameterException">The keys or the counts differ.</exception>
    public CiphertextVector Add(CiphertextVector left, CiphertextVector right)
    {
        Check(left);
        Check(right);
        RequireCount(left.Count, right.Count);
        LaneRing ring = Key.Ring;
        return Map(left.Count, (block, first, count, workspace) =>
        {
            using var other = new SecretBuffer<ulong>(ring.BlockWords);
            Load(block, left, first, count);
            Load(other.Span, right, first, count);
            ring.Multiply(block, block, other.Span, workspace, count);
        });
    }

    /// <summary>Encryptions of ciphertext[i] + plaintext[i]: a product and two fifths each. The randomness stays as it is.</summary>
    /// <exception cref="ParameterException">The keys or the counts differ.</exception>
    public CiphertextVector AddPlain(CiphertextVector ciphertexts, PlaintextVector plaintexts)
    {
        Check(ciphertexts);
        ArgumentNullException.ThrowIfNull(plaintexts);
        Key.RequireSame(plaintexts.Key, "plaintexts");
        RequireCount(ciphertexts.Count, plaintexts.Count);
        return Map(ciphertexts.Count, (block, first, count, workspace) =>
        {
            Load(block, ciphertexts, first, count);
            PlaintextProduct.Apply(Key.Ring, block, plaintexts, first, count, workspace);
            // Brings the components back into range, so that any number of plaintexts may be added one after the other.
            Key.Ring.Multiply(block, block, Key.Ring.One, workspace, count);
        });
    }

    /// <summary>Encryptions of ciphertext[i] · weights[i].</summary>
    /// <exception cref="ParameterException">The key or the counts differ.</exception>
    public CiphertextVector MultiplyPlain(CiphertextVector ciphertexts, ReadOnlySpan<long> weights)
    {
        Check(ciphertexts);
        RequireCount(ciphertexts.Count, weights.Length);
        var jobs = new ExponentiationJob[weights.Length];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new ExponentiationJob(ExponentiationProgram.Compile(weights.Slice(i, 1)), [i]);
        }

        return Run(ciphertexts, jobs);
    }

    /// <summary>Encryptions of -ciphertext[i].</summary>
    /// <exception cref="ParameterException">The key differs.</exception>
    public CiphertextVector Negate(CiphertextVector ciphertexts)
    {
        Check(ciphertexts);
        var weights = new long[ciphertexts.Count];
        weights.AsSpan().Fill(-1);
        return MultiplyPlain(ciphertexts, weights);
    }

    /// <summary>
    /// weights · ciphertexts for a matrix of ciphertexts: (m, k) by (k, columns), row-major; columns = 1 for a vector.
    /// A row of zeros gives encryptions of zero.
    /// </summary>
    /// <param name="weights">The compiled (m, k) matrix.</param>
    /// <param name="ciphertexts">k · columns ciphertexts.</param>
    /// <param name="columns">Columns of the ciphertext matrix.</param>
    /// <exception cref="ParameterException">The key or the shapes differ, or a ciphertext has no inverse.</exception>
    public CiphertextVector Multiply(PaillierWeights weights, CiphertextVector ciphertexts, int columns = 1)
    {
        Check(ciphertexts);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        RequireCount(checked(weights.Columns * columns), ciphertexts.Count);
        // Columns of one row have the same program: next to one another, they fill the blocks.
        var jobs = new ExponentiationJob[checked(weights.Rows * columns)];
        for (int row = 0; row < weights.Rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int[] used = weights.ColumnsUsed[row];
                var inputs = new int[used.Length];
                for (int k = 0; k < used.Length; k++)
                {
                    inputs[k] = (used[k] * columns) + column;
                }

                jobs[(row * columns) + column] = new ExponentiationJob(weights.Programs[row], inputs);
            }
        }

        return Run(ciphertexts, jobs);
    }

    private CiphertextVector Run(CiphertextVector ciphertexts, ExponentiationJob[] jobs)
    {
        var outputs = new ulong[jobs.Length * Key.Ring.RowWords];
        MultiExponentiation.Run(Key.Ring, ciphertexts.Rows, jobs, outputs, _parallelism);
        return new CiphertextVector(Key, outputs);
    }

    private CiphertextVector Map(int count, BlockOperation operation)
    {
        LaneRing ring = Key.Ring;
        var rows = new ulong[count * ring.RowWords];
        LaneBlocks.For(ring, count, LaneRing.Lanes, _parallelism, (first, here, workspace) =>
        {
            var block = new ulong[ring.BlockWords];
            operation(block, first, here, workspace);
            ring.Store(rows, first, here, block);
        });
        return new CiphertextVector(Key, rows);
    }

    private delegate void BlockOperation(Span<ulong> block, int first, int count, LaneWorkspace workspace);

    private void Load(Span<ulong> block, CiphertextVector ciphertexts, int first, int count) =>
        Key.Ring.Load(block, ciphertexts.Rows.Span, first, count);

    private void Check(CiphertextVector ciphertexts)
    {
        ArgumentNullException.ThrowIfNull(ciphertexts);
        Key.RequireSame(ciphertexts.Key, "ciphertexts");
    }

    private static void RequireCount(int expected, int actual)
    {
        if (expected != actual)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{expected} values were expected on the other side and {actual} given: make the shapes agree.");
        }
    }
}
