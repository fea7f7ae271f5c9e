using System.Text.Json;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class PlanTests
{
    [TestMethod]
    public void Without_arguments_it_explains_a_plan_within_a_hundred_and_ten_columns()
    {
        CliResult result = CliProcess.Run("plan");
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.AreEqual(string.Empty, result.Error);
        Assert.Contains("breast-cancer, 1 row, lan", result.Output);
        Assert.Contains("MatMul", result.Output);
        Assert.Contains("opens scores to the client", result.Output);
        Assert.IsLessThanOrEqualTo(110, result.Output.Split('\n').Max(line => line.Length));
    }

    [TestMethod]
    public void What_a_far_dealer_sends_is_waited_for()
    {
        JsonElement near = Plan("--model", "digits-mlp", "--rows", "100", "--link", "wan", "--dealer-link", "lan", "--scheme", "shares");
        JsonElement far = Plan("--model", "digits-mlp", "--rows", "100", "--link", "wan", "--dealer-link", "1mbit/40ms", "--scheme", "shares");
        Assert.IsGreaterThan(Seconds(near.GetProperty("cost")) + 1, Seconds(far.GetProperty("cost")));
        CliResult refused = CliProcess.Run("plan", "--dealer-link", "nowhere");
        Assert.AreEqual(2, refused.ExitCode);
        Assert.Contains("--dealer-link: 'nowhere' is not a link", refused.Error);
    }

    [TestMethod]
    public void Json_has_every_op_with_its_alternatives_and_every_step()
    {
        JsonElement report = Plan("--model", "digits", "--rows", "20", "--link", "100mbit/40ms", "--ledger");
        Assert.AreEqual("digits", report.GetProperty("model").GetString());
        Assert.AreEqual(0, report.GetProperty("error").GetDouble());
        JsonElement[] ops = [.. report.GetProperty("ops").EnumerateArray()];
        Assert.HasCount(2, ops);
        foreach (JsonElement op in ops)
        {
            JsonElement[] schemes = [.. op.GetProperty("schemes").EnumerateArray()];
            Assert.HasCount(3, schemes);
            JsonElement chosen = schemes.Single(scheme => scheme.GetProperty("isChosen").GetBoolean());
            Assert.AreEqual(op.GetProperty("scheme").GetString(), chosen.GetProperty("scheme").GetString());
            Assert.AreEqual(report.GetProperty("cost").GetRawText(), Unindented(chosen.GetProperty("plan"), report.GetProperty("cost")));
            Assert.IsLessThanOrEqualTo(schemes.Min(scheme => Seconds(scheme.GetProperty("plan"))) + 1e-9, Seconds(report.GetProperty("cost")));
        }

        Assert.IsGreaterThan(2, report.GetProperty("steps").GetArrayLength());
        Assert.AreEqual("client", report.GetProperty("ledger")[0].GetProperty("learner").GetString());
    }

    [TestMethod]
    public void A_pin_by_label_or_number_holds()
    {
        JsonElement byNumber = Plan("--model", "digits", "--pin", "3=paillier");
        JsonElement byLabel = Plan("--model", "digits", "--pin", "MatMul3=paillier", "--pin", "4=ckks", "--pin", "4=paillier");
        foreach (JsonElement report in new[] { byNumber, byLabel })
        {
            JsonElement op = report.GetProperty("ops")[0];
            Assert.AreEqual("paillier", op.GetProperty("scheme").GetString());
            StringAssert.StartsWith(op.GetProperty("why").GetString()!, "pinned");
        }
    }

    [TestMethod]
    public void The_objective_and_the_key_size_count()
    {
        JsonElement fast = Plan("--link", "lan");
        JsonElement small = Plan("--link", "lan", "--objective", "bytes");
        Assert.IsLessThan(Bytes(fast), Bytes(small));
        Assert.IsLessThan(Bytes(small), Bytes(Plan("--link", "lan", "--objective", "bytes", "--key-bits", "2048")));
    }

    [TestMethod]
    public void Set_up_is_told_and_counts_for_few_queries()
    {
        JsonElement many = Plan("--model", "digits", "--link", "mobile");
        JsonElement one = Plan("--model", "digits", "--link", "mobile", "--queries", "1");
        Assert.IsGreaterThan(0, many.GetProperty("setUp").GetProperty("seconds").GetDouble());
        Assert.IsLessThanOrEqualTo(Together(many), Together(one));
        StringAssert.Contains(one.GetProperty("ops")[0].GetProperty("why").GetString()!, "set-up included");

        static double Together(JsonElement report) => Seconds(report.GetProperty("cost")) + Seconds(report.GetProperty("setUp"));
    }

    [TestMethod]
    public void A_network_is_planned()
    {
        JsonElement report = Plan("--model", "digits-mlp", "--rows", "2", "--reveal", "label");
        JsonElement[] ops = [.. report.GetProperty("ops").EnumerateArray()];
        Assert.AreEqual("the only scheme that computes this Relu", ops.Single(op => op.GetProperty("op").GetString() == "Relu").GetProperty("why").GetString());
        Assert.AreEqual(JsonValueKind.Null, report.GetProperty("error").ValueKind);
    }

    [TestMethod]
    [DataRow(1, "no op 'fc9' to pin", "MatMul3", "--pin", "fc9=ckks")]
    [DataRow(1, "'3' is no pin", "OP=SCHEME", "--pin", "3")]
    [DataRow(1, "'plain' is no scheme", "paillier, ckks, shares", "--pin", "3=plain")]
    [DataRow(1, "Ckks cannot compute Sigmoid", "another scheme", "--reveal", "values", "--pin", "6=ckks")]
    [DataRow(1, "100", "2048", "--key-bits", "100")]
    [DataRow(1, "nowhere.json", "does not exist", "--model", "nowhere.json")]
    [DataRow(1, "nowhere.onnx", "", "--model", "nowhere.onnx")]
    [DataRow(1, "nowhere.json", "hybrid calibrate", "--machine", "nowhere.json")]
    [DataRow(2, "'carrier pigeon' is not a link", "mobile", "--link", "carrier pigeon")]
    [DataRow(2, "--rows takes a number", "", "--rows", "0")]
    [DataRow(2, "--objective takes", "latency", "--objective", "beauty")]
    [DataRow(2, "--queries takes a number from 1", "", "--queries", "0")]
    public void Bad_input_is_one_sentence(int exitCode, string what, string also, params string[] arguments) =>
        CliProcess.Run(["plan", .. arguments]).ExpectError(exitCode, what, also);

    private static JsonElement Plan(params string[] arguments) => CliProcess.Run(["plan", "--json", .. arguments]).Json();

    private static double Seconds(JsonElement cost) => cost.GetProperty("seconds").GetDouble();

    private static long Bytes(JsonElement report) =>
        report.GetProperty("cost").GetProperty("bytesUp").GetInt64() + report.GetProperty("cost").GetProperty("bytesDown").GetInt64();

    // The same document is indented by how deep it stands.
    private static string Unindented(JsonElement deep, JsonElement flat) => JsonElement.DeepEquals(deep, flat) ? flat.GetRawText() : deep.GetRawText();
}
