using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

/// <summary>What operations work on: two ciphertexts, a plaintext, an unfinished product of the two, all at one level.</summary>
internal sealed class Operands
{
    public const int Seed = 90;

    public Operands(CkksInstance ckks, int level, double? scale = null)
    {
        Ckks = ckks;
        Level = level;
        Scale = scale ?? Math.ScaleB(1, Math.Min(30, (int)(ckks.Context.BitsAt(level) / 2) - 3));
        X = ckks.Numbers(Seed + level);
        Y = ckks.Numbers(Seed + level + 100);
        Z = ckks.Numbers(Seed + level + 200);
        PlainX = ckks.Encode(X, Scale, level);
        PlainY = ckks.Encode(Y, Scale, level);
        PlainZ = ckks.Encode(Z, Scale, level);
        A = ckks.Encryptor.Encrypt(PlainX);
        B = ckks.OwnEncryptor.Encrypt(PlainY);
        Product = ckks.Evaluator.Multiply(A, B);
        Relinearised = ckks.Evaluator.Relinearise(Product, ckks.Relinearisation);
        Fresh = NoiseBound.FreshPublic(ckks.Context);
        FreshSymmetric = NoiseBound.FreshSymmetric(ckks.Context);
        (NormX, NormY, NormZ) = (Norm(PlainX), Norm(PlainY), Norm(PlainZ));
    }

    public CkksInstance Ckks { get; }

    public int Level { get; }

    public double Scale { get; }

    public double[] X { get; }

    public double[] Y { get; }

    public double[] Z { get; }

    public Plaintext PlainX { get; }

    public Plaintext PlainY { get; }

    public Plaintext PlainZ { get; }

    /// <summary>X under the public key.</summary>
    public Ciphertext A { get; }

    /// <summary>Y under the secret key, with its seed.</summary>
    public Ciphertext B { get; }

    /// <summary>X Y, of three polynomials.</summary>
    public Ciphertext Product { get; }

    /// <summary>X Y, of two.</summary>
    public Ciphertext Relinearised { get; }

    public NoiseBound Fresh { get; }

    public NoiseBound FreshSymmetric { get; }

    public double NormX { get; }

    public double NormY { get; }

    public double NormZ { get; }

    public NoiseBound ProductBound => Fresh.Multiply(NormX, FreshSymmetric, NormY);

    public double Norm(Plaintext plaintext) => Math.Sqrt(Ckks.Coefficients(plaintext).Sum(x => (double)x * (double)x));
}

/// <summary>One thing an evaluator does, with what doubles give for it and the bound on its noise.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Operand">The ciphertext it works on, which may be the destination.</param>
/// <param name="Run">Does it: ciphertext, destination.</param>
/// <param name="Expected">What the slots should hold.</param>
/// <param name="Bound">The noise bound.</param>
/// <param name="LowestLevel">The least level there is something to do at.</param>
internal sealed record Operation(
    string Name,
    Func<Operands, Ciphertext> Operand,
    Action<Operands, Ciphertext, Ciphertext> Run,
    Func<Operands, double[]> Expected,
    Func<Operands, NoiseBound> Bound,
    int LowestLevel = 0)
{
    /// <summary>The rotations that the operations need keys for.</summary>
    public static int[] Rotations(int slots) => [.. Enumerable.Range(0, System.Numerics.BitOperations.Log2((uint)slots)).SelectMany(i => new[] { 1 << i, -(1 << i) }).Append(3)];

    public static IReadOnlyList<Operation> All { get; } =
    [
        new("Add", o => o.A, (o, a, to) => o.Ckks.Evaluator.Add(a, o.B, to), o => Zip(o.X, o.Y, (x, y) => x + y), o => o.Fresh.Add(o.FreshSymmetric)),
        new("Add to the other term", o => o.B, (o, b, to) => o.Ckks.Evaluator.Add(o.A, b, to), o => Zip(o.X, o.Y, (x, y) => x + y), o => o.Fresh.Add(o.FreshSymmetric)),
        new("Add to itself", o => o.A, (o, a, to) => o.Ckks.Evaluator.Add(a, a, to), o => Map(o.X, x => 2 * x), o => o.Fresh.AddDependent(o.Fresh)),
        new("Subtract", o => o.A, (o, a, to) => o.Ckks.Evaluator.Subtract(a, o.B, to), o => Zip(o.X, o.Y, (x, y) => x - y), o => o.Fresh.Add(o.FreshSymmetric)),
        new("Subtract from the other", o => o.B, (o, b, to) => o.Ckks.Evaluator.Subtract(o.A, b, to), o => Zip(o.X, o.Y, (x, y) => x - y), o => o.Fresh.Add(o.FreshSymmetric)),
        new("Negate", o => o.A, (o, a, to) => o.Ckks.Evaluator.Negate(a, to), o => Map(o.X, x => -x), o => o.Fresh),
        new("AddPlain", o => o.B, (o, b, to) => o.Ckks.Evaluator.AddPlain(b, o.PlainZ, to), o => Zip(o.Y, o.Z, (y, z) => y + z), o => o.FreshSymmetric),
        new("SubtractPlain", o => o.B, (o, b, to) => o.Ckks.Evaluator.SubtractPlain(b, o.PlainZ, to), o => Zip(o.Y, o.Z, (y, z) => y - z), o => o.FreshSymmetric),
        new("AddConstant", o => o.A, (o, a, to) => o.Ckks.Evaluator.AddConstant(a, -0.625, to), o => Map(o.X, x => x - 0.625), o => o.Fresh),
        new("MultiplyPlain", o => o.A, (o, a, to) => o.Ckks.Evaluator.MultiplyPlain(a, o.PlainZ, to), o => Zip(o.X, o.Z, (x, z) => x * z), o => o.Fresh.MultiplyPlain(o.NormZ, o.NormX)),
        new("MultiplyConstant", o => o.A, (o, a, to) => o.Ckks.Evaluator.MultiplyConstant(a, -1.625, 1 << 12, to), o => Map(o.X, x => -1.625 * x), o => o.Fresh.MultiplyPlain(1.625 * (1 << 12))),
        new("Multiply", o => o.A, (o, a, to) => o.Ckks.Evaluator.Multiply(a, o.B, to), Product, o => o.ProductBound),
        new("Multiply the other factor", o => o.B, (o, b, to) => o.Ckks.Evaluator.Multiply(o.A, b, to), Product, o => o.ProductBound),
        new("Square", o => o.A, (o, a, to) => o.Ckks.Evaluator.Square(a, to), o => Map(o.X, x => x * x), o => o.Fresh.Square(o.NormX)),
        new("MultiplyRelinearise", o => o.A, (o, a, to) => o.Ckks.Evaluator.MultiplyRelinearise(a, o.B, o.Ckks.Relinearisation, to), Product, o => o.ProductBound.SwitchKey(o.Level)),
        new("MultiplyRelinearise the other factor", o => o.B, (o, b, to) => o.Ckks.Evaluator.MultiplyRelinearise(o.A, b, o.Ckks.Relinearisation, to), Product, o => o.ProductBound.SwitchKey(o.Level)),
        new("Relinearise", o => o.Product, (o, p, to) => o.Ckks.Evaluator.Relinearise(p, o.Ckks.Relinearisation, to), Product, o => o.ProductBound.SwitchKey(o.Level)),
        new("Relinearise what is so already", o => o.A, (o, a, to) => o.Ckks.Evaluator.Relinearise(a, o.Ckks.Relinearisation, to), o => o.X, o => o.Fresh),
        new("Add two and three polynomials", o => o.Product, (o, p, to) => o.Ckks.Evaluator.Add(o.Relinearised, p, to), o => Map(Product(o), x => 2 * x), o => o.ProductBound.AddDependent(o.ProductBound.SwitchKey(o.Level))),
        new("Subtract three polynomials from two", o => o.Relinearised, (o, r, to) => o.Ckks.Evaluator.Subtract(r, o.Product, to), o => new double[o.X.Length], o => o.ProductBound.AddDependent(o.ProductBound.SwitchKey(o.Level))),
        new("Subtract two polynomials from three", o => o.Product, (o, p, to) => o.Ckks.Evaluator.Subtract(p, o.Relinearised, to), o => new double[o.X.Length], o => o.ProductBound.AddDependent(o.ProductBound.SwitchKey(o.Level))),
        new("Negate three polynomials", o => o.Product, (o, p, to) => o.Ckks.Evaluator.Negate(p, to), o => Map(Product(o), x => -x), o => o.ProductBound),
        new("Rotate by 1", o => o.A, (o, a, to) => o.Ckks.Evaluator.Rotate(a, 1, o.Ckks.Galois, to), o => Rotated(o.X, 1), o => o.Fresh.SwitchKey(o.Level)),
        new("Rotate by -2", o => o.B, (o, b, to) => o.Ckks.Evaluator.Rotate(b, -2, o.Ckks.Galois, to), o => Rotated(o.Y, -2), o => o.FreshSymmetric.SwitchKey(o.Level)),
        new("Rotate by 0", o => o.B, (o, b, to) => o.Ckks.Evaluator.Rotate(b, 0, o.Ckks.Galois, to), o => o.Y, o => o.FreshSymmetric),
        new("Conjugate", o => o.A, (o, a, to) => o.Ckks.Evaluator.Conjugate(a, o.Ckks.Galois, to), o => o.X, o => o.Fresh.SwitchKey(o.Level)),
        new("SumSlots of 4", o => o.A, (o, a, to) => o.Ckks.Evaluator.SumSlots(a, 4, o.Ckks.Galois, to), o => [.. o.X.Select((_, i) => Enumerable.Range(i, 4).Sum(j => o.X[j % o.X.Length]))], o => o.Fresh.SumSlots(4, o.Level)),
        new("SumSlots of all", o => o.A, (o, a, to) => o.Ckks.Evaluator.SumSlots(a, o.X.Length, o.Ckks.Galois, to), o => Map(o.X, _ => o.X.Sum()), o => o.Fresh.SumSlots(o.X.Length, o.Level)),
        new("SumSlots of one", o => o.A, (o, a, to) => o.Ckks.Evaluator.SumSlots(a, 1, o.Ckks.Galois, to), o => o.X, o => o.Fresh.SumSlots(1, o.Level)),
        new("Rescale", o => o.Relinearised, (o, r, to) => o.Ckks.Evaluator.Rescale(r, to), Product, o => o.ProductBound.SwitchKey(o.Level).Rescale(o.Level), 1),
        new("Rescale three polynomials", o => o.Product, (o, p, to) => o.Ckks.Evaluator.Rescale(p, to), Product, o => o.ProductBound.Rescale(o.Level, 3), 1),
        new("ModSwitch by one", o => o.A, (o, a, to) => o.Ckks.Evaluator.ModSwitch(a, o.Level - 1, to), o => o.X, o => o.Fresh, 1),
        new("ModSwitch to the ground", o => o.A, (o, a, to) => o.Ckks.Evaluator.ModSwitch(a, 0, to), o => o.X, o => o.Fresh),
    ];

    public static double[] Rotated(double[] x, int steps) => [.. x.Select((_, i) => x[(i + steps + x.Length) % x.Length])];

    public static double[] Product(Operands o) => Zip(o.X, o.Y, (x, y) => x * y);

    private static double[] Map(double[] x, Func<double, double> f) => [.. x.Select(f)];

    private static double[] Zip(double[] x, double[] y, Func<double, double, double> f) => [.. x.Zip(y, f)];

    /// <summary>Runs it into a destination of its own.</summary>
    public Ciphertext Result(Operands operands)
    {
        var destination = new Ciphertext(operands.Ckks.Context, 0);
        Run(operands, Operand(operands), destination);
        return destination;
    }
}
