using Hybrid.Schemes;
using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;
using Hybrid.Seal.SlotReplies;

namespace Hybrid.Seal;

/// <summary>What CKKS's steps are made of: passes over the coefficients of ciphertexts, modulo every prime of theirs; key switches by their transforms.</summary>
internal static class CkksWork
{
    private const int Step = 0;
    private const int Encrypt = 1;
    private const int Read = 2;
    private const int AddShare = 3;
    private const int Product = 4;
    private const int Result = 5;
    private const int Mask = 6;
    private const int Flood = 7;
    private const int Decrypt = 8;
    private const int Tables = 9;
    private const int Open = 10;
    private const int Switch = 11;

    // How many times as long the portable kernels take as AVX2.
    private const double Portable = 6;

    /// <summary>The primitives. Usual times are those of hybrid calibrate on two cores with AVX2, and on sixteen with AVX-512.</summary>
    public static WorkUnits Units { get; } = new(
        [
            new("ckks.step", 8e-5),
            new("ckks.encrypt", Usual(22e-9, 32e-9)),
            new("ckks.read", Usual(5.7e-9, 7.5e-9)),
            new("ckks.addShare", Usual(6.3e-9, 12.5e-9)),
            new("ckks.product", Usual(0.2e-9, 1.2e-9)),
            new("ckks.result", Usual(0.8e-9, 1.5e-9)),
            new("ckks.mask", Usual(40e-9, 68e-9)),
            new("ckks.flood", Usual(37e-9, 67e-9)),
            new("ckks.decrypt", Usual(11e-9, 22e-9)),
            new("ckks.tables", 2e-7),
            new("ckks.open", Usual(13e-9, 13e-9)),
            new("ckks.switch", Usual(2.7e-9, 9.5e-9)),
        ],
        new("ckks.sharing", 0.3));

    private static double Usual(double wide, double narrow) => DoubleLanes512.IsSupported ? wide : DoubleLanes256.IsSupported ? narrow : Portable * narrow;

    /// <summary>The client encrypts what enters and the server reads it; if it comes from shares, it adds its own.</summary>
    public static PartiesWork Enter(CkksLayout layout, int parallelism)
    {
        Spread items = Spread.Of(layout.Packing.Plan.CiphertextsUp, 1, parallelism);
        double each = Residues(layout, layout.Packing.Level + 1);
        Work server = NewStep().With(Read, items, each);
        return new PartiesWork(
            NewStep().With(Encrypt, items, each),
            layout.Stretch.Before == Scheme.Shares ? server.With(AddShare, items, each) : server);
    }

    /// <summary>The server multiplies what has entered, which it does as it comes.</summary>
    public static PartiesWork Multiply(CkksLayout layout, int parallelism) => new(null, Multiplied(new Work(Units), layout, parallelism));

    /// <summary>The server multiplies, and merges what comes out.</summary>
    public static PartiesWork Compute(CkksLayout layout, int parallelism)
    {
        RingPackedPlan plan = layout.Packing.Plan;
        Work server = Multiplied(NewStep(), layout, parallelism);
        return new PartiesWork(null, plan.KeySwitches == 0 ? server : server.With(
            Switch,
            Spread.Of(plan.Sums, 1, parallelism),
            (double)plan.KeySwitches / plan.Sums * PackingCost.TransformsOfSwitch(layout.Packing.Level + 1) * layout.Parameters.Degree));
    }

    /// <summary>The server makes results fit to leave, and the client decrypts them.</summary>
    public static PartiesWork Leave(CkksLayout layout, int parallelism)
    {
        RingPackedPlan plan = layout.Packing.Plan;
        double reply = Residues(layout, plan.ReplyLevel + 1);
        Spread results = Spread.Of(plan.CiphertextsDown, 1, parallelism);
        // Of c_0 only the results' coefficients are there, which the client gathers one by one.
        double opened = (plan.ReplyLevel + 1.0) * layout.Packing.Shape.OutputLength / plan.CiphertextsDown;
        // A mask is added after primes have been dropped, noise before; the encryption of zero with either is made with the special prime, too.
        int special = layout.Parameters.HasSpecialPrime ? 1 : 0;
        return new PartiesWork(
            NewStep().With(Decrypt, results, reply).With(Open, results, opened),
            layout.Stretch.After == Scheme.Shares ? NewStep().With(Mask, results, Residues(layout, plan.ReplyLevel + 1 + special))
                : NewStep().With(Flood, results, Residues(layout, layout.Packing.Level + 1 + special)));
    }

    /// <summary>
    /// The server re-randomises and floods ciphertexts of slots, and the client decrypts them. Without a layer's packing these take, as measured, what
    /// encrypting a layer's input and reading one do.
    /// </summary>
    public static PartiesWork SlotReply(SlotReplyPlan plan)
    {
        double each = (double)plan.Reply.Count * plan.Reply.Context.Degree;
        return new(NewStep().With(Read, each * (plan.Level + 1)), NewStep().With(Encrypt, each * (plan.FloodedLevel + 1)));
    }

    /// <summary>Key generation at the client; tables and a self-test at both.</summary>
    public static PartiesWork SetUp(CkksKeySet keys)
    {
        double residues = (double)keys.Parameters.Degree * keys.Parameters.Primes.Length;
        double made = residues * (1 + ((keys.Merging?.Count ?? 0) * keys.Parameters.DataPrimeCount));
        return new PartiesWork(NewStep().With(Encrypt, made).With(Tables, residues), NewStep().With(Read, made).With(Tables, residues));
    }

    private static Work Multiplied(Work before, CkksLayout layout, int parallelism)
    {
        RingPackedPlan plan = layout.Packing.Plan;
        Spread sums = Spread.Of(plan.Sums, 1, parallelism);
        double each = 2 * Residues(layout, layout.Packing.Level + 1);
        return before.With(Product, sums, (double)plan.Products / plan.Sums * each).With(Result, sums, each);
    }

    private static double Residues(CkksLayout layout, int primes) => (double)layout.Parameters.Degree * primes;

    private static Work NewStep() => new Work(Units).With(Step, 1);
}
