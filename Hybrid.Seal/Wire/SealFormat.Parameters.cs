using System.Buffers;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Wire;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const byte CkksScheme = 2;

    /// <summary>Writes parameters as SEAL's EncryptionParameters: degree and primes, the special one last.</summary>
    /// <exception cref="ParameterException">They have several primes and none is special, which SEAL's parameters cannot express.</exception>
    public static byte[] WriteParameters(CkksParameters parameters, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(new SavedParameters(parameters), compression);

    /// <inheritdoc cref="WriteParameters(CkksParameters, SealCompression)"/>
    public static void WriteParameters(IBufferWriter<byte> destination, CkksParameters parameters, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(destination, new SavedParameters(parameters), compression);

    /// <summary>Reads SEAL's EncryptionParameters. With one prime there is no special one; otherwise it is the last.</summary>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <param name="security">The bound on the product of the primes that is enforced.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, or are of another scheme than CKKS.</exception>
    /// <exception cref="ParameterException">Degree or primes are not allowed, or are not secure.</exception>
    public static CkksParameters ReadParameters(ReadOnlySpan<byte> bytes, SecurityLevel security = SecurityLevel.Classical128)
    {
        using var container = new SealContainer(bytes, "encryption parameters", SealHeader.Size + SavedParameters.SizeWith(CkksParameters.MaximumPrimes));
        SealReader reader = container.Reader;
        byte scheme = reader.Byte("scheme");
        if (scheme != CkksScheme)
        {
            string name = scheme switch { 1 => "BFV", 3 => "BGV", _ => $"number {scheme}" };
            throw reader.Refuse($"are of the scheme {name}; only those of CKKS ({CkksScheme}) are read");
        }

        ulong degree = reader.UInt64("degree");
        if (degree > CkksParameters.MaximumDegree)
        {
            throw reader.Refuse($"have the degree {degree}; the largest that is read is {CkksParameters.MaximumDegree}");
        }

        ulong count = reader.UInt64("number of primes");
        if (count is 0 or > CkksParameters.MaximumPrimes)
        {
            throw reader.Refuse($"have {count} primes; 1 to {CkksParameters.MaximumPrimes} are read");
        }

        var primes = new Modulus[count];
        for (int i = 0; i < primes.Length; i++)
        {
            primes[i] = new Modulus(ReadModulus(ref reader, "prime in the encryption parameters"));
        }

        if (ReadModulus(ref reader, "plaintext modulus in the encryption parameters") != 0)
        {
            throw reader.Refuse("have a plaintext modulus, which CKKS has not: they were altered");
        }

        reader.End();
        return new CkksParameters((int)degree, primes, hasSpecialPrime: true, security);
    }

    private static ulong ReadModulus(ref SealReader reader, string name)
    {
        SealReader modulus = reader.Nested(name);
        ulong value = modulus.UInt64("value");
        modulus.End();
        return value;
    }

    private readonly struct SavedParameters : ISealObject
    {
        private readonly CkksParameters _parameters;

        public SavedParameters(CkksParameters parameters)
        {
            ArgumentNullException.ThrowIfNull(parameters);
            if (!parameters.HasSpecialPrime && parameters.Primes.Length > 1)
            {
                throw new ParameterException(ParameterFault.Unsupported, $"SEAL takes the last of several primes for key switching, so {parameters} cannot be saved for it: have a special prime, or one prime only.");
            }

            _parameters = parameters;
        }

        public long BodySize => SizeWith(_parameters.Primes.Length);

        // Scheme, degree, number of primes, and the moduli, each an object of its own; the last is the plaintext modulus.
        public static int SizeWith(int primes) => sizeof(byte) + (2 * sizeof(ulong)) + ((primes + 1) * (SealHeader.Size + sizeof(ulong)));

        public void WriteBody(ref SealWriter writer)
        {
            writer.Byte(CkksScheme);
            writer.UInt64((ulong)_parameters.Degree);
            writer.UInt64((ulong)_parameters.Primes.Length);
            foreach (Modulus prime in _parameters.Primes)
            {
                writer.Object(new SavedModulus(prime.Value));
            }

            // CKKS has no plaintext modulus.
            writer.Object(new SavedModulus(0));
        }
    }

    private readonly struct SavedModulus(ulong value) : ISealObject
    {
        public long BodySize => sizeof(ulong);

        public void WriteBody(ref SealWriter writer) => writer.UInt64(value);
    }
}
