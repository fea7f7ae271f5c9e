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
    public static PlaintextVector Pack(PaillierPublicKey key, SlotPacking packing, Shape shape, ReadOnlySpan<Int128> integers)
    {
        (int rows, int columns, int blocks) = (shape[0], shape[1], packing.PlaintextsFor(shape[0]));
        var plaintexts = new PlaintextVector(key, checked(columns * blocks));
        using var column = new SecretBuffer<Int128>(rows);
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
                column.Span[i] = integers[(i * columns) + j];
            packing.PackInto(plaintexts, j * blocks, column.Span);
        }

        return plaintexts;
    }

    /// <summary>Packs words, each taken as signed.</summary>
    public static PlaintextVector Pack(PaillierPublicKey key, SlotPacking packing, Shape shape, ReadOnlySpan<ulong> words)
    {
        using var integers = new SecretBuffer<Int128>(words.Length);
        for (int i = 0; i < words.Length; i++)
            integers.Span[i] = (long)words[i];
        return Pack(key, packing, shape, integers.Span);
    }

    /// <summary>Reads signed integers.</summary>
    public static void Unpack(SlotPacking packing, Shape shape, PlaintextVector plaintexts, Span<Int128> integers)
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
}
