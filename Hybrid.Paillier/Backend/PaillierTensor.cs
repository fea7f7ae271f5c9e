using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Paillier;

/// <summary>
/// One end of a matrix (rows, columns) held as ciphertexts at the server. A column's rows lie side by side in the slots of
/// its ciphertexts: ciphertext (column, block) holds rows block · slots to (block + 1) · slots - 1.
/// </summary>
internal sealed class PaillierTensor : HeldTensor
{
    public PaillierTensor(Node node, SlotPacking packing, CiphertextVector? ciphertexts)
        : base(node, Scheme.Paillier)
    {
        Packing = packing;
        Ciphertexts = ciphertexts;
    }

    public SlotPacking Packing { get; }

    /// <summary>Ciphertexts of a column.</summary>
    public int Blocks => Packing.PlaintextsFor(Shape[0]);

    /// <summary>(columns, blocks), row-major; null at the client.</summary>
    public CiphertextVector? Ciphertexts { get; }
}
