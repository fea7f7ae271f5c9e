namespace Hybrid.Tests.Mpc.Ring64;

/// <summary>The matrix product modulo 2^64 by its definition.</summary>
internal static class NaiveProduct
{
    public static ulong[] Compute(ulong[] a, ulong[] b, int m, int k, int n)
    {
        var c = new ulong[m * n];
        AddTo(a, b, c, m, k, n);
        return c;
    }

    public static void AddTo(ulong[] a, ulong[] b, ulong[] c, int m, int k, int n)
    {
        for (int row = 0; row < m; row++)
        {
            for (int step = 0; step < k; step++)
            {
                for (int column = 0; column < n; column++)
                    c[(row * n) + column] = unchecked(c[(row * n) + column] + (a[(row * k) + step] * b[(step * n) + column]));
            }
        }
    }
}
