#:project ../Hybrid.Paillier/Hybrid.Paillier.csproj
#:project ../Hybrid.Seal/Hybrid.Seal.csproj
#:project ../Hybrid.Mpc/Hybrid.Mpc.csproj

// Switching backends per layer: one program, four ways to hold its layers; the results are the same numbers.
// Run it from the repository's root:  dotnet run samples/switching-backends.cs
using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Paillier;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

Tensor<double> first = Filled(16, 32);
Tensor<double> second = Filled(32, 4);
var input = new Dictionary<string, Tensor<double>> { ["x"] = Filled(2, 16) };
var dealer = new InProcessDealer();

foreach ((Scheme one, Scheme two) in new[]
{
    (Scheme.Shares, Scheme.Shares), (Scheme.Ckks, Scheme.Shares), (Scheme.Paillier, Scheme.Shares), (Scheme.Ckks, Scheme.Ckks), (Scheme.Paillier, Scheme.Ckks),
})
{
    var program = new TensorProgram();
    SecretTensor x = program.Input("x", Party.Client, new Shape(2, 16), bound: 1);
    SecretTensor hidden = x.MatMul(program.Private("first", Party.Server, first)).On(one).Relu();
    hidden.MatMul(program.Private("second", Party.Server, second)).On(two).Reveal(Party.Client, "y");

    await using LocalProgram parties = await LocalProgram.StartAsync(program, UseAll);
    (ProgramRun client, _) = await parties.RunAsync(input);
    string values = string.Join(", ", client["y"].Take(4).Select(value => $"{value:0.000}"));
    Console.WriteLine($"{one,-8} then {two,-8} y = {values}, {client.BytesSent:N0} bytes up, {client.BytesReceived:N0} bytes down");
}

void UseAll(SchemeRegistry schemes)
{
    schemes.UsePaillier(new PaillierOptions { KeyBits = 2048 });
    schemes.UseCkks(new CkksOptions());
    schemes.UseShares(new SharesOptions { Dealer = dealer });
}

static Tensor<double> Filled(int rows, int columns)
{
    double[] values = [.. Enumerable.Range(0, rows * columns).Select(i => ((i * 37 % 100) - 50) / 100.0)];
    return Tensor.Create(values, [rows, columns]);
}
