using System.Collections.Immutable;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Seal.SlotReplies;

/// <summary>
/// The conversion from CKKS slots at the server to numbers at the key's owner, before it runs: its noise, level and bytes, what slots err by, and
/// what is learnt. Both parties derive the same from the same <see cref="SlotReply"/>.
/// </summary>
/// <remarks>
/// <para>
/// One message from server to client. The server (<see cref="SlotReplyEvaluator"/>) leaves away primes that results and noise have no need of, adds a
/// fresh encryption of zero and noise uniform in (-2^<see cref="FloodingBits"/>, 2^<see cref="FloodingBits"/>) on every coefficient, divides by
/// primes as long as slots stay within the tolerance, and sends; the client (<see cref="SlotReplyDecryptor"/>) decrypts and decodes.
/// </para>
/// <para>
/// Why it is safe. To the client, who has the key, a ciphertext is c_1 and what it decrypts to. c_1 has a sample of ring learning with errors
/// added, whose secret is fresh: it is as good as uniform, whatever it was. The decryption is the result and noise that depends on weights, inputs
/// and that sample. Its bound, with what zero's encryption adds, is below 2^b; two numbers within it, each added to one uniform in
/// (-2^(b + s), 2^(b + s)), are told apart with an advantage of 2^-s at most. Dropping primes afterwards is computed from what is hidden already.
/// To everybody else the reply is a ciphertext. The server receives nothing.
/// </para>
/// <para>
/// Not hidden: every slot, with or without a result in it. Spare slots of a <see cref="FeatureProduct"/> hold the bias; intermediate sums, as
/// <see cref="CkksEvaluator.SumSlots(Ciphertext, int, GaloisKeys, Ciphertext)"/> leaves them, tell of the weights. And the noise
/// is the server's, who knows it: numbers that the client shows to the server or to others still go through <see cref="CkksEncoder.DecodeForRelease"/>.
/// </para>
/// <para>
/// Sources: Gentry, "A fully homomorphic encryption scheme" (2009), 21.2, and Asharov, Jain, López-Alt, Tromer, Vaikuntanathan and Wichs,
/// "Multiparty computation with low communication, computation and interaction via threshold FHE" (2012), the smudging lemma: uniform noise, and
/// its distance. Ducas and Stehlé, "Sanitization of FHE ciphertexts" (2016), section 1: re-randomising with an encryption of zero. Kluczniak and
/// Santato, "On circuit private, multikey and threshold approximate homomorphic encryption" (ePrint 2023/301): that noise on evaluated ciphertexts makes
/// CKKS circuit private, and has to be exponentially wide. How many bits: docs/decisions/0029-slots-to-plain.md, with Li, Micciancio, Schultz and Sorrell,
/// "Securing approximate homomorphic encryption using differential privacy" (2022).
/// </para>
/// </remarks>
public sealed class SlotReplyPlan
{
    private SlotReplyPlan(SlotReply reply)
    {
        Reply = reply;
        var noise = new SlotReplyNoise(reply);
        FloodingBits = noise.FloodingBits;
        FloodedLevel = noise.FloodedLevel;
        Level = noise.Level;
        Scale = noise.Scale;
        SlotError = noise.SlotError;
        CiphertextBytes = checked((int)SlotReplyWire.Bytes(reply.Context, Level));
        long bytes = (long)reply.Count * CiphertextBytes;
        MessageBytes = bytes <= Array.MaxLength ? (int)bytes : throw new ParameterException(
            ParameterFault.OutOfRange, $"{reply.Count} ciphertexts take {bytes} bytes, more than a message holds: send them in several replies.");
    }

    /// <summary>What was agreed on.</summary>
    public SlotReply Reply { get; }

    /// <summary>log2 of the noise added, on every coefficient, at <see cref="FloodedLevel"/>: uniform in (-2^bits, 2^bits).</summary>
    public int FloodingBits { get; }

    /// <summary>The level at which zero and noise are added: the lowest that has room for results and noise.</summary>
    public int FloodedLevel { get; }

    /// <summary>The level of the ciphertexts sent.</summary>
    public int Level { get; }

    /// <summary>The scale of the ciphertexts sent.</summary>
    public double Scale { get; }

    /// <summary>
    /// A bound on what a slot's real part errs by: about 10 sqrt(N / 3) 2^<see cref="FloodingBits"/> over the scale, and the rounding of dropped primes.
    /// Ten deviations, so that it is passed with a chance far below 2^-64. At most the tolerance.
    /// </summary>
    public double SlotError { get; }

    /// <summary>
    /// Statistical security of the whole message, in bits: what it tells of how the results came about is 2^-bits at most, over all coefficients of all
    /// ciphertexts. Several messages add up.
    /// </summary>
    public double HidingBits => Reply.StatisticalBits - Math.Log2((double)Reply.Context.Degree * Reply.Count);

    /// <summary>Bytes of a ciphertext, in SEAL's format, uncompressed: 16 N (level + 1) and 113 more.</summary>
    public int CiphertextBytes { get; }

    /// <summary>Bytes of the message, without its frame's header: the ciphertexts one after the other.</summary>
    public int MessageBytes { get; }

    /// <summary>What each party learns, for a <see cref="DisclosureLedger"/>: the client the slots, the server nothing.</summary>
    public IReadOnlyList<Disclosure> Disclosures => ImmutableArray.Create(
        new Disclosure(
            Party.Client,
            Reply.Name,
            $"{Reply.Count} x {Reply.Context.SlotCount}",
            Math.Max(1, (int)Math.Ceiling(Math.Log2(2 * Reply.LargestValue / SlotError))),
            $"the computation's result in every slot, to {SlotError:G2}; what carries it is re-randomised and drowned in noise of 2^{FloodingBits}, so it tells nothing else but for 2^{-Math.Floor(HidingBits):F0}"),
        new Disclosure(
            Party.Client,
            $"noise bound of {Reply.Name}",
            $"2^{Reply.NoiseBits:F1}",
            0,
            "both parties plan the reply by it; it tells of the weights what bounds rounded up to powers of two do"));

    /// <summary>Plans a reply.</summary>
    /// <param name="reply">What both parties agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of it is none that can be.</exception>
    /// <exception cref="ParameterException">
    /// The noise would be too wide, has no room in the modulus, or makes slots err by more than the tolerance; the message says what to do.
    /// </exception>
    public static SlotReplyPlan Of(SlotReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        reply.Require();
        return new SlotReplyPlan(reply);
    }

    /// <summary>What it costs: one message from server to client. Bytes are exact, frame header included; seconds are of one core each.</summary>
    /// <param name="client">The client's machine; unless given, one that nothing was measured on.</param>
    /// <param name="server">The server's machine; unless given, one that nothing was measured on.</param>
    public Quote Quote(MachineProfile? client = null, MachineProfile? server = null)
    {
        PartiesWork work = CkksWork.SlotReply(this);
        return new Quote(
            work.Client!.Seconds(client ?? MachineProfile.Default), work.Server!.Seconds(server ?? MachineProfile.Default), 0, FrameBytes.Of(MessageBytes), 1);
    }

    /// <summary>Throws unless a party's keys have the plan's parameters.</summary>
    internal void RequireParameters(CkksContext keys) => Reply.Context.RequireSame(keys, "key");
}
