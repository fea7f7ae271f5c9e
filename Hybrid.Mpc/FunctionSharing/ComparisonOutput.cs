namespace Hybrid.Mpc.FunctionSharing;

/// <summary>What a comparison key yields shares of.</summary>
public enum ComparisonOutput
{
    /// <summary>One bit, shared by exclusive or: about 16 bytes and one AES block for each input bit but the last six.</summary>
    Bit = 1,

    /// <summary>A word, shared by addition modulo 2^64: 24 bytes and two AES blocks for each input bit.</summary>
    Word = 2,
}
