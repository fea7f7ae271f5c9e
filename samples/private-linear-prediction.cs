#:project ../Hybrid.Paillier/Hybrid.Paillier.csproj
#:project ../Hybrid.Seal/Hybrid.Seal.csproj

// Private linear prediction with client keys: a clinic asks for the risk of its patients; the model's owner sees ciphertexts.
// Run it from the repository's root:  dotnet run samples/private-linear-prediction.cs
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Paillier;
using Hybrid.Schemes;
using Hybrid.Seal;

LinearModel model = LinearModel.Load("samples/breast-cancer.json");
DataTable patients = DataTable.Load("samples/breast-cancer-test.csv");

// The key is the client's own, and stays with it: the server is told the public half.
using PaillierPrivateKey key = PaillierPrivateKey.Generate();
var client = new SessionOptions { Schemes = schemes => UseBoth(schemes, new PaillierOptions { Key = key }) };
var server = new SessionOptions { Schemes = schemes => UseBoth(schemes, new PaillierOptions()) };

await using LocalSession session = await LocalSession.StartAsync(model, client, server, patients.Rows);
Prediction prediction = await session.Client.PredictAsync(patients.Select(model.Features));

Console.WriteLine($"{patients.Rows} patients, {session.Client.Keys}");
for (int row = 0; row < 3; row++)
    Console.WriteLine($"  patient {row + 1}: {model.Labels[prediction.Labels[row]]}, probability of a benign tumour {prediction.Values[row, 0]:0.0000}");
Console.WriteLine($"{prediction.Cost.BytesUp:N0} bytes up, {prediction.Cost.BytesDown:N0} bytes down, {prediction.Cost.WallSeconds:0.000} s");
foreach (Disclosure entry in prediction.Ledger.Entries)
    Console.WriteLine($"the {entry.Learner.ToString().ToLowerInvariant()} learns {entry.Value}: {entry.Why}");

static void UseBoth(SchemeRegistry schemes, PaillierOptions paillier)
{
    schemes.UsePaillier(paillier);
    schemes.UseCkks(new CkksOptions());
}
