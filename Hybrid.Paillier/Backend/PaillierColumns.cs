using System.Numerics;
using System.Runtime.InteropServices;
using Hybrid.Schemes;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Paillier;

/// <summary>
/// Matrices (rows, columns), row-major, in and out of plaintexts: a column's rows lie side by side in the slots of its plaintexts, plaintext
/// (column, block) holding rows block · slots to (block + 1) · slots - 1.
/// </summary>
internal static class PaillierColumns
{
    /// <summary>Packs integers.</summary>
    /// <exception cref="ParameterException">One does not fit its slot.</exception>
    public static PlaintextVector Pack(PaillierPublicKey key, SlotPacking packing, Shape shape, PlainIntegers integers) => integers.AreWords
        ? Pack<long>(key, packing, shape, integers.Words)
        : Pack<Int128>(key, packing, shape, integers.Wide);

    /// <summary>Packs words, each taken as signed.</summary>
    public static PlaintextVector Pack(PaillierPublicKey key, SlotPacking packing, Shape shape, ReadOnlySpan<ulong> words) =>
        Pack(key, packing, shape, MemoryMarshal.Cast<ulong, long>(words));

    /// <summary>Reads signed integers.</summary>
    public static void Unpack(SlotPacking packing, Shape shape, PlaintextVector plaintexts, PlainIntegers integers)
    {
        (int rows, int columns, int blocks) = (shape[0], shape[1], packing.PlaintextsFor(shape[0]));
        using var column = new SecretBuffer<Int128>(rows);
        for (int j = 0; j < columns; j++)
        {
            packing.UnpackFrom(column.Span, plaintexts, j * blocks);
            for (int i = 0; i < rows; i++)
                integers[(i * columns) + j] = column.Span[i];
        }
    }

    /// <summary>Reads numbers that are not negative modulo 2^64.</summary>
    public static void Unpack(SlotPacking packing, Shape shape, PlaintextVector plaintexts, Span<ulong> words)
    {
        (int rows, int columns, int blocks) = (shape[0], shape[1], packing.PlaintextsFor(shape[0]));
        using var column = new SecretBuffer<ulong>(rows);
        for (int j = 0; j < columns; j++)
        {
            packing.WordsFrom(column.Span, plaintexts, j * blocks);
            for (int i = 0; i < rows; i++)
                words[(i * columns) + j] = column.Span[i];
        }
    }

    private static PlaintextVector Pack<T>(PaillierPublicKey key, SlotPacking packing, Shape shape, ReadOnlySpan<T> integers)
        where T : INumberBase<T>
    {
        (int rows, int columns, int blocks) = (shape[0], shape[1], packing.PlaintextsFor(shape[0]));
        var plaintexts = new PlaintextVector(key, checked(columns * blocks));
        using var column = new SecretBuffer<Int128>(rows);
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
                column.Span[i] = Int128.CreateTruncating(integers[(i * columns) + j]);
            packing.PackInto(plaintexts, j * blocks, column.Span);
        }

        return plaintexts;
    }
}
