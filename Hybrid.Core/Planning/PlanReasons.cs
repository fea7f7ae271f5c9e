using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>Reasons for the schemes of ops, in words.</summary>
internal static class PlanReasons
{
    // Less than this part of a plan is no difference.
    private const double Negligible = 1e-9;

    /// <summary>Why an op is in its scheme, as the end of a sentence.</summary>
    public static string Why(OpExplanation op, OpPricing pricing)
    {
        Scheme scheme = op.Scheme;
        if (scheme == Scheme.Plain)
        {
            return $"in the clear at the {(pricing.Owner(op.Op) ?? Party.Client).Name()}, which has all that goes in";
        }

        if (pricing.Plan.Graph.Pins.ContainsKey(op.Op.Id))
        {
            return $"pinned{Other(op, pricing.Request)}";
        }

        Scheme? pin = pricing.Request.Pin;
        if (pin == scheme)
        {
            return "pinned, like every op that " + Name(scheme) + " can compute";
        }

        if (!op.Alternatives.Any(alternative => alternative.IsAble && alternative.Scheme != scheme))
        {
            return op.Alternatives.Length == 1 ? "the only scheme at hand" : $"the only scheme that computes {What(op.Op)}";
        }

        return pin is { } wanted && !op.Alternatives.Any(alternative => alternative.Scheme == wanted && alternative.IsAble)
            ? $"{Name(wanted)} cannot compute {What(op.Op)}"
            : Cheapest(op, pricing.Request);
    }

    private static string Cheapest(OpExplanation op, PlanRequest request)
    {
        if (op.Others(request).FirstOrDefault() is not { } next)
        {
            return "no whole plan has it elsewhere";
        }

        double here = request.Cost(op.Chosen!.Plan!);
        double more = request.Cost(next.Plan!) - here;
        return Math.Abs(more) <= Negligible * here ? $"as cheap as {Name(next.Scheme)} would be"
            : more > 0 ? $"cheapest: {Difference(op, next, request)}"
            : $"cheapest by the prices of single ops; as a whole, {Difference(op, next, request)}";
    }

    private static string Other(OpExplanation op, PlanRequest request) => op.Others(request).FirstOrDefault() is { } next
        ? $"; {Difference(op, next, request)}"
        : string.Empty;

    private static string Difference(OpExplanation op, SchemeAlternative next, PlanRequest request)
    {
        (Plan other, Plan here) = (next.Plan!, op.Chosen!.Plan!);
        double seconds = request.Seconds(other) - request.Seconds(here);
        double bytes = Bytes(other) - Bytes(here);
        string time = $"take {Amounts.Seconds(Math.Abs(seconds))} {(seconds < 0 ? "less" : "more")}";
        string traffic = $"send {Amounts.Bytes(Math.Abs(bytes))} {(bytes < 0 ? "less" : "more")}";
        bool isTimed = request.Objective.MegabyteWeight == 0;
        bool isWeighed = request.Objective.SecondsWeight <= PlanObjective.Bytes.SecondsWeight * request.Objective.MegabyteWeight;
        string what = isTimed ? time : isWeighed ? traffic : $"{time} and {traffic}";
        return $"{Name(next.Scheme)} would {what}{(request.Objective.Queries > 0 ? ", set-up included" : string.Empty)}";
    }

    private static double Bytes(Plan plan) => plan.Quote.BytesUp + plan.Quote.BytesDown;

    private static string What(Node op)
    {
        if (op.SecretInput is not null)
        {
            return $"{op.Op.Name} with a constant that neither party knows";
        }

        return op.Op is MatMulOp or Conv2dOp or AddOp or MultiplyOp && op.Inputs.All(input => input.Op is not ConstantOp)
            ? $"{op.Op.Name} of two secrets"
            : $"this {op.Op.Name}";
    }

    private static string Name(Scheme scheme) => scheme switch { Scheme.Ckks => "CKKS", Scheme.Shares => "shares", _ => scheme.ToString() };
}
