using System.Numerics.Tensors;
using System.Text;
using Hybrid.Models;

namespace Hybrid.Tests.Core.Models;

[TestClass]
public sealed class DataTableTests
{
    [TestMethod]
    public void Numbers_are_read_as_they_are_written()
    {
        DataTable table = DataTable.Parse("a,b,label\n1,-2.5,0\n1e3,+.5,1\n", "t.csv");
        CollectionAssert.AreEqual(new[] { "a", "b", "label" }, table.Columns.ToArray());
        Assert.AreEqual(2, table.Rows);
        CollectionAssert.AreEqual(new[] { 1, -2.5, 1000, 0.5 }, Flat(table.Select(["a", "b"])));
        CollectionAssert.AreEqual(new[] { 0.0, 1 }, table.Labels());
        Assert.AreEqual((2, 3), (table.Line(0), table.Line(1)));
    }

    [TestMethod]
    [DataRow("\uFEFFa,b\n1,2\n", DisplayName = "byte order mark")]
    [DataRow("a,b\r\n1,2\r\n", DisplayName = "CRLF")]
    [DataRow("a,b\r1,2", DisplayName = "CR")]
    [DataRow("a,b\n1,2", DisplayName = "no line end")]
    [DataRow("\n\n a , b \n\n 1 , 2 \n\n", DisplayName = "white space")]
    [DataRow("\"a\",\"b\"\n\"1\",\"2\"\n", DisplayName = "quotes")]
    public void Ways_to_write_the_same_table(string text)
    {
        DataTable table = DataTable.Parse(text, "t.csv");
        CollectionAssert.AreEqual(new[] { "a", "b" }, table.Columns.ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 2 }, Flat(table.Select(["a", "b"])));
        Assert.IsNull(table.Labels());
    }

    [TestMethod]
    [DataRow("a,b\n1,2\n1,cat\n", "t.csv, line 3, column 2 (b): \"cat\" is no number")]
    [DataRow("a,b\n\n1,\n", "t.csv, line 3, column 2 (b): \"\" is no number")]
    [DataRow("a,b\n,2\n", "t.csv, line 2, column 1 (a)")]
    [DataRow("a,b\n1,NaN\n", "t.csv, line 2, column 2 (b): NaN is not finite")]
    [DataRow("a,b\nInfinity,1\n", "t.csv, line 2, column 1 (a): Infinity is not finite")]
    [DataRow("a,b\n-Infinity,1\n", "t.csv, line 2, column 1 (a): -Infinity is not finite")]
    [DataRow("a,b\n1,1e999\n", "t.csv, line 2, column 2 (b): 1e999 is not finite")]
    [DataRow("a,b\n1,0x10\n", "\"0x10\" is no number")]
    [DataRow("a,b\n1,1_000\n", "\"1_000\" is no number")]
    [DataRow("a,b\n1;2\n", "t.csv, line 2, column 1 (a): \"1;2\" is no number")]
    [DataRow("a,b\n1\n", "t.csv, line 2: 1 cells where the header names 2")]
    [DataRow("a,b\n1,2\n1,2,3\n", "t.csv, line 3: 3 cells where the header names 2")]
    [DataRow("a,b\n1,2,\n", "t.csv, line 2: 3 cells where the header names 2")]
    [DataRow("a,b,a\n1,2,3\n", "t.csv, line 1, column 3: the name a is there twice")]
    [DataRow("\na,,b\n1,2,3\n", "t.csv, line 2, column 2: \"\" is no column name")]
    [DataRow("1,2\n3,4\n", "t.csv, line 1, column 1: \"1\" is no column name", "the first line must name the columns")]
    [DataRow("a,-1e5\n3,4\n", "t.csv, line 1, column 2: \"-1e5\" is no column name")]
    [DataRow("", "t.csv is empty", "header line")]
    [DataRow("\uFEFF", "t.csv is empty")]
    [DataRow(" \r\n\n", "t.csv is empty")]
    public void What_is_malformed_is_named_by_line_and_column(string text, params string[] parts) =>
        Sentences.Refused<FormatRefusedException>(() => DataTable.Parse(text, "t.csv"), parts);

    [TestMethod]
    public void Long_cells_are_cut_short_in_errors()
    {
        FormatRefusedException e = Sentences.Refused<FormatRefusedException>(() => DataTable.Parse($"a\n{new string('x', 100_000)}\n", "t.csv"), "line 2, column 1");
        Assert.IsLessThan(150, e.Message.Length);
    }

    [TestMethod]
    public void Columns_are_found_by_name_in_any_order()
    {
        DataTable table = DataTable.Parse("c,a,label,b\n3,1,9,2\n6,4,8,5\n", "t.csv");
        Tensor<double> selected = table.Select(["a", "b", "c"]);
        CollectionAssert.AreEqual(new nint[] { 2, 3 }, selected.Lengths.ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 2, 3, 4, 5, 6 }, Flat(selected));
        CollectionAssert.AreEqual(new[] { 9.0, 8 }, table.Labels());
    }

    [TestMethod]
    public void Missing_and_unknown_columns_are_named()
    {
        DataTable table = DataTable.Parse("a,x,label\n1,2,3\n", "t.csv");
        Sentences.Refused<FormatRefusedException>(() => table.Select(["a", "b"]), "t.csv has 2 feature columns and the model takes 2", "missing b", "unknown x");
        Sentences.Refused<FormatRefusedException>(() => table.Select(["a"]), "2 feature columns and the model takes 1", "unknown x");
        Sentences.Refused<FormatRefusedException>(() => table.Select(["a", "x", "y", "z"]), "missing y, z");
        Sentences.Refused<FormatRefusedException>(() => table.Select([.. Enumerable.Range(0, 20).Select(i => $"f{i}")]), "missing f0, f1, f2, f3, f4 and 15 more");
        // Names are told apart by case.
        Sentences.Refused<FormatRefusedException>(() => table.Select(["A", "x"]), "missing A", "unknown a");
    }

    [TestMethod]
    public void A_header_alone_is_a_table_of_no_rows()
    {
        DataTable table = DataTable.Parse("a,b\n", "t.csv");
        Assert.AreEqual(0, table.Rows);
        CollectionAssert.AreEqual(new nint[] { 0, 2 }, table.Select(["a", "b"]).Lengths.ToArray());
    }

    [TestMethod]
    public void The_first_rows_can_be_taken()
    {
        DataTable table = DataTable.Parse("a\n1\n\n2\n3\n", "t.csv");
        DataTable two = table.Take(2);
        CollectionAssert.AreEqual(new[] { 1.0, 2 }, Flat(two.Select(["a"])));
        Assert.AreEqual(4, two.Line(1));
        Assert.AreEqual(3, table.Take(99).Rows);
        Assert.AreEqual(0, table.Take(0).Rows);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => table.Take(-1));
    }

    [TestMethod]
    public void Files_are_read_and_missing_ones_named()
    {
        DataTable table = SampleModels.Rows("diabetes");
        Assert.AreEqual(133, table.Rows);
        Assert.AreEqual(Repository.Sample("diabetes-test.csv"), table.Source);
        Sentences.Refused<FormatRefusedException>(() => DataTable.Load(Repository.Sample("none.csv")), "The data file", "none.csv does not exist");
    }

    [TestMethod]
    public void Spoilt_tables_are_refused_or_read_and_nothing_else()
    {
        const int Seed = 71;
        var random = new Random(Seed);
        byte[] good = Encoding.UTF8.GetBytes("alpha,beta,gamma,label\n1.5,-2,3e4,0\n0.25,7,-8.125,1\n100,200,300,0\n");
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            string text = Encoding.UTF8.GetString(Mutations.Mutate(random, good));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                DataTable table = DataTable.Parse(text, "t.csv");
                double[] all = Flat(table.Select([.. table.Columns.Where(column => column != DataTable.LabelColumn)]));
                Assert.IsTrue(all.All(double.IsFinite));
                read++;
            }
            catch (FormatRefusedException e)
            {
                Sentences.Check(e, "t.csv");
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail($"{e.GetType()} from case {i} of seed {Seed}: {text}");
            }

            Assert.IsLessThan(1 << 18, GC.GetAllocatedBytesForCurrentThread() - before, $"case {i} of seed {Seed}: {text}");
        }

        Assert.IsTrue(read is > 100 and < 9000, $"{read} were read");
    }

    private static double[] Flat(Tensor<double> tensor)
    {
        var flat = new double[(int)tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat;
    }
}
