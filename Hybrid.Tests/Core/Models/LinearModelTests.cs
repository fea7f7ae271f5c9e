using System.Text;
using System.Text.Json.Nodes;
using Hybrid.Models;

namespace Hybrid.Tests.Core.Models;

[TestClass]
public sealed class LinearModelTests
{
    [TestMethod]
    [DataRow("breast-cancer", 30, 1, Activation.Sigmoid, 2)]
    [DataRow("diabetes", 10, 1, Activation.None, 0)]
    [DataRow("digits", 64, 10, Activation.Softmax, 10)]
    public void Samples_load(string name, int features, int outputs, Activation activation, int labels)
    {
        LinearModel model = SampleModels.Load(name);
        Assert.AreEqual(name, model.Name);
        Assert.HasCount(features, model.Features);
        Assert.AreEqual(outputs, model.Outputs);
        Assert.AreEqual(activation, model.Activation);
        Assert.HasCount(labels, model.Labels);
        Assert.AreEqual(outputs, model.Bias.Length);
        Assert.AreEqual(features, model.Mean.Length);
        Assert.IsTrue(model.Scale.ToArray().All(scale => scale > 0));
    }

    [TestMethod]
    public void Samples_predict_the_labels_of_their_test_rows()
    {
        foreach ((string name, double least) in new[] { ("breast-cancer", 0.95), ("digits", 0.93) })
        {
            LinearModel model = SampleModels.Load(name);
            DataTable table = SampleModels.Rows(name);
            double[] flat = [.. table.Select(model.Features)];
            double[] labels = table.Labels()!;
            var scores = new double[model.Outputs];
            int right = 0;
            for (int row = 0; row < table.Rows; row++)
            {
                model.Score(flat.AsSpan(row * model.Features.Count, model.Features.Count), scores);
                right += model.Activation.Label(scores) == labels[row] ? 1 : 0;
            }

            Assert.IsGreaterThan(least, right / (double)table.Rows, name);
        }
    }

    [TestMethod]
    public void Scores_are_those_of_the_formula()
    {
        const int Seed = 41;
        var random = new Random(Seed);
        for (int i = 0; i < 200; i++)
        {
            LinearModel model = SampleModels.Random(random, random.Next(1, 20), random.Next(1, 5));
            double[] row = SampleModels.Input(random, model, 5);
            var scores = new double[model.Outputs];
            model.Score(row, scores);
            for (int j = 0; j < model.Outputs; j++)
            {
                double naive = 0;
                for (int k = row.Length - 1; k >= 0; k--)
                {
                    naive += model.Weight(j, k) * (row[k] - model.Mean[k]) / model.Scale[k];
                }

                Assert.AreEqual(naive + model.Bias[j], scores[j], 1e-11, $"case {i} of seed {Seed}");
            }
        }
    }

    [TestMethod]
    public void A_good_file_is_read_as_it_stands()
    {
        LinearModel model = Parse(Good());
        CollectionAssert.AreEqual(new[] { "a", "b" }, model.Features.ToArray());
        CollectionAssert.AreEqual(new[] { "no", "yes" }, model.Labels.ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, -1 }, model.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 2.0, 4 }, model.Scale.ToArray());
        Assert.AreEqual((3.0, -2.5, 0.25), (model.Weight(0, 0), model.Weight(0, 1), model.Bias[0]));
        Assert.AreEqual(Activation.Sigmoid, model.Activation);
        // Labels may be left out; members nobody asks for may be there.
        JsonObject other = Good();
        other["labels"] = new JsonArray();
        other["trained"] = "by hand";
        Assert.IsEmpty(Parse(other).Labels);
    }

    [TestMethod]
    [DataRow("", "is no JSON")]
    [DataRow("hello", "is no JSON", "line 1, byte 1")]
    [DataRow("{\n  \"format\": }", "is no JSON", "line 2, byte 13")]
    [DataRow("{} {}", "is no JSON")]
    [DataRow("{\"format\": NaN}", "is no JSON")]
    [DataRow("[[[[[[[[[[[[", "is no JSON")]
    [DataRow("[]", "is no JSON object")]
    [DataRow("null", "is no JSON object")]
    [DataRow("{}", "lacks \"format\"")]
    public void What_is_no_JSON_object_is_refused(string text, params string[] parts) =>
        Sentences.Refused<FormatRefusedException>(() => LinearModel.Parse(Encoding.UTF8.GetBytes(text), "m"), ["The model ", .. parts]);

    [TestMethod]
    [DataRow("format", "\"linear/2\"", "has the format \"linear/2\"", "reads \"linear/1\"")]
    [DataRow("format", "1", "lacks \"format\"")]
    [DataRow("format", null, "lacks \"format\"")]
    [DataRow("activation", null, "lacks \"activation\"")]
    [DataRow("activation", "\"relu\"", "the activation \"relu\"", "none, sigmoid, softmax")]
    [DataRow("activation", "\"Sigmoid\"", "the activation \"Sigmoid\"")]
    [DataRow("activation", "\"1\"", "the activation \"1\"")]
    [DataRow("features", null, "lacks \"features\"")]
    [DataRow("features", "\"a\"", "lacks \"features\"")]
    [DataRow("features", "[]", "has no features")]
    [DataRow("features", "[\"a\", 2]", "something other than text in \"features\"")]
    [DataRow("features", "[\"a\", null]", "something other than text in \"features\"")]
    [DataRow("features", "[\"a\", \"a\"]", "names a feature twice")]
    [DataRow("features", "[\"a\", \"\\ud800\"]", "has a text at byte", "no Unicode")]
    [DataRow("features", "[\"a\"]", "2 means for 1 features")]
    [DataRow("labels", null, "lacks \"labels\"")]
    [DataRow("labels", "[\"no\"]", "has 1 labels where its activation has 2")]
    [DataRow("mean", null, "lacks \"mean\"")]
    [DataRow("mean", "[1]", "has 1 means for 2 features")]
    [DataRow("mean", "[1, \"2\"]", "something other than a finite number as element 2 of \"mean\"")]
    [DataRow("mean", "[1, null]", "something other than a finite number as element 2 of \"mean\"")]
    [DataRow("mean", "[1e999, 1]", "something other than a finite number as element 1 of \"mean\"")]
    [DataRow("mean", "{}", "lacks \"mean\"")]
    [DataRow("scale", null, "lacks \"scale\"")]
    [DataRow("scale", "[1, 2, 3]", "has 3 scales for 2 features")]
    [DataRow("scale", "[1, 0]", "has a scale that is not positive")]
    [DataRow("scale", "[-1, 1]", "has a scale that is not positive")]
    [DataRow("scale", "[1e-400, 1]", "has a scale that is not positive")]
    [DataRow("scale", "[1e999, 1]", "something other than a finite number as element 1 of \"scale\"")]
    [DataRow("weights", null, "lacks \"weights\"")]
    [DataRow("weights", "[]", "has 1 biases for 0 rows of weights")]
    [DataRow("weights", "[1, 2]", "something other than a list of numbers in \"weights\"")]
    [DataRow("weights", "[[1, 2], [3]]", "has 1 biases for 2 rows of weights")]
    [DataRow("weights", "[[1]]", "has 1 weights in row 1 for 2 features")]
    [DataRow("weights", "[[1, 2, 3]]", "has 3 weights in row 1 for 2 features")]
    [DataRow("weights", "[[1, -1e999]]", "something other than a finite number as element 2 of \"weights\"")]
    [DataRow("weights", "[[[1], 2]]", "something other than a finite number as element 1 of \"weights\"")]
    [DataRow("bias", null, "lacks \"bias\"")]
    [DataRow("bias", "[]", "has 0 biases for 1 rows of weights")]
    [DataRow("bias", "[1, 2]", "has 2 biases for 1 rows of weights")]
    [DataRow("bias", "[true]", "something other than a finite number as element 1 of \"bias\"")]
    public void Members_that_do_not_fit_are_named(string member, string? json, params string[] parts)
    {
        JsonObject file = Good();
        if (json is null)
        {
            file.Remove(member);
        }

        // Numbers such as 1e999 must reach the reader as they are written.
        string text = json is null ? file.ToJsonString() : file.ToJsonString().Replace($"\"{member}\":{file[member]!.ToJsonString()}", $"\"{member}\":{json}", StringComparison.Ordinal);
        string[] expected = ["The model good.json ", .. parts];
        Sentences.Refused<FormatRefusedException>(() => LinearModel.Parse(Encoding.UTF8.GetBytes(text), "good", "The model good.json"), expected);
    }

    [TestMethod]
    public void Rows_of_different_lengths_and_a_second_row_for_sigmoid_are_refused()
    {
        JsonObject file = Good();
        file["bias"] = new JsonArray(1, 2);
        file["weights"] = new JsonArray(new JsonArray(1, 2), new JsonArray(3));
        Sentences.Refused<FormatRefusedException>(() => Parse(file), "has 1 weights in row 2 for 2 features");
        file["weights"] = new JsonArray(new JsonArray(1, 2), new JsonArray(3, 4));
        Sentences.Refused<FormatRefusedException>(() => Parse(file), "has 2 rows of weights, and sigmoid takes one");
        file["activation"] = "none";
        Sentences.Refused<FormatRefusedException>(() => Parse(file), "has 2 labels where its activation has 0");
        file["activation"] = "softmax";
        Assert.AreEqual(2, Parse(file).Outputs);
    }

    [TestMethod]
    public void A_model_made_of_arrays_is_checked_as_a_file_is()
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Sentences.Refused<FormatRefusedException>(() => Make(mean: bad), "The model m has a number that is not finite");
            Sentences.Refused<FormatRefusedException>(() => Make(weight: bad), "The model m has a number that is not finite");
            Sentences.Refused<FormatRefusedException>(() => Make(bias: bad), "The model m has a number that is not finite");
            Sentences.Refused<FormatRefusedException>(() => Make(scale: bad), "The model m has a ");
        }

        Sentences.Refused<FormatRefusedException>(() => Make(scale: 0), "The model m has a scale that is not positive");
        Assert.ThrowsExactly<ArgumentException>(() => new LinearModel(string.Empty, ["a"], [], Activation.None, [0], [1], [[1]], [0]));
        Assert.ThrowsExactly<ArgumentNullException>(() => new LinearModel("m", null!, [], Activation.None, [0], [1], [[1]], [0]));
    }

    [TestMethod]
    public void Files_that_are_missing_no_files_or_too_large_are_refused()
    {
        string folder = Directory.CreateTempSubdirectory("hybrid-model-").FullName;
        try
        {
            string missing = Path.Combine(folder, "missing.json");
            Sentences.Refused<FormatRefusedException>(() => LinearModel.Load(missing), missing, "does not exist");
            Sentences.Refused<FormatRefusedException>(() => LinearModel.Load(Path.Combine(folder, "none", "m.json")), "does not exist");
            Sentences.Refused<FormatRefusedException>(() => LinearModel.Load(folder), folder, "is a directory");

            string large = Path.Combine(folder, "large.json");
            using (FileStream file = File.Create(large))
            {
                file.SetLength(LinearModel.MaximumFileBytes + 1L);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            Sentences.Refused<FormatRefusedException>(() => LinearModel.Load(large), large, $"{LinearModel.MaximumFileBytes + 1} bytes", $"{LinearModel.MaximumFileBytes} is the limit");
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Spoilt_files_are_refused_or_read_and_nothing_else()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        byte[] good = Encoding.UTF8.GetBytes(Good().ToJsonString());
        int read = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = Mutations.Mutate(random, good);
            try
            {
                LinearModel model = LinearModel.Parse(bytes, "m");
                Assert.HasCount(model.Features.Count, model.Mean.ToArray());
                read++;
            }
            catch (FormatRefusedException e)
            {
                Sentences.Check(e, "The model ");
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail($"{e.GetType()} from case {i} of seed {Seed}: {Encoding.UTF8.GetString(bytes)}");
            }
        }

        Assert.IsTrue(read is > 10 and < 4000, $"{read} were read");
    }

    private static LinearModel Make(double mean = 0, double scale = 1, double weight = 1, double bias = 0) =>
        new("m", ["a"], [], Activation.None, [mean], [scale], [[weight]], [bias]);

    private static LinearModel Parse(JsonObject file) => LinearModel.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()), "m");

    private static JsonObject Good() => new()
    {
        ["format"] = "linear/1",
        ["activation"] = "sigmoid",
        ["features"] = new JsonArray("a", "b"),
        ["labels"] = new JsonArray("no", "yes"),
        ["mean"] = new JsonArray(0.5, -1),
        ["scale"] = new JsonArray(2, 4),
        ["weights"] = new JsonArray(new JsonArray(3, -2.5)),
        ["bias"] = new JsonArray(0.25),
    };
}
