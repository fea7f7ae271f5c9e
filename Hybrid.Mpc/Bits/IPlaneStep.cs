namespace Hybrid.Mpc.Bits;

/// <summary>A computation on the planes of some values that takes the same words of every plane, and those alone.</summary>
internal interface IPlaneStep
{
    /// <summary>Computes the words of one vector.</summary>
    /// <param name="word">Which word of every plane is the vector's first.</param>
    /// <typeparam name="TLanes">The width.</typeparam>
    /// <typeparam name="TVector">Its vectors.</typeparam>
    void At<TLanes, TVector>(nint word)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct;
}
