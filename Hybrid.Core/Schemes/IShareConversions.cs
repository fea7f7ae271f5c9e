namespace Hybrid.Schemes;

/// <summary>What a backend for shares offers to every scheme of ciphertexts beside it: the ways there and back.</summary>
public interface IShareConversions : IBackend
{
    /// <summary>The conversions from and to a scheme of ciphertexts.</summary>
    IEnumerable<IConversion> With(IAdditiveCipher cipher);
}
