using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>A vector of complex numbers as two vectors of doubles, and the butterflies on it.</summary>
/// <remarks>
/// A butterfly is a fixed sequence of fused operations. Multiplying a root by i only moves and negates its parts, which rounds nothing, so
/// the turned butterflies give the very bits that the plain ones give with the turned root.
/// </remarks>
internal readonly unsafe struct ComplexLanes<TVector, TLanes>(TVector real, TVector imaginary)
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private readonly TVector _real = real;
    private readonly TVector _imaginary = imaginary;

    /// <summary>Real parts at an address, imaginary ones <paramref name="stride"/> numbers further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<TVector, TLanes> Load(double* source, int stride) => new(TLanes.Load(source), TLanes.Load(source + stride));

    /// <summary>The <paramref name="period"/> numbers at an address, over and over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLanes<TVector, TLanes> LoadPeriodic(double* source, int stride, int period) =>
        new(TLanes.LoadPeriodic(source, period), TLanes.LoadPeriodic(source + stride, period));

    /// <summary>Writes what <see cref="Load"/> reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, int stride)
    {
        TLanes.Store(_real, destination);
        TLanes.Store(_imaginary, destination + stride);
    }

    /// <summary>Real and imaginary parts times a number each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLanes<TVector, TLanes> Times(double realScale, double imaginaryScale) =>
        new(TLanes.Multiply(_real, TLanes.Broadcast(realScale)), TLanes.Multiply(_imaginary, TLanes.Broadcast(imaginaryScale)));

    /// <summary>x + w y and x - w y; the difference is 2 x less the sum, which is one operation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, in ComplexLanes<TVector, TLanes> w)
    {
        TVector real = TLanes.MultiplyAdd(w._real, y._real, TLanes.MultiplyAddNegated(w._imaginary, y._imaginary, x._real));
        TVector imaginary = TLanes.MultiplyAdd(w._real, y._imaginary, TLanes.MultiplyAdd(w._imaginary, y._real, x._imaginary));
        Pair(ref x, ref y, real, imaginary);
    }

    /// <summary>x + i w y and x - i w y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ForwardTurned(
        ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, in ComplexLanes<TVector, TLanes> w)
    {
        TVector real = TLanes.MultiplyAddNegated(w._imaginary, y._real, TLanes.MultiplyAddNegated(w._real, y._imaginary, x._real));
        TVector imaginary = TLanes.MultiplyAddNegated(w._imaginary, y._imaginary, TLanes.MultiplyAdd(w._real, y._real, x._imaginary));
        Pair(ref x, ref y, real, imaginary);
    }

    /// <summary>x + y and conj(w) (x - y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Inverse(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, in ComplexLanes<TVector, TLanes> w)
    {
        TVector real = TLanes.Subtract(x._real, y._real);
        TVector imaginary = TLanes.Subtract(x._imaginary, y._imaginary);
        x = new(TLanes.Add(x._real, y._real), TLanes.Add(x._imaginary, y._imaginary));
        y = new(
            TLanes.MultiplyAdd(imaginary, w._imaginary, TLanes.Multiply(real, w._real)),
            TLanes.MultiplySubtract(imaginary, w._real, TLanes.Multiply(real, w._imaginary)));
    }

    /// <summary>x + y and conj(i w) (x - y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InverseTurned(
        ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, in ComplexLanes<TVector, TLanes> w)
    {
        TVector real = TLanes.Subtract(x._real, y._real);
        TVector imaginary = TLanes.Subtract(x._imaginary, y._imaginary);
        TVector negated = TLanes.MultiplyAddNegated(real, w._real, TLanes.Broadcast(-0.0)); // even where the product is zero
        x = new(TLanes.Add(x._real, y._real), TLanes.Add(x._imaginary, y._imaginary));
        y = new(
            TLanes.MultiplySubtract(imaginary, w._real, TLanes.Multiply(real, w._imaginary)),
            TLanes.MultiplyAddNegated(imaginary, w._imaginary, negated));
    }

    /// <summary>One step inside registers: <see cref="IDoubleLanes{TVector}.Spread"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, int distance)
    {
        (TVector xr, TVector xi, TVector yr, TVector yi) = (x._real, x._imaginary, y._real, y._imaginary);
        TLanes.Spread(ref xr, ref yr, distance);
        TLanes.Spread(ref xi, ref yi, distance);
        (x, y) = (new(xr, xi), new(yr, yi));
    }

    /// <summary>Undoes <see cref="Spread"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoSpread(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, int distance)
    {
        (TVector xr, TVector xi, TVector yr, TVector yi) = (x._real, x._imaginary, y._real, y._imaginary);
        TLanes.UndoSpread(ref xr, ref yr, distance);
        TLanes.UndoSpread(ref xi, ref yi, distance);
        (x, y) = (new(xr, xi), new(yr, yi));
    }

    /// <summary>The lanes back in order: <see cref="IDoubleLanes{TVector}.Gather"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y)
    {
        (TVector xr, TVector xi, TVector yr, TVector yi) = (x._real, x._imaginary, y._real, y._imaginary);
        TLanes.Gather(ref xr, ref yr);
        TLanes.Gather(ref xi, ref yi);
        (x, y) = (new(xr, xi), new(yr, yi));
    }

    /// <summary>Undoes <see cref="Gather"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void UndoGather(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y)
    {
        (TVector xr, TVector xi, TVector yr, TVector yi) = (x._real, x._imaginary, y._real, y._imaginary);
        TLanes.UndoGather(ref xr, ref yr);
        TLanes.UndoGather(ref xi, ref yi);
        (x, y) = (new(xr, xi), new(yr, yi));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(ref ComplexLanes<TVector, TLanes> x, ref ComplexLanes<TVector, TLanes> y, TVector real, TVector imaginary)
    {
        TVector two = TLanes.Broadcast(2);
        y = new(TLanes.MultiplySubtract(two, x._real, real), TLanes.MultiplySubtract(two, x._imaginary, imaginary));
        x = new(real, imaginary);
    }
}
