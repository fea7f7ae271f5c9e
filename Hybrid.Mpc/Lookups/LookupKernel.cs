using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.Lookups;

/// <summary>The inner loops of looked-up functions, for one vector width. No branch and no address depends on a share or a mask.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TReal">Its reals.</typeparam>
/// <typeparam name="TSum">Its running sums.</typeparam>
internal static unsafe class LookupKernel<TLanes, TReal, TSum>
    where TLanes : struct, ILookupLanes<TReal, TSum>
    where TReal : struct
    where TSum : struct
{
    /// <summary>Σ round(coefficients[i]) · words[i] mod 2^64, the coefficients being below 2^31 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Contract(double* coefficients, ulong* words, int count)
    {
        TSum sum0 = default;
        TSum sum1 = default;
        int i = 0;
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            sum0 = TLanes.MultiplyAdd(sum0, TLanes.Load(coefficients + i), words + i);
            sum1 = TLanes.MultiplyAdd(sum1, TLanes.Load(coefficients + i + TLanes.Count), words + i + TLanes.Count);
        }

        ulong total = unchecked(TLanes.Total(sum0) + TLanes.Total(sum1));
        for (; i < count; i++)
            total = LookupLanes64.MultiplyAdd(total, coefficients[i], words + i);
        return total;
    }

    /// <summary>
    /// The polynomials of all segments, expanded about a point: destination[m · segments + j] = Σ_n table[m][n][first + j] · point^n.
    /// </summary>
    /// <param name="table">For each m, for n from 0 to degree - m, a row of 2 · segments coefficients: the segments twice over.</param>
    /// <param name="segments">How many; a multiple of the width's count.</param>
    /// <param name="degree">The polynomials' degree.</param>
    /// <param name="first">Where in the rows to begin, below <paramref name="segments"/>.</param>
    /// <param name="point">The point.</param>
    /// <param name="destination">(degree + 1) · segments coefficients.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand(double* table, int segments, int degree, int first, double point, double* destination)
    {
        TReal x = TLanes.Broadcast(point);
        nint row = 2 * (nint)segments;
        double* rows = table + first;
        for (int m = 0; m <= degree; m++)
        {
            int last = degree - m;
            for (int j = 0; j < segments; j += TLanes.Count)
            {
                double* source = rows + (last * row) + j;
                TReal sum = TLanes.Load(source);
                for (int n = last; n > 0; n--)
                {
                    source -= row;
                    sum = TLanes.Add(TLanes.Multiply(sum, x), TLanes.Load(source));
                }

                TLanes.Store(sum, destination + j);
            }

            rows += (last + 1) * row;
            destination += segments;
        }
    }

    /// <summary>Each of the values in the chosen one of its <paramref name="segments"/> words, zero in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Place(ulong* values, int count, int segments, ulong chosen, ulong* destination)
    {
        for (int m = 0; m < count; m++)
        {
            for (int j = 0; j < segments; j += TLanes.Count)
                TLanes.StoreWhere(values[m], (ulong)j, chosen, destination + j);
            destination += segments;
        }
    }

    /// <summary>
    /// The powers z^(1 + stride·i), i &lt; 8 · blocks, of a complex number on the unit circle: the first eight by doubling, one block
    /// of eight from the one before. The order of the roundings does not depend on the width.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Powers(double re, double im, int stride, int blocks, double* cosines, double* sines)
    {
        (double stepRe, double stepIm) = (re, im);
        if (stride == 2)
        {
            (stepRe, stepIm) = Square(re, im);
        }

        cosines[0] = re;
        sines[0] = im;
        for (int have = 1; have < 8; have *= 2)
        {
            for (int i = 0; i < have; i++)
            {
                cosines[have + i] = cosines[i] * stepRe - sines[i] * stepIm;
                sines[have + i] = cosines[i] * stepIm + sines[i] * stepRe;
            }

            (stepRe, stepIm) = Square(stepRe, stepIm);
        }

        TReal a = TLanes.Broadcast(stepRe);
        TReal b = TLanes.Broadcast(stepIm);
        for (int i = 0; i < 8 * (blocks - 1); i += TLanes.Count)
        {
            TReal c = TLanes.Load(cosines + i);
            TReal s = TLanes.Load(sines + i);
            TLanes.Store(TLanes.Subtract(TLanes.Multiply(c, a), TLanes.Multiply(s, b)), cosines + i + 8);
            TLanes.Store(TLanes.Add(TLanes.Multiply(c, b), TLanes.Multiply(s, a)), sines + i + 8);
        }
    }

    /// <summary>destination = x · a + y · b, entry by entry, for a multiple of eight entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Combine(double* x, double* a, double* y, double* b, int count, double* destination)
    {
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TReal first = TLanes.Multiply(TLanes.Load(x + i), TLanes.Load(a + i));
            TReal second = TLanes.Multiply(TLanes.Load(y + i), TLanes.Load(b + i));
            TLanes.Store(TLanes.Add(first, second), destination + i);
        }
    }

    /// <summary>words[i] = the integer nearest to scale · values[i], which is below 2^51 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RoundScaled(double* values, double scale, int count, ulong* words)
    {
        TReal factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.StoreRounded(TLanes.Multiply(TLanes.Load(values + i), factor), words + i);
        for (; i < count; i++)
            LookupLanes64.StoreRounded(values[i] * scale, words + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Re, double Im) Square(double re, double im) => (re * re - im * im, 2 * re * im);
}
