using System.Buffers;
using Hybrid.Seal;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>One of each kind of object under tiny parameters (N = 16, three primes of 20 bits), the same every time, and how each is read and written.</summary>
internal sealed class SmallObjects : IDisposable
{
    public const double Scale = 1 << 15;

    private readonly CkksKeyGenerator _generator;
    private readonly CkksEncryptor _publicly;
    private readonly CkksEncryptor _secretly;

    public SmallObjects()
    {
        Context = new CkksContext(CkksParameters.Create(16, [20, 20, 20], SecurityLevel.None));
        _generator = new CkksKeyGenerator(Context, new AesCtrGenerator("objects of SEAL."u8));
        PublicKey = _generator.CreatePublicKey();
        RelinearisationKeys = _generator.CreateRelinearisationKeys();
        GaloisKeys = _generator.CreateGaloisKeys([1, -2], conjugation: true);
        _publicly = new CkksEncryptor(PublicKey, new AesCtrGenerator("public encryptor"u8));
        _secretly = new CkksEncryptor(SecretKey, new AesCtrGenerator("secret encryptor"u8));
        var encoder = new CkksEncoder(Context);
        Plaintext = encoder.Encode([1.5, -2, 0.25, 0, 3, 3, 3, -1], Scale);
        Ciphertext = _publicly.Encrypt(Plaintext);
        SeededCiphertext = _secretly.Encrypt(Plaintext);
        Product = new CkksEvaluator(Context).Multiply(Ciphertext, SeededCiphertext);
    }

    public CkksContext Context { get; }

    public SecretKey SecretKey => _generator.SecretKey;

    public PublicKey PublicKey { get; }

    public RelinearisationKeys RelinearisationKeys { get; }

    public GaloisKeys GaloisKeys { get; }

    public Plaintext Plaintext { get; }

    public Ciphertext Ciphertext { get; }

    public Ciphertext SeededCiphertext { get; }

    public Ciphertext Product { get; }

    /// <summary>Every kind by name: its bytes, and a reader that writes again what it read.</summary>
    public IReadOnlyDictionary<string, (byte[] Bytes, Func<byte[], byte[]> Rewrite)> All => new Dictionary<string, (byte[], Func<byte[], byte[]>)>
    {
        ["parameters"] = (SealFormat.WriteParameters(Context.Parameters), b => SealFormat.WriteParameters(SealFormat.ReadParameters(b, SecurityLevel.None))),
        ["plaintext"] = (SealFormat.WritePlaintext(Plaintext), RewritePlaintext),
        ["ciphertext"] = (SealFormat.WriteCiphertext(Ciphertext), RewriteCiphertext),
        ["seeded ciphertext"] = (SealFormat.WriteCiphertext(SeededCiphertext), RewriteCiphertext),
        ["product"] = (SealFormat.WriteCiphertext(Product), RewriteCiphertext),
        ["secret key"] = (WrittenSecret(SecretKey), RewriteSecret),
        ["public key"] = (SealFormat.WritePublicKey(PublicKey), b => SealFormat.WritePublicKey(SealFormat.ReadPublicKey(Context, b))),
        ["relinearisation keys"] = (SealFormat.WriteRelinearisationKeys(RelinearisationKeys), b => SealFormat.WriteRelinearisationKeys(SealFormat.ReadRelinearisationKeys(Context, b))),
        ["Galois keys"] = (SealFormat.WriteGaloisKeys(GaloisKeys), b => SealFormat.WriteGaloisKeys(SealFormat.ReadGaloisKeys(Context, b))),
    };

    public void Dispose()
    {
        _generator.Dispose();
        SecretKey.Dispose();
        _publicly.Dispose();
        _secretly.Dispose();
        Plaintext.Dispose();
    }

    private static byte[] WrittenSecret(SecretKey key)
    {
        using SecretBuffer<byte> bytes = SealFormat.WriteSecretKey(key);
        return bytes.Span.ToArray();
    }

    private byte[] RewritePlaintext(byte[] bytes)
    {
        using Plaintext plaintext = SealFormat.ReadPlaintext(Context, bytes);
        var destination = new ArrayBufferWriter<byte>();
        SealFormat.WritePlaintext(destination, plaintext);
        return destination.WrittenSpan.ToArray();
    }

    private byte[] RewriteCiphertext(byte[] bytes)
    {
        var destination = new ArrayBufferWriter<byte>();
        SealFormat.WriteCiphertext(destination, SealFormat.ReadCiphertext(Context, bytes));
        return destination.WrittenSpan.ToArray();
    }

    private byte[] RewriteSecret(byte[] bytes)
    {
        using SecretKey key = SealFormat.ReadSecretKey(Context, bytes);
        return WrittenSecret(key);
    }
}
