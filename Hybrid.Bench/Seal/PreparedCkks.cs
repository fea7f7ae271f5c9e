using System.Buffers;
using Hybrid.Seal;
using Hybrid.Seal.Ring;

namespace Hybrid.Bench.Seal;

/// <summary>CKKS operations on prepared inputs at the highest level, on one thread: what the benchmarks and the comparison with peers time.</summary>
internal sealed class PreparedCkks : IDisposable
{
    // At N = 4096 a rescaled product is left with a scale of 2^20, and rounding errs by up to 4e-3.
    private const double Tolerance = 1e-2;

    private readonly double _scale;
    private readonly SecretKey _secretKey;
    private readonly CkksEncoder _encoder;
    private readonly CkksEncryptor _owner;
    private readonly CkksEncryptor _stranger;
    private readonly CkksDecryptor _decryptor;
    private readonly CkksEvaluator _evaluator;
    private readonly RelinearisationKeys _relinearisation;
    private readonly GaloisKeys _galois;
    private readonly NegacyclicNtt _ntt;
    private readonly Ciphertext _polynomial;
    private readonly double[] _values;
    private readonly double[] _read;
    private readonly Plaintext _plain;
    private readonly Plaintext _written;
    private readonly Ciphertext _x;
    private readonly Ciphertext _y;
    private readonly Ciphertext _product;
    private readonly Ciphertext _result;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public PreparedCkks(int degree)
    {
        CkksParameters parameters = Parameters(degree);
        var context = new CkksContext(parameters);
        _scale = Math.ScaleB(1, ScaleBits(degree));
        using var generator = new CkksKeyGenerator(context);
        _secretKey = generator.SecretKey;
        _relinearisation = generator.CreateRelinearisationKeys();
        _galois = generator.CreateGaloisKeys([1]);
        _encoder = new CkksEncoder(context);
        _owner = new CkksEncryptor(_secretKey);
        _stranger = new CkksEncryptor(generator.CreatePublicKey());
        _decryptor = new CkksDecryptor(_secretKey);
        _evaluator = new CkksEvaluator(context);
        _ntt = new NegacyclicNtt(new NttTables(parameters.Primes[0], degree), context.Width);

        var random = new Random(degree);
        _values = [.. Enumerable.Range(0, context.SlotCount).Select(_ => (2 * random.NextDouble()) - 1)];
        _read = new double[context.SlotCount];
        _plain = _encoder.Encode(_values, _scale);
        _written = new Plaintext(context);
        _x = _stranger.Encrypt(_plain);
        _y = _stranger.Encrypt(_plain);
        _product = _evaluator.MultiplyPlain(_x, _plain);
        _polynomial = _x.Clone();
        _result = new Ciphertext(context);
        Verify();
    }

    /// <summary>The degrees that are compared.</summary>
    public static int[] Degrees => [4096, 8192, 16384];

    /// <summary>Lengths of the primes, the last of them the special one.</summary>
    public static int[] PrimeBits(int degree) => [.. Parameters(degree).Primes.Select(prime => prime.BitCount)];

    /// <summary>log2 of the scale: a product of two fits.</summary>
    public static int ScaleBits(int degree) => degree == 4096 ? 28 : 40;

    /// <summary>The transform of one prime, in memory that is aligned as a ciphertext's.</summary>
    public void Transform() => _ntt.Forward(_polynomial.Prime(0, 0));

    /// <summary>Its inverse.</summary>
    public void InverseTransform() => _ntt.Inverse(_polynomial.Prime(0, 0));

    /// <summary>All slots.</summary>
    public void Encode() => _encoder.Encode(_values, _scale, _x.Level, _written);

    /// <summary>All slots.</summary>
    public void Decode() => _encoder.Decode(_plain, _read);

    /// <summary>With the public key.</summary>
    public void EncryptPublicly() => _stranger.Encrypt(_plain, _result);

    /// <summary>With the secret key, half of the ciphertext as a seed, in Microsoft SEAL's format, not compressed.</summary>
    public void EncryptAndWrite()
    {
        _bytes.ResetWrittenCount();
        _owner.Encrypt(_plain, _result);
        SealFormat.WriteCiphertext(_bytes, _result);
    }

    /// <summary>A ciphertext of two polynomials.</summary>
    public void Decrypt() => _decryptor.Decrypt(_x, _written);

    /// <summary>Two ciphertexts.</summary>
    public void Add() => _evaluator.Add(_x, _y, _result);

    /// <summary>A ciphertext by a plaintext.</summary>
    public void MultiplyPlain() => _evaluator.MultiplyPlain(_x, _plain, _result);

    /// <summary>By the last prime.</summary>
    public void Rescale() => _evaluator.Rescale(_product, _result);

    /// <summary>By one slot.</summary>
    public void Rotate() => _evaluator.Rotate(_x, 1, _galois, _result);

    /// <summary>Two ciphertexts, relinearised.</summary>
    public void MultiplyRelinearise() => _evaluator.MultiplyRelinearise(_x, _y, _relinearisation, _result);

    public void Dispose()
    {
        _owner.Dispose();
        _stranger.Dispose();
        _plain.Dispose();
        _written.Dispose();
        _secretKey.Dispose();
    }

    private static CkksParameters Parameters(int degree) => degree switch
    {
        4096 => CkksParameters.Degree4096(),
        8192 => CkksParameters.Degree8192(),
        16384 => CkksParameters.Degree16384(),
        _ => throw new ArgumentOutOfRangeException(nameof(degree), degree, "There are parameters for 4096, 8192 and 16384."),
    };

    // Times of wrong results are worth nothing.
    private void Verify()
    {
        MultiplyRelinearise();
        Require("A product", i => _values[i] * _values[i]);
        Rotate();
        Require("A rotation", i => _values[(i + 1) % _values.Length]);
        Rescale();
        Require("A rescaled product", i => _values[i] * _values[i]);
        EncryptAndWrite();
        Require("A sum", i => 2 * _values[i], _evaluator.Add(SealFormat.ReadCiphertext(_result.Context, _bytes.WrittenSpan), _result));
    }

    private void Require(string what, Func<int, double> expected, Ciphertext? found = null)
    {
        _decryptor.Decrypt(found ?? _result, _written);
        _encoder.Decode(_written, _read);
        if (Enumerable.Range(0, _read.Length).Any(i => !(Math.Abs(_read[i] - expected(i)) < Tolerance)))
        {
            throw new InvalidOperationException($"{what} at N = {_result.Context.Degree} came out wrong; its times are not worth printing.");
        }
    }
}
