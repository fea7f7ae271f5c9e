using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>
/// Measures how the parts of a scheme of ciphertexts compare with the scheme's own estimates on this machine: runs layers, both parties in this
/// process, and divides what they took by what was quoted.
/// </summary>
public static class CipherCalibration
{
    private const int Runs = 5;

    /// <summary>Measures a scheme. Takes seconds.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="schemes">Adds it, at either end.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>For each part, by its primitive's name, how many times the estimate it takes.</returns>
    public static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Scheme scheme, Action<SchemeRegistry> schemes, CancellationToken cancellation = default)
    {
        var ratios = new Dictionary<CipherPart, List<double>>();
        foreach ((int rows, int inputs, int outputs) in new[] { (1, 128, 32), (16, 256, 64), (1, 512, 64) })
            await MeasureAsync(scheme, schemes, rows, inputs, outputs, ratios, cancellation).ConfigureAwait(false);
        return ratios.ToDictionary(pair => MachinePrimitive.Of(scheme, pair.Key).Name, pair => GeometricMean(pair.Value));
    }

    private static async Task MeasureAsync(
        Scheme scheme, Action<SchemeRegistry> schemes, int rows, int inputs, int outputs, Dictionary<CipherPart, List<double>> ratios, CancellationToken cancellation)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, inputs), 1);
        x.MatMul(program.Private("weights", Party.Server, Filled(inputs, outputs, 0.1))).On(scheme).Reveal(Party.Client);
        LocalProgram local = await LocalProgram.StartAsync(program, schemes, cancellation).ConfigureAwait(false);
        await using (local.ConfigureAwait(false))
        {
            var given = new Dictionary<string, Tensor<double>> { ["x"] = Filled(rows, inputs, 1) };
            var runs = new List<(ProgramRun Client, ProgramRun Server)>();
            for (int run = 0; run < Runs; run++)
                runs.Add(await local.RunAsync(given, null, cancellation).ConfigureAwait(false));
            foreach (PlanStep step in local.Plan.Steps)
            {
                (CipherPart? Client, CipherPart? Server) parts = (step.From, step.To) switch
                {
                    (Scheme.Plain, not Scheme.Plain) => ((CipherPart?)CipherPart.Encrypt, (CipherPart?)CipherPart.Read),
                    (not Scheme.Plain, Scheme.Plain) => (CipherPart.Decrypt, CipherPart.Reply),
                    (not Scheme.Plain, not Scheme.Plain) => (default(CipherPart?), CipherPart.Compute),
                    _ => (null, default(CipherPart?)),
                };
                Note(ratios, parts.Client, runs.Select(run => run.Client.Steps[step.Index].Seconds), step.Quote.ClientSeconds);
                Note(ratios, parts.Server, runs.Select(run => run.Server.Steps[step.Index].Seconds), step.Quote.ServerSeconds);
            }
        }
    }

    // The first run is slow, while code is compiled and tables are filled.
    private static void Note(Dictionary<CipherPart, List<double>> ratios, CipherPart? part, IEnumerable<double> measured, double quoted)
    {
        if (part is not { } known || quoted <= 0)
        {
            return;
        }

        double[] warm = [.. measured.Skip(1).Order()];
        if (!ratios.TryGetValue(known, out List<double>? list))
        {
            ratios.Add(known, list = []);
        }

        list.Add(Math.Max(1e-3, warm[warm.Length / 2] / quoted));
    }

    private static double GeometricMean(List<double> values) => Math.Exp(values.Average(Math.Log));

    private static Tensor<double> Filled(int rows, int columns, double scale)
    {
        var values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = scale * (((i * 7919) % 101) - 50) / 50;
        return Tensor.Create(values, [rows, columns]);
    }
}
