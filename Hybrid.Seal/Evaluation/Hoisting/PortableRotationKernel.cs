using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Evaluation;

/// <summary>The kernel on 64-bit integers, for primes to 61 bits.</summary>
internal sealed unsafe class PortableRotationKernel(Modulus modulus) : RotationKernel
{
    private const int BlockSize = AutomorphismScatter.BlockSize;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accumulate(
        ReadOnlySpan<nint> left, ReadOnlySpan<nint> right0, ReadOnlySpan<nint> right1, ulong* addend, ulong* factor,
        AutomorphismScatter map, ulong* sum0, ulong* sum1, bool isFirst)
    {
        ulong* moved0 = stackalloc ulong[BlockSize];
        ulong* moved1 = stackalloc ulong[BlockSize];
        ReadOnlySpan<int> blocks = map.Blocks;
        ReadOnlySpan<int> places = map.Places;
        for (int block = 0; block < blocks.Length; block++)
        {
            for (int lane = 0; lane < BlockSize; lane++)
            {
                int i = (block * BlockSize) + lane;
                ulong x0 = addend == null ? 0 : addend[i];
                ulong x1 = 0;
                for (int digit = 0; digit < left.Length; digit++)
                {
                    ulong value = ((ulong*)left[digit])[i];
                    x0 = modulus.AddMod(x0, modulus.MulMod(value, ((ulong*)right0[digit])[i]));
                    x1 = modulus.AddMod(x1, modulus.MulMod(value, ((ulong*)right1[digit])[i]));
                }

                moved0[lane] = factor == null ? x0 : modulus.MulMod(x0, factor[i]);
                moved1[lane] = factor == null ? x1 : modulus.MulMod(x1, factor[i]);
            }

            int to = blocks[block] & -BlockSize;
            ReadOnlySpan<int> order = places.Slice((blocks[block] & (BlockSize - 1)) * BlockSize, BlockSize);
            for (int lane = 0; lane < BlockSize; lane++)
            {
                sum0[to + lane] = isFirst ? moved0[order[lane]] : modulus.AddMod(sum0[to + lane], moved0[order[lane]]);
                sum1[to + lane] = isFirst ? moved1[order[lane]] : modulus.AddMod(sum1[to + lane], moved1[order[lane]]);
            }
        }
    }
}
