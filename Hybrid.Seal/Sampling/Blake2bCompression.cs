using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Sampling;

/// <summary>The compression function F of BLAKE2b, on as many independent states as a vector has lanes.</summary>
/// <remarks>
/// Additions, exclusive ors and rotations alone: nothing branches or indexes on the data. Source: RFC 7693, 3.1 and 3.2.
/// </remarks>
internal static unsafe class Blake2bCompression<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : struct, IWordLanes<TVector>
{
    /// <summary>Mixes a block into each state.</summary>
    /// <param name="state">The eight words h of every state; replaced.</param>
    /// <param name="message">The sixteen words of every block.</param>
    /// <param name="bytes">How many bytes were taken so far, this block's included, its padding left out.</param>
    /// <param name="last">Whether this block is the last one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(TVector* state, TVector* message, ulong bytes, bool last)
    {
        TVector v0 = state[0];
        TVector v1 = state[1];
        TVector v2 = state[2];
        TVector v3 = state[3];
        TVector v4 = state[4];
        TVector v5 = state[5];
        TVector v6 = state[6];
        TVector v7 = state[7];
        TVector v8 = TLanes.Broadcast(Blake2b.Iv0);
        TVector v9 = TLanes.Broadcast(Blake2b.Iv1);
        TVector v10 = TLanes.Broadcast(Blake2b.Iv2);
        TVector v11 = TLanes.Broadcast(Blake2b.Iv3);
        TVector v12 = TLanes.Broadcast(Blake2b.Iv4 ^ bytes);
        TVector v13 = TLanes.Broadcast(Blake2b.Iv5);
        TVector v14 = TLanes.Broadcast(last ? ~Blake2b.Iv6 : Blake2b.Iv6);
        TVector v15 = TLanes.Broadcast(Blake2b.Iv7);
        fixed (byte* schedule = Schedule)
        {
            for (byte* word = schedule; word < schedule + 12 * 16; word += 16)
            {
                // The columns, then the diagonals.
                Mix(
                    ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7,
                    ref v8, ref v9, ref v10, ref v11, ref v12, ref v13, ref v14, ref v15, message, word);
                Mix(
                    ref v0, ref v1, ref v2, ref v3, ref v5, ref v6, ref v7, ref v4,
                    ref v10, ref v11, ref v8, ref v9, ref v15, ref v12, ref v13, ref v14, message, word + 8);
            }
        }

        state[0] = TLanes.Xor(state[0], TLanes.Xor(v0, v8));
        state[1] = TLanes.Xor(state[1], TLanes.Xor(v1, v9));
        state[2] = TLanes.Xor(state[2], TLanes.Xor(v2, v10));
        state[3] = TLanes.Xor(state[3], TLanes.Xor(v3, v11));
        state[4] = TLanes.Xor(state[4], TLanes.Xor(v4, v12));
        state[5] = TLanes.Xor(state[5], TLanes.Xor(v5, v13));
        state[6] = TLanes.Xor(state[6], TLanes.Xor(v6, v14));
        state[7] = TLanes.Xor(state[7], TLanes.Xor(v7, v15));
    }

    // Which word of the message each mixing takes, sixteen a round: SIGMA of RFC 7693, 2.7, whose first two rows serve again.
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    ];

    /// <summary>The mixing function G on four columns or diagonals, step by step together: they wait for each other's results by nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3,
        ref TVector b0, ref TVector b1, ref TVector b2, ref TVector b3,
        ref TVector c0, ref TVector c1, ref TVector c2, ref TVector c3,
        ref TVector d0, ref TVector d1, ref TVector d2, ref TVector d3,
        TVector* message, byte* word)
    {
        a0 = TLanes.Add(TLanes.Add(a0, message[word[0]]), b0);
        a1 = TLanes.Add(TLanes.Add(a1, message[word[2]]), b1);
        a2 = TLanes.Add(TLanes.Add(a2, message[word[4]]), b2);
        a3 = TLanes.Add(TLanes.Add(a3, message[word[6]]), b3);
        d0 = TLanes.Rotate32(TLanes.Xor(d0, a0));
        d1 = TLanes.Rotate32(TLanes.Xor(d1, a1));
        d2 = TLanes.Rotate32(TLanes.Xor(d2, a2));
        d3 = TLanes.Rotate32(TLanes.Xor(d3, a3));
        c0 = TLanes.Add(c0, d0);
        c1 = TLanes.Add(c1, d1);
        c2 = TLanes.Add(c2, d2);
        c3 = TLanes.Add(c3, d3);
        b0 = TLanes.RotateRight24(TLanes.Xor(b0, c0));
        b1 = TLanes.RotateRight24(TLanes.Xor(b1, c1));
        b2 = TLanes.RotateRight24(TLanes.Xor(b2, c2));
        b3 = TLanes.RotateRight24(TLanes.Xor(b3, c3));
        a0 = TLanes.Add(TLanes.Add(a0, message[word[1]]), b0);
        a1 = TLanes.Add(TLanes.Add(a1, message[word[3]]), b1);
        a2 = TLanes.Add(TLanes.Add(a2, message[word[5]]), b2);
        a3 = TLanes.Add(TLanes.Add(a3, message[word[7]]), b3);
        d0 = TLanes.RotateRight16(TLanes.Xor(d0, a0));
        d1 = TLanes.RotateRight16(TLanes.Xor(d1, a1));
        d2 = TLanes.RotateRight16(TLanes.Xor(d2, a2));
        d3 = TLanes.RotateRight16(TLanes.Xor(d3, a3));
        c0 = TLanes.Add(c0, d0);
        c1 = TLanes.Add(c1, d1);
        c2 = TLanes.Add(c2, d2);
        c3 = TLanes.Add(c3, d3);
        b0 = TLanes.RotateRight63(TLanes.Xor(b0, c0));
        b1 = TLanes.RotateRight63(TLanes.Xor(b1, c1));
        b2 = TLanes.RotateRight63(TLanes.Xor(b2, c2));
        b3 = TLanes.RotateRight63(TLanes.Xor(b3, c3));
    }
}
