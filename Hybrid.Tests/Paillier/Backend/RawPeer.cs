using System.Buffers.Binary;
using System.Numerics;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Paillier;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>Either party's messages, made by hand so that they can be made wrong: a model of two features and one output.</summary>
internal static class RawPeer
{
    public static LinearModel Model { get; } = new("small", ["a", "b"], [], Activation.None, [0, 0], [1, 1], [[0.5, -0.25]], [1]);

    public static ModelCard Card { get; } = FoldedModel.Of(Model).Card;

    public static StepTag Upload { get; } = new(Executor.FirstStepTag);

    public static StepTag Reply { get; } = new(Executor.FirstStepTag + 2);

    public static byte[] Key => PaillierKeyFormat.Write(Connected.Key.PublicKey);

    public static BigInteger N => Connected.Key.PublicKey.N;

    public static BigInteger P => Limbs.ToBigInteger(Connected.Key.P);

    /// <summary>Bytes of a query: rows, what is revealed, a hash, and a scheme for each of a linear model's six nodes.</summary>
    public const int QueryBytes = 4 + 4 + 32 + 6;

    /// <summary>What a client says to choose the scheme of all ops, and to ask.</summary>
    public static byte[] Query(int rows, Scheme scheme = Scheme.Paillier, byte[]? hash = null) => Query(rows, Schemes(scheme, scheme), hash ?? Hash(Math.Max(1, rows)));

    /// <summary>Any choice of schemes.</summary>
    public static byte[] Query(int rows, byte[] schemes, byte[] hash)
    {
        var bytes = new byte[8 + hash.Length + schemes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows);
        hash.CopyTo(bytes, 8);
        schemes.CopyTo(bytes, 8 + hash.Length);
        return bytes;
    }

    /// <summary>The schemes of a linear model's nodes: input, weights, bias, product, sum, reveal.</summary>
    public static byte[] Schemes(Scheme product, Scheme sum) => [0, 0, 0, (byte)product, (byte)sum, (byte)sum];

    public static byte[] Hash(int rows, Scheme scheme = Scheme.Paillier, Action<SchemeRegistry>? schemes = null)
    {
        using var registry = new SchemeRegistry(Party.Client);
        (schemes ?? Connected.Options().Schemes)(registry);
        return Planner.Plan(Card.Program(rows).Graph, registry, LinkProfile.Lan, scheme).Hash();
    }

    /// <summary>Asks; the plan's steps begin at once.</summary>
    public static Task AskAsync(Channel client, byte[] query) => client.SendAsync(SessionMessages.Query, query).AsTask();

    /// <summary>Ciphertexts of the numbers, under the shared key.</summary>
    public static byte[] Ciphertexts(params BigInteger[] values)
    {
        using var random = new AesCtrGenerator(new byte[16], 77);
        using var encryptor = new PaillierEncryptor(Connected.Key, values.Length, random);
        return CiphertextFormat.Write(encryptor.Encrypt(values));
    }

    /// <summary>Integers as if they were ciphertexts.</summary>
    public static byte[] Raw(params BigInteger[] integers)
    {
        int size = Connected.Key.PublicKey.CiphertextBytes;
        var bytes = new byte[integers.Length * size];
        for (int i = 0; i < integers.Length; i++)
        {
            byte[] integer = integers[i].ToByteArray(isUnsigned: true, isBigEndian: true);
            integer.CopyTo(bytes, ((i + 1) * size) - integer.Length);
        }

        return bytes;
    }

    public static byte[] Seconds(double value) => BitConverter.GetBytes(value);
}
