using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;

namespace Hybrid.Mpc.Protocols;

/// <summary>Independent steps that share one exchange of messages: add steps, run the round, take the results.</summary>
/// <remarks>
/// <para>
/// Both parties add the same steps in the same order, each with its own shares, which stay as they are, and undisposed, until the
/// round has run. What the parties send each other is masked by uniform words drawn for it alone, so a round reveals nothing but what
/// <see cref="Open"/> and <see cref="OpenTo"/> are there to reveal. Results wrap modulo 2^64: whoever plans bounds them first.
/// A share of the other party, of more than two parties or of a tensor without elements is refused with <see cref="ArgumentException"/>.
/// </para>
/// <para>
/// Messages hold the steps' words one after the other, little endian. Their tag is a digest of the round's number, its steps and the
/// correlations' numbers, so that parties whose plans differ notice at once.
/// </para>
/// </remarks>
public sealed class Round
{
    private readonly TwoPartyLink _link;
    private readonly List<RoundStep> _steps = [];
    private bool _ran;

    /// <summary>An empty round.</summary>
    public Round(TwoPartyLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        _link = link;
    }

    /// <summary>What the round costs with the steps it has now, frame headers included. Exact.</summary>
    public ProtocolCost Cost => _steps.Aggregate(ProtocolCost.Free, (sum, step) => sum.Beside(step.Cost));

    /// <summary>Reveals x to both parties, as words. Costs 8 bytes each way for a word.</summary>
    public Pending<ulong[]> Open(ArithmeticShare x) => Add(new Opening(Own(x), toParty: null)).Result;

    /// <summary>Reveals x to one party, as words. Costs 8 bytes one way for a word.</summary>
    /// <param name="party">Who learns x, 0 or 1.</param>
    /// <param name="x">The share.</param>
    /// <returns>The words; none at the other party.</returns>
    public Pending<ulong[]> OpenTo(int party, ArithmeticShare x)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(party, 1);
        return Add(new Opening(Own(x), party)).Result;
    }

    /// <summary>A share of x · y, element by element, with the fraction bits of both (Beaver, 1991). Costs 16 bytes each way for one.</summary>
    /// <exception cref="ParameterException">The shapes differ, or the product has more than 62 fraction bits.</exception>
    public Pending<ArithmeticShare> Multiply(ArithmeticShare x, ArithmeticShare y) => Add(new Multiplication(Own(x), Own(y))).Result;

    /// <summary>A share of x², element by element, with twice the fraction bits. Costs 8 bytes each way for one.</summary>
    /// <exception cref="ParameterException">The square has more than 62 fraction bits.</exception>
    public Pending<ArithmeticShare> Square(ArithmeticShare x) => Add(new Squaring(Own(x))).Result;

    /// <summary>A share of the matrix product x · y, with the fraction bits of both. Costs 8 · (m k + k n) bytes each way.</summary>
    /// <exception cref="ParameterException">The shapes do not fit, or are too large, or the product has more than 62 fraction bits.</exception>
    public Pending<ArithmeticShare> MatMul(ArithmeticShare x, ArithmeticShare y) => Add(new MatrixMultiplication(Own(x), Own(y))).Result;

    /// <summary>
    /// A share of the matrix product x · W with opened private weights, with the fraction bits of both. Costs 8 · m k bytes to the
    /// weights' owner, and none back.
    /// </summary>
    /// <exception cref="ParameterException">The shapes do not fit, or the product has more than 62 fraction bits.</exception>
    public Pending<ArithmeticShare> MatMul(ArithmeticShare x, PrivateWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        RequireParty(weights.Party, nameof(weights));
        return Add(new WeightMultiplication(Own(x), weights)).Result;
    }

    /// <summary>
    /// Masks this party's weights and sends them, once for all products with them. The other party learns their shape, and adds
    /// <see cref="ReceiveWeights"/> to its round. Costs 8 · k n bytes from the owner.
    /// </summary>
    /// <param name="mask">The mask, of the weights' shape; this party is its owner.</param>
    /// <param name="words">The weights, row by row; copied when the round runs.</param>
    /// <param name="fractionBits">How many fraction bits they have, in [0, 62].</param>
    /// <exception cref="ArgumentException">This party is not the owner, or the words are not as many as the shape has.</exception>
    /// <exception cref="ParameterException">The fraction bits are outside their range.</exception>
    public Pending<PrivateWeights> SendWeights(WeightMask mask, ReadOnlyMemory<ulong> words, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(mask);
        RequireParty(mask.Owner, nameof(mask));
        return Add(new WeightOpening(mask, _link.Party, words, fractionBits)).Result;
    }

    /// <summary>Takes the other party's masked weights, which say nothing but their shape.</summary>
    /// <param name="mask">The mask; the other party is its owner.</param>
    /// <param name="fractionBits">How many fraction bits the weights have, in [0, 62].</param>
    /// <exception cref="ArgumentException">This party is the owner.</exception>
    /// <exception cref="ParameterException">The fraction bits are outside their range.</exception>
    public Pending<PrivateWeights> ReceiveWeights(WeightMask mask, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(mask);
        RequireParty(1 - mask.Owner, nameof(mask));
        return Add(new WeightOpening(mask, _link.Party, default, fractionBits)).Result;
    }

    /// <summary>
    /// A share of x · 2^-f as an integer, f fraction bits fewer: x's words divided by 2^f and rounded up or down at random, on average
    /// exactly. Costs 8 bytes each way for one.
    /// </summary>
    /// <param name="x">The share; its words are in [-2^62, 2^62).</param>
    /// <param name="bits">f, in [1, 62] and at most x's fraction bits.</param>
    /// <exception cref="ParameterException">The bits are outside their range.</exception>
    public Pending<ArithmeticShare> Truncate(ArithmeticShare x, int bits) => Add(new Truncation(Own(x), bits)).Result;

    /// <summary>Draws the correlations, exchanges the messages and computes the results. A round runs once.</summary>
    /// <exception cref="ProtocolException">The other party sent something else than this round's words, vanished or fell silent.</exception>
    /// <exception cref="ParameterException">Too few correlations are left, or the round is too large for one message.</exception>
    /// <exception cref="FormatRefusedException">The dealer sent something else than the corrections that are due.</exception>
    /// <exception cref="ArgumentException">This party's message is longer than the channel allows.</exception>
    /// <exception cref="InvalidOperationException">The round ran before, or an earlier one on the link failed.</exception>
    public async ValueTask RunAsync(CancellationToken cancellationToken = default)
    {
        if (_ran)
        {
            throw new InvalidOperationException("This round ran before: make a new one for the next steps.");
        }

        _ran = true;
        RequireSize(Cost);
        await _link.RunAsync(number => RunAsync(number, cancellationToken)).ConfigureAwait(false);
    }

    private TStep Add<TStep>(TStep step)
        where TStep : RoundStep
    {
        if (_ran)
        {
            throw new InvalidOperationException("This round ran already: make a new one for the next steps.");
        }

        _steps.Add(step);
        return step;
    }

    private ArithmeticShare Own(ArithmeticShare share)
    {
        ArgumentNullException.ThrowIfNull(share);
        if (share.Parties != 2 || share.Party != _link.Party)
        {
            throw new ArgumentException($"This is party {_link.Party} of 2; it was given a {share}.", nameof(share));
        }

        if (share.Shape.ElementCount == 0)
        {
            throw new ArgumentException($"A tensor of shape {share.Shape} has no elements to compute on: leave the step out.", nameof(share));
        }

        return share;
    }

    private void RequireParty(int party, string name)
    {
        if (party != _link.Party)
        {
            throw new ArgumentException($"This is party {_link.Party}; this part of the step is party {party}'s.", name);
        }
    }

    private static void RequireSize(ProtocolCost cost)
    {
        long bytes = sizeof(ulong) * Math.Max(cost.WordsFromParty0, cost.WordsFromParty1);
        if (bytes > Array.MaxLength)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A round with a message of {bytes} bytes was asked for, where {Array.MaxLength} are the most: spread its steps over more rounds.");
        }
    }

    private async ValueTask RunAsync(uint number, CancellationToken cancellationToken)
    {
        ProtocolCost cost = Cost;
        int mineBytes = (int)cost.WordsFrom(_link.Party) * sizeof(ulong);
        int theirBytes = (int)cost.WordsFrom(1 - _link.Party) * sizeof(ulong);
        var drawn = new Correlation?[_steps.Count];
        byte[] mine = ArrayPool<byte>.Shared.Rent(mineBytes);
        try
        {
            for (int index = 0; index < drawn.Length; index++)
                drawn[index] = await DrawAsync(_steps[index], cancellationToken).ConfigureAwait(false);
            Send(drawn, mine.AsSpan(0, mineBytes));
            StepTag tag = Tag(number, drawn);
            using ReceivedFrame? frame = await ExchangeAsync(tag, mine.AsMemory(0, mineBytes), theirBytes, cancellationToken).ConfigureAwait(false);
            Finish(drawn, mine.AsSpan(0, mineBytes), frame is null ? [] : frame.Span);
        }
        finally
        {
            foreach (Correlation? correlation in drawn)
                correlation?.Dispose();
            CryptographicOperations.ZeroMemory(mine.AsSpan(0, mineBytes));
            ArrayPool<byte>.Shared.Return(mine);
        }
    }

    private async ValueTask<Correlation?> DrawAsync(RoundStep step, CancellationToken cancellationToken)
    {
        if (step.Kind is not { } kind)
        {
            return null;
        }

        Correlation correlation =
            await _link.Correlations.DrawAsync(kind, (int)step.Cost.Demand[kind], cancellationToken).ConfigureAwait(false);
        correlation.Use();
        return correlation;
    }

    private async ValueTask<ReceivedFrame?> ExchangeAsync(
        StepTag tag, ReadOnlyMemory<byte> mine, int theirBytes, CancellationToken cancellationToken)
    {
        if (theirBytes == 0)
        {
            if (!mine.IsEmpty)
            {
                await _link.Channel.SendAsync(tag, mine, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }

        ReceivedFrame frame = mine.IsEmpty
            ? await _link.Channel.ReceiveAsync(tag, theirBytes, cancellationToken).ConfigureAwait(false)
            : await _link.Channel.ExchangeAsync(tag, mine, theirBytes, cancellationToken).ConfigureAwait(false);
        if (frame.Span.Length == theirBytes)
        {
            return frame;
        }

        int length = frame.Span.Length;
        frame.Dispose();
        throw new ProtocolException(
            _link.Channel.Peer, tag.ToString(), $"sent {length} bytes where {theirBytes} were expected: the parties' plans differ");
    }

    private void Send(Correlation?[] drawn, Span<byte> message)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(message);
        Span<ulong> rest = words;
        for (int index = 0; index < drawn.Length; index++)
            _steps[index].Send(drawn[index], Take(ref rest, _steps[index].Cost.WordsFrom(_link.Party)));
        LittleEndian.Convert(words);
    }

    private void Finish(Correlation?[] drawn, Span<byte> mine, ReadOnlySpan<byte> theirs)
    {
        Span<ulong> myWords = MemoryMarshal.Cast<byte, ulong>(mine);
        LittleEndian.Convert(myWords);
        ReadOnlySpan<ulong> theirWords = MemoryMarshal.Cast<byte, ulong>(theirs);
        if (!BitConverter.IsLittleEndian)
        {
            ulong[] converted = theirWords.ToArray();
            LittleEndian.Convert(converted);
            theirWords = converted;
        }

        for (int index = 0; index < drawn.Length; index++)
        {
            ProtocolCost cost = _steps[index].Cost;
            int theirLength = (int)cost.WordsFrom(1 - _link.Party);
            _steps[index].Finish(drawn[index], Take(ref myWords, cost.WordsFrom(_link.Party)), theirWords[..theirLength]);
            theirWords = theirWords[theirLength..];
            GC.KeepAlive(drawn[index]);
        }
    }

    private static Span<ulong> Take(ref Span<ulong> rest, long words)
    {
        Span<ulong> taken = rest[..(int)words];
        rest = rest[(int)words..];
        return taken;
    }

    // Short of a collision of 32 bits, parties whose steps or correlations differ refuse each other's message.
    private StepTag Tag(uint number, Correlation?[] drawn)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"round {number}");
        for (int index = 0; index < drawn.Length; index++)
            text.Append(CultureInfo.InvariantCulture, $"; {_steps[index].Name} @{drawn[index]?.First ?? 0}");
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(digest);
        string first = _steps.Count == 0 ? "nothing" : _steps[0].Name;
        string name = _steps.Count < 2 ? first : $"{first} and {_steps.Count - 1} more";
        return new StepTag(value % StepTag.FirstReserved, $"round {number} of the shares: {name}");
    }
}
