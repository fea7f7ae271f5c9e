namespace Hybrid.Seal.RingPacked;

/// <summary>How many polynomials a way to pack has of each kind.</summary>
/// <param name="Inputs">Of inputs.</param>
/// <param name="Weights">Of weights.</param>
/// <param name="Outputs">Of results, before they are merged.</param>
/// <param name="Terms">Products that add up to one of results.</param>
/// <param name="WeightsMet">Weights that meet in one of results.</param>
/// <param name="ResultsMet">Results' rows of weights that meet in it.</param>
/// <param name="Merge">How those of results are merged.</param>
internal readonly record struct PackingCounts(int Inputs, int Weights, int Outputs, int Terms, long WeightsMet, long ResultsMet, ResultMerge Merge)
{
    /// <summary>Ciphertexts of results that are sent.</summary>
    public int Replies => RingPackedShape.Blocks(Outputs, Merge.Group);

    /// <summary>Key switches of merging; null if a key for it is missing.</summary>
    public long? SwitchesOf(CkksParameters parameters, RingPackedOptions options) => Merge.Levels == 0 ? 0
        : parameters.HasSpecialPrime && options.Merging is { } keys ? Merge.SwitchesOf(Outputs, parameters.Degree, keys) : null;
}
