using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>The transform on 64-bit integers: Harvey's lazy butterflies with Shoup's products by constants, for primes to 61 bits.</summary>
/// <remarks>
/// Harvey, "Faster arithmetic for number-theoretic transforms" (2014), algorithms 2 and 3: residues stay in [0, 4p) on the way
/// forward and in [0, 2p) on the way back. The inverse needs no table: with psi^N = -1 the inverse of the root at index m + i is minus
/// the root at index 2m - 1 - i, and the sign turns the difference around.
/// </remarks>
internal sealed unsafe class PortableNtt : NttTransform
{
    private readonly Modulus _modulus;
    private readonly int _degree;
    private readonly ulong[] _roots; // pairs: root, Shoup quotient
    private readonly Constant _inverseDegree;
    private readonly Constant _lastInverse;

    public PortableNtt(NttTables tables, ResidueKernels residues)
        : base(residues)
    {
        _modulus = tables.Modulus;
        _degree = tables.Degree;
        _roots = new ulong[2 * _degree];
        for (int i = 0; i < _degree; i++)
        {
            ulong root = tables.RootPowers[i];
            _roots[2 * i] = root;
            _roots[2 * i + 1] = _modulus.ShoupQuotient(root);
        }

        _inverseDegree = ConstantOf(tables.InverseDegree);
        _lastInverse = ConstantOf(_modulus.MulMod(tables.RootPowers[1], tables.InverseDegree));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(Span<ulong> polynomial)
    {
        ulong p = _modulus.Value;
        fixed (ulong* data = polynomial, roots = _roots)
        {
            for (int blocks = 1, gap = _degree / 2; gap > 1; blocks *= 2, gap /= 2)
            {
                for (int i = 0; i < blocks; i++)
                {
                    var root = new Constant(roots[2 * (blocks + i)], roots[2 * (blocks + i) + 1]);
                    ulong* low = data + 2L * gap * i;
                    ulong* high = low + gap;
                    for (int j = 0; j < gap; j++)
                    {
                        ForwardButterfly(ref low[j], ref high[j], root, p);
                    }
                }
            }

            int last = _degree / 2;
            for (int i = 0; i < last; i++)
            {
                var root = new Constant(roots[2 * (last + i)], roots[2 * (last + i) + 1]);
                ForwardButterfly(ref data[2 * i], ref data[2 * i + 1], root, p);
                data[2 * i] = Canonical(data[2 * i], p);
                data[2 * i + 1] = Canonical(data[2 * i + 1], p);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Inverse(ReadOnlySpan<ulong> values, Span<ulong> coefficients)
    {
        values.CopyTo(coefficients);
        ulong p = _modulus.Value;
        fixed (ulong* data = coefficients, roots = _roots)
        {
            for (int blocks = _degree / 2, gap = 1; blocks > 1; blocks /= 2, gap *= 2)
            {
                for (int i = 0; i < blocks; i++)
                {
                    int mirror = 2 * blocks - 1 - i;
                    var root = new Constant(roots[2 * mirror], roots[2 * mirror + 1]);
                    ulong* low = data + 2L * gap * i;
                    ulong* high = low + gap;
                    for (int j = 0; j < gap; j++)
                    {
                        InverseButterfly(ref low[j], ref high[j], root, p);
                    }
                }
            }

            // The last level, with the division by N.
            int half = _degree / 2;
            Constant scale = _inverseDegree;
            Constant scaledRoot = _lastInverse;
            for (int j = 0; j < half; j++)
            {
                ulong x = data[j];
                ulong y = data[j + half];
                data[j] = Modulus.SubtractOnce(scale.Times(x + y, p), p);
                data[j + half] = Modulus.SubtractOnce(scaledRoot.Times(y - x + 2 * p, p), p);
            }
        }
    }

    /// <summary>x, y in [0, 4p) become x + w y, x - w y in [0, 4p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardButterfly(ref ulong x, ref ulong y, Constant root, ulong p)
    {
        ulong u = Modulus.SubtractOnce(x, 2 * p);
        ulong v = root.Times(y, p);
        x = u + v;
        y = u - v + 2 * p;
    }

    /// <summary>x, y in [0, 2p) become x + y, w (y - x) in [0, 2p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseButterfly(ref ulong x, ref ulong y, Constant root, ulong p)
    {
        ulong u = x;
        ulong v = y;
        x = Modulus.SubtractOnce(u + v, 2 * p);
        y = root.Times(v - u + 2 * p, p);
    }

    /// <summary>From [0, 4p) to [0, p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Canonical(ulong x, ulong p) => Modulus.SubtractOnce(Modulus.SubtractOnce(x, 2 * p), p);

    private Constant ConstantOf(ulong w) => new(w, _modulus.ShoupQuotient(w));

    /// <summary>A constant factor with its Shoup quotient.</summary>
    private readonly struct Constant(ulong value, ulong quotient)
    {
        private readonly ulong _value = value;
        private readonly ulong _quotient = quotient;

        /// <summary>x w mod p in [0, 2p), for any x.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Times(ulong x, ulong p) => Modulus.MulModLazy(x, _value, _quotient, p);
    }
}
