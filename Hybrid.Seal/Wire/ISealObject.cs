namespace Hybrid.Seal.Wire;

/// <summary>Something with a form in Microsoft SEAL's files.</summary>
internal interface ISealObject
{
    /// <summary>How many bytes follow its header, uncompressed: exact, and known before anything is written.</summary>
    long BodySize { get; }

    /// <summary>Writes what follows the header, exactly <see cref="BodySize"/> bytes.</summary>
    void WriteBody(ref SealWriter writer);
}
