using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hybrid.Numerics;

namespace Hybrid.Seal.Sampling;

/// <summary>The extendable-output function BLAKE2Xb. Source: Aumasson, Neves, Wilcox-O'Hearn and Winnerlein, "BLAKE2X" (2016).</summary>
/// <remarks>
/// A root of 64 bytes is hashed from key and input; 64 bytes of output, a leaf, are the hash of the root under the leaf's number. Leaves
/// depend on each other by nothing, so eight or four of them are hashed at once. A leaf costs one compression. Nothing branches or
/// indexes on the data, so input and key may be secret.
/// </remarks>
internal static unsafe class Blake2Xb
{
    private const int LeafBytes = 64;
    private const int RootWords = LeafBytes / sizeof(ulong);

    // The third word of a leaf's parameter block: the root has 64 bytes.
    private const ulong InnerLength = (ulong)LeafBytes << 8;

    /// <summary>Fills the output, whose length enters every byte of it.</summary>
    /// <param name="input">The message.</param>
    /// <param name="key">0 to 64 bytes.</param>
    /// <param name="output">At least one byte.</param>
    /// <param name="width">How many leaves at once; the bytes are the same.</param>
    /// <exception cref="ArgumentException">The output is empty, or the key is too long.</exception>
    /// <exception cref="ParameterException">This machine does not run the width.</exception>
    public static void Fill(ReadOnlySpan<byte> input, ReadOnlySpan<byte> key, Span<byte> output, KernelWidth width = KernelWidth.Auto)
    {
        if (output.IsEmpty)
        {
            throw new ArgumentException("BLAKE2Xb has no output of no bytes; ask for one at least.", nameof(output));
        }

        width = SamplingWidths.Choose(width);
        ulong outputLength = (ulong)output.Length << 32;
        ulong* root = stackalloc ulong[RootWords];
        var rootBytes = new Span<byte>(root, LeafBytes);
        Blake2b.Hash(input, key, rootBytes, outputLength);
        if (!BitConverter.IsLittleEndian)
        {
            var words = new Span<ulong>(root, RootWords);
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        uint leaf = 0;
        switch (width)
        {
            case KernelWidth.Vector512:
                WriteLeaves<Vector512<ulong>, WordLanes512>(root, outputLength, ref leaf, ref output);
                break;

            case KernelWidth.Vector256:
                WriteLeaves<Vector256<ulong>, WordLanes256>(root, outputLength, ref leaf, ref output);
                break;
        }

        WriteLeaves<ulong, WordLanes64>(root, outputLength, ref leaf, ref output);
        if (!output.IsEmpty)
        {
            WriteLastLeaf(root, outputLength, leaf, output);
        }

        CryptographicOperations.ZeroMemory(rootBytes);
    }

    /// <summary>Writes whole leaves, as many at once as there are lanes, and moves past them.</summary>
    private static void WriteLeaves<TVector, TLanes>(ulong* root, ulong outputLength, ref uint leaf, ref Span<byte> output)
        where TVector : unmanaged
        where TLanes : struct, IWordLanes<TVector>
    {
        TVector* message = stackalloc TVector[2 * RootWords];
        for (int i = 0; i < RootWords; i++)
        {
            message[i] = TLanes.Broadcast(root[i]);
            message[RootWords + i] = TLanes.Broadcast(0);
        }

        ulong* numbers = stackalloc ulong[TLanes.Count];
        ulong* initial = stackalloc ulong[8];
        Blake2b.Initialise(initial, Parameters(LeafBytes), 0, InnerLength);
        TVector* state = stackalloc TVector[8];
        int batch = TLanes.Count * LeafBytes;
        fixed (byte* start = output)
        {
            byte* end = start + (output.Length - output.Length % batch);
            for (byte* at = start; at < end; at += batch)
            {
                for (int lane = 0; lane < TLanes.Count; lane++)
                {
                    numbers[lane] = outputLength | leaf++;
                }

                for (int i = 0; i < 8; i++)
                {
                    state[i] = TLanes.Broadcast(initial[i]);
                }

                state[1] = TLanes.Xor(state[1], TLanes.Load(numbers));
                Blake2bCompression<TVector, TLanes>.Compress(state, message, LeafBytes, last: true);
                TLanes.StoreColumns(state, (ulong*)at);
                if (!BitConverter.IsLittleEndian)
                {
                    var words = new Span<ulong>(at, batch / sizeof(ulong));
                    BinaryPrimitives.ReverseEndianness(words, words);
                }
            }

            output = output[(int)(end - start)..];
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(message, 2 * RootWords * sizeof(TVector)));
        CryptographicOperations.ZeroMemory(new Span<byte>(state, 8 * sizeof(TVector)));
    }

    /// <summary>Writes the last leaf, whose length, below 64 bytes, enters its hash.</summary>
    private static void WriteLastLeaf(ulong* root, ulong outputLength, uint leaf, Span<byte> output)
    {
        ulong* message = stackalloc ulong[2 * RootWords];
        new ReadOnlySpan<ulong>(root, RootWords).CopyTo(new Span<ulong>(message, RootWords));
        new Span<ulong>(message + RootWords, RootWords).Clear();
        ulong* state = stackalloc ulong[8];
        Blake2b.Initialise(state, Parameters(output.Length), outputLength | leaf, InnerLength);
        Blake2bCompression<ulong, WordLanes64>.Compress(state, message, LeafBytes, last: true);
        Span<byte> words = stackalloc byte[LeafBytes];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(words[(8 * i)..], state[i]);
        }

        words[..output.Length].CopyTo(output);
        CryptographicOperations.ZeroMemory(words);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<ulong>(state, 8)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<ulong>(message, 2 * RootWords)));
    }

    // The first word of a leaf's parameter block: fan-out and depth zero.
    private static ulong Parameters(int digestBytes) => (uint)digestBytes | (ulong)LeafBytes << 32;
}
