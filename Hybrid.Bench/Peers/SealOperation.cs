namespace Hybrid.Bench.Peers;

/// <summary>An operation of CKKS that is compared with Microsoft SEAL.</summary>
/// <param name="Name">Its line in the table, and what seal_peer.mjs calls it.</param>
/// <param name="Key">Its name in what a native peer prints.</param>
internal sealed record SealOperation(string Name, string Key)
{
    /// <summary>Rows and columns of the matrix that is multiplied by a vector.</summary>
    public const int MatrixSize = 256;

    public static SealOperation Transform { get; } = new("transform", "ntt");

    public static SealOperation InverseTransform { get; } = new("inverse-transform", "intt");

    public static SealOperation Encode { get; } = new("encode", "encode");

    public static SealOperation Decode { get; } = new("decode", "decode");

    public static SealOperation EncryptPublicly { get; } = new("encrypt-public", "encpk");

    public static SealOperation EncryptAndWrite { get; } = new("encrypt-written", "encsym");

    public static SealOperation Decrypt { get; } = new("decrypt", "dec");

    public static SealOperation Add { get; } = new("add", "add");

    public static SealOperation MultiplyPlain { get; } = new("multiply-plain", "mulp");

    public static SealOperation Rescale { get; } = new("rescale", "resc");

    public static SealOperation Rotate { get; } = new("rotate", "rot");

    public static SealOperation MultiplyRelinearise { get; } = new("multiply-relinearise", "mulrel");

    public static SealOperation Matrix { get; } = new($"matrix-{MatrixSize}x{MatrixSize}", "matvec");

    /// <summary>All, in the order of the table.</summary>
    public static IReadOnlyList<SealOperation> All { get; } =
    [
        Transform, InverseTransform, Encode, Decode, EncryptPublicly, EncryptAndWrite, Decrypt, Add, MultiplyPlain, Rescale, Rotate, MultiplyRelinearise, Matrix,
    ];
}
