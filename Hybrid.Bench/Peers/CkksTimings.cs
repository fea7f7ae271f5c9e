using Hybrid.Bench.Seal;

namespace Hybrid.Bench.Peers;

/// <summary>Our side of the comparison of CKKS: every operation on one thread.</summary>
internal static class CkksTimings
{
    public static TimedCases Prepare(IEnumerable<int> degrees)
    {
        var cases = new TimedCases();
        foreach (int degree in degrees)
        {
            PreparedCkks operations = cases.Own(new PreparedCkks(degree));
            Add(SealOperation.Transform, operations.Transform, Many);
            Add(SealOperation.InverseTransform, operations.InverseTransform, Many);
            Add(SealOperation.Encode, operations.Encode);
            Add(SealOperation.Decode, operations.Decode);
            Add(SealOperation.EncryptPublicly, operations.EncryptPublicly);
            Add(SealOperation.EncryptAndWrite, operations.EncryptAndWrite);
            Add(SealOperation.Decrypt, operations.Decrypt, Many);
            Add(SealOperation.Add, operations.Add, Many);
            Add(SealOperation.MultiplyPlain, operations.MultiplyPlain, Many);
            Add(SealOperation.Rescale, operations.Rescale);
            Add(SealOperation.Rotate, operations.Rotate);
            Add(SealOperation.MultiplyRelinearise, operations.MultiplyRelinearise);
            if (degree == PreparedMatrix.Degree)
            {
                PreparedMatrix matrix = cases.Own(new PreparedMatrix(SealOperation.MatrixSize, SealOperation.MatrixSize));
                Add(SealOperation.Matrix, () => matrix.Apply(threads: 1));
            }

            void Add(SealOperation operation, Action run, int count = 1) => cases.Add(operation.Name, degree, count, count == 1 ? run : () => Repeat(run, count));
        }

        return cases;
    }

    // Operations of a few microseconds are timed together.
    private const int Many = 8;

    private static void Repeat(Action run, int count)
    {
        for (int i = 0; i < count; i++)
        {
            run();
        }
    }
}
