using System.Text;
using System.Text.Json.Nodes;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Models;

[TestClass]
public sealed class ModelCardTests
{
    [TestMethod]
    public void What_was_written_is_read_back()
    {
        foreach (ModelCard card in SampleModels.Names.Select(name => FoldedModel.Of(SampleModels.Load(name)).Card).Append(Example()))
        {
            ModelCard back = ModelCard.Read(card.Write());
            Assert.AreEqual(
                (card.Name, card.Activation, card.Outputs, card.Input, card.WeightFractionBits, card.WeightNormBits, card.BiasBits),
                (back.Name, back.Activation, back.Outputs, back.Input, back.WeightFractionBits, back.WeightNormBits, back.BiasBits));
            CollectionAssert.AreEqual(card.Features.ToArray(), back.Features.ToArray());
            CollectionAssert.AreEqual(card.Labels.ToArray(), back.Labels.ToArray());
            CollectionAssert.AreEqual(card.Write(), back.Write());
            Assert.IsLessThan(ModelCard.MaximumBytes, card.Write().Length);
        }
    }

    [TestMethod]
    public void The_graph_follows_from_the_card()
    {
        ModelProgram program = Example().Program(5);
        (Node weights, Node bias) = Constants(program);
        Assert.AreEqual((new Shape(5, 3), 20), (program.Input.Shape, program.Input.FractionBits));
        Assert.AreEqual((new Shape(3, 2), 15), (weights.Shape, weights.FractionBits));
        Assert.AreEqual((new Shape(2), 35), (bias.Shape, bias.FractionBits));
        Assert.AreEqual((new Shape(5, 2), 35), (program.Result.Shape, program.Result.FractionBits));
        Assert.AreEqual(((Int128)1 << 57) + ((Int128)1 << 40), program.Result.Magnitude);
        Assert.AreEqual(new InputOp(Party.Client), program.Input.Op);
        Assert.AreEqual(new RevealOp(Party.Client), program.Result.Op);
        Assert.AreEqual(Visibility.Private(Party.Server), ((ConstantOp)weights.Op).Visibility);
        // Weights are bound once, by numbers that are the same whatever the rows.
        (Node otherWeights, Node otherBias) = Constants(Example().Program(6));
        Assert.AreEqual((weights.Op, bias.Op), (otherWeights.Op, otherBias.Op));
        Sentences.Refused<ParameterException>(() => Example().Program(-1), "-1");
        Sentences.Refused<ParameterException>(() => Example().Program(int.MaxValue), "elements");
    }

    [TestMethod]
    public void Bounds_that_could_wrap_are_refused_with_the_graph()
    {
        ModelCard card = Example() with { Input = new FixedPointFormat(31, 31), WeightNormBits = 62 };
        ParameterException e = Sentences.Refused<ParameterException>(() => card.Program(1), "MatMul could give integers of 128 bits", "127 is the limit");
        Assert.AreEqual(ParameterFault.OutOfRange, e.Fault);
        Assert.AreEqual(125, (card with { WeightNormBits = 61 }).Program(1).Result.Bits);
    }

    [TestMethod]
    [DataRow("format", "\"hybrid-card/2\"", "hybrid-card/2", "the same release on both sides")]
    [DataRow("format", null, "lacks \"format\"")]
    [DataRow("name", null, "lacks \"name\"")]
    [DataRow("name", "\"\\ud800\"", "has a text at byte")]
    [DataRow("name", "\"a\\u001b[2Jb\"", "has a text at byte")]
    [DataRow("features", "[]", "names no features")]
    [DataRow("features", "[\"a\", 1]", "\"features\"")]
    [DataRow("features", "[\"a\", \"a\\nb\"]", "has a text at byte")]
    [DataRow("features", "[\"a\", \"\\u202e\"]", "has a text at byte")]
    [DataRow("labels", "[\"x\"]", "labels or outputs that do not fit its activation")]
    [DataRow("labels", "[\"x\", \"\\udc00y\"]", "has a text at byte")]
    [DataRow("activation", "\"sigmoid\"", "labels or outputs that do not fit its activation")]
    [DataRow("activation", "\"tanh\"", "tanh", "none, sigmoid, softmax")]
    [DataRow("outputs", "0", "\"outputs\"", "from 1 to")]
    [DataRow("outputs", "-1", "\"outputs\"")]
    [DataRow("outputs", "1.5", "\"outputs\"")]
    [DataRow("outputs", "1e99", "\"outputs\"")]
    [DataRow("outputs", "2147483647", "\"outputs\"", "from 1 to 89478485")]
    [DataRow("inputFractionBits", "63", "\"inputFractionBits\"", "from 0 to 62")]
    [DataRow("inputFractionBits", "-1", "\"inputFractionBits\"")]
    [DataRow("inputIntegerBits", "63", "\"inputIntegerBits\"")]
    [DataRow("weightFractionBits", "127", "\"weightFractionBits\"")]
    [DataRow("weightNormBits", "127", "\"weightNormBits\"")]
    [DataRow("biasBits", "\"3\"", "lacks \"biasBits\"")]
    public void Members_that_do_not_fit_are_named(string member, string? json, params string[] parts)
    {
        JsonObject card = JsonNode.Parse(Example().Write())!.AsObject();
        string text = card.ToJsonString();
        string old = $"\"{member}\":{card[member]!.ToJsonString()}";
        StringAssert.Contains(text, old);
        text = text.Replace(old, json is null ? "\"other\":0" : $"\"{member}\":{json}", StringComparison.Ordinal);
        string[] expected = ["The server's model card ", .. parts];
        Sentences.Refused<FormatRefusedException>(() => ModelCard.Read(Encoding.UTF8.GetBytes(text)), expected);
    }

    [TestMethod]
    public void Parts_of_a_format_that_are_too_much_together_are_refused()
    {
        string text = Encoding.UTF8.GetString(Example().Write()).Replace("\"inputIntegerBits\":12", "\"inputIntegerBits\":43", StringComparison.Ordinal);
        Sentences.Refused<ParameterException>(() => ModelCard.Read(Encoding.UTF8.GetBytes(text)), "20 fraction and 43 integer bits");
    }

    [TestMethod]
    public void Spoilt_cards_are_refused_or_read_and_take_little_memory()
    {
        const int Seed = 61;
        var random = new Random(Seed);
        byte[] good = Example().Write();
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = Mutations.Mutate(random, good);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ModelCard card = ModelCard.Read(bytes);
                if (card.RowShape is null)
                {
                    Assert.IsLessThanOrEqualTo(OpGraph.MaximumBits, card.Program(1).Result.Bits);
                }

                read++;
            }
            catch (Exception e) when (e is FormatRefusedException or ParameterException)
            {
                Sentences.Check(e);
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail($"{e.GetType()} from case {i} of seed {Seed}: {Encoding.UTF8.GetString(bytes)}");
            }

            long used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsLessThan(1 << 18, used, $"case {i} of seed {Seed}: {Encoding.UTF8.GetString(bytes)}");
        }

        Assert.IsTrue(read is > 100 and < 9000, $"{read} were read");
    }

    private static (Node Weights, Node Bias) Constants(ModelProgram program)
    {
        Node[] constants = [.. program.Graph.Nodes.Where(node => node.Op is ConstantOp)];
        return (constants[0], constants[1]);
    }

    private static ModelCard Example() => new("m é", ["a", "b \"c\"", "d,e"], ["x", "y"], Activation.Softmax, 2, new FixedPointFormat(20, 12), 15, 25, 40);
}
