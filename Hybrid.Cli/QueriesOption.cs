using System.CommandLine;
using Hybrid.Planning;

namespace Hybrid.Cli;

/// <summary>The option that says how many queries a session is expected to have, and what plans are to keep small.</summary>
internal static class QueriesOption
{
    /// <summary>Makes the option.</summary>
    public static Option<double> Make() => new("--queries")
    {
        Description = "Queries that a session is expected to have: its set-up counts for each with an equal part; without it, only queries count",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
        CustomParser = Numbers.Within(1.0, 1e9),
    };

    /// <summary>The objective by its word, shared among so many queries.</summary>
    public static PlanObjective Objective(bool isBytes, double queries) => (isBytes ? PlanObjective.Bytes : PlanObjective.Latency) with { Queries = queries };
}
