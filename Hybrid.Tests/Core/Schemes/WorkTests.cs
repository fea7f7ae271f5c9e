using System.Collections.Immutable;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Schemes;

[TestClass]
public sealed class WorkTests
{
    private static readonly WorkUnits Units = new([new("a", 2), new("b", 10)], new MachinePrimitive("sharing", 0.5));

    [TestMethod]
    [DataRow(0, 4, 2, 0)]
    [DataRow(3, 4, 2, 3)]
    [DataRow(8, 4, 2, 4)]
    [DataRow(9, 4, 2, 8)]
    [DataRow(9, 1, 2, 5)]
    [DataRow(9, 1, 16, 1)]
    [DataRow(100, 8, 3, 40)]
    public void The_busiest_thread_has_whole_groups(int count, int group, int threads, int busiest)
    {
        Spread spread = Spread.Of(count, group, threads);
        Assert.AreEqual(busiest, spread.Busiest);
        Assert.AreEqual(count - busiest, spread.Others);
        Assert.AreEqual(new Spread(count, 0), Spread.Of(count, group, 1));
    }

    [TestMethod]
    public void It_takes_what_the_busiest_thread_does_and_a_part_of_what_others_do()
    {
        Work work = new Work(Units).With(0, 3).With(1, new Spread(4, 6), 2);
        Assert.AreEqual((3 * 2) + ((8 + (0.5 * 12)) * 10), work.Seconds(MachineProfile.Default), 1e-12);
        CollectionAssert.AreEqual(new double[] { 3, 8 }, work.Counts([0, 0]));
        CollectionAssert.AreEqual(new double[] { 3, 20 }, work.Counts([0, 1]));
        Assert.AreEqual((false, true), (work.IsShared(0), work.IsShared(1)));

        // Threads of a machine with a core for each.
        var machine = new MachineProfile("m", string.Empty, ImmutableSortedDictionary<string, double>.Empty.Add("sharing", 0).Add("a", 1));
        Assert.AreEqual(3 + 80, work.Seconds(machine), 1e-12);
        // And of one where they hold one another up in this primitive.
        machine = machine with { Values = machine.Values.Add("b.sharing", 0.25) };
        Assert.AreEqual(3 + 80 + (0.25 * 120), work.Seconds(machine), 1e-12);
    }

    [TestMethod]
    public void Steps_add_up()
    {
        Work sum = new Work(Units).With(0, 1).With(new Work(Units).With(0, 2).With(1, new Spread(1, 1), 5));
        CollectionAssert.AreEqual(new double[] { 3, 10 }, sum.Counts([1, 1]));
    }

    [TestMethod]
    public void A_step_of_both_is_quoted_on_both_machines()
    {
        var parties = new PartiesWork(new Work(Units).With(0, 1), null);
        using var registry = new SchemeRegistry(Hybrid.Graph.Party.Client);
        Assert.AreEqual(new Quote(2, 0, 7, 8, 9), parties.Quoted(registry, 7, 8, 9));
        registry.ClientMachine = new MachineProfile("slow", string.Empty, ImmutableSortedDictionary<string, double>.Empty.Add("a", 5));
        Assert.AreEqual(new Quote(5, 0, 0, 0, 0), parties.Quoted(registry));
    }
}
