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
                Mix(ref v0, ref v4, ref v8, ref v12, message[word[0]], message[word[1]]);
                Mix(ref v1, ref v5, ref v9, ref v13, message[word[2]], message[word[3]]);
                Mix(ref v2, ref v6, ref v10, ref v14, message[word[4]], message[word[5]]);
                Mix(ref v3, ref v7, ref v11, ref v15, message[word[6]], message[word[7]]);
                Mix(ref v0, ref v5, ref v10, ref v15, message[word[8]], message[word[9]]);
                Mix(ref v1, ref v6, ref v11, ref v12, message[word[10]], message[word[11]]);
                Mix(ref v2, ref v7, ref v8, ref v13, message[word[12]], message[word[13]]);
                Mix(ref v3, ref v4, ref v9, ref v14, message[word[14]], message[word[15]]);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector x, TVector y)
    {
        a = TLanes.Add(TLanes.Add(a, x), b);
        d = TLanes.Rotate32(TLanes.Xor(d, a));
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight24(TLanes.Xor(b, c));
        a = TLanes.Add(TLanes.Add(a, y), b);
        d = TLanes.RotateRight16(TLanes.Xor(d, a));
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight63(TLanes.Xor(b, c));
    }
}
