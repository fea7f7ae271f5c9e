using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<ulong>;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Table look-up by secret indices: every entry is read, and the one that a lane's index names is kept by masks.
/// </summary>
internal static unsafe class WideSelection
{
    /// <summary>How the values of one entry spread over the lanes.</summary>
    internal interface ISpread
    {
        /// <summary>Words stored a digit.</summary>
        static abstract int Period { get; }

        /// <summary>One stored digit, over all lanes.</summary>
        static abstract Words Load(ulong* source);
    }

    /// <summary>selected[digit] = table[digit][index], lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select<TSpread>(ulong* selected, ulong* table, Words index, int digits, int entries)
        where TSpread : ISpread
    {
        // A tree of choices, lowest index bit first: sixteen leaves stay in registers, so wider tables go by sixteens.
        Words bit0 = Mask(index, 0), bit1 = Mask(index, 1), bit2 = Mask(index, 2), bit3 = Mask(index, 3);
        Words upper = index >>> 4;
        for (int digit = 0; digit < digits; digit++, table += entries * TSpread.Period)
        {
            Words kept = Words.Zero;
            if (entries < 16)
            {
                kept = Narrow<TSpread>(table, index, entries);
            }

            for (int group = 0; group < entries / 16; group++)
            {
                ulong* t = table + (group * 16 * TSpread.Period);
                Words chosen = Vector512.ConditionalSelect(
                    bit3, Eight<TSpread>(t + (8 * TSpread.Period), bit0, bit1, bit2), Eight<TSpread>(t, bit0, bit1, bit2));
                kept |= chosen & Vector512.Equals(upper, Vector512.Create((ulong)group));
            }

            kept.Store(selected + (digit * LaneRing.Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Eight<TSpread>(ulong* t, Words bit0, Words bit1, Words bit2)
        where TSpread : ISpread
    {
        int p = TSpread.Period;
        Words a = Vector512.ConditionalSelect(bit0, TSpread.Load(t + p), TSpread.Load(t));
        Words b = Vector512.ConditionalSelect(bit0, TSpread.Load(t + (3 * p)), TSpread.Load(t + (2 * p)));
        Words c = Vector512.ConditionalSelect(bit0, TSpread.Load(t + (5 * p)), TSpread.Load(t + (4 * p)));
        Words d = Vector512.ConditionalSelect(bit0, TSpread.Load(t + (7 * p)), TSpread.Load(t + (6 * p)));
        return Vector512.ConditionalSelect(bit2, Vector512.ConditionalSelect(bit1, d, c), Vector512.ConditionalSelect(bit1, b, a));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Narrow<TSpread>(ulong* t, Words index, int entries)
        where TSpread : ISpread
    {
        Words kept = Words.Zero;
        for (int entry = 0; entry < entries; entry++)
        {
            kept |= TSpread.Load(t + (entry * TSpread.Period)) & Vector512.Equals(index, Vector512.Create((ulong)entry));
        }

        return kept;
    }

    // All ones where the index has the bit.
    private static Words Mask(Words index, int bit) => Words.Zero - ((index >>> bit) & Words.One);

    /// <summary>One value for all lanes.</summary>
    internal readonly struct Alike : ISpread
    {
        public static int Period => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Words Load(ulong* source) => Vector512.Create(*source);
    }

    /// <summary>One value for the even lanes, one for the odd.</summary>
    internal readonly struct Pairs : ISpread
    {
        public static int Period => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Words Load(ulong* source) => Avx512DQ.BroadcastVector128ToVector512(source);
    }

    /// <summary>A value for each lane.</summary>
    internal readonly struct Each : ISpread
    {
        public static int Period => LaneRing.Lanes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Words Load(ulong* source) => Vector512.Load(source);
    }
}
