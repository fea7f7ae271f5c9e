using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;

namespace Hybrid.Mpc.Circuits;

/// <summary>Runs a circuit at one party, in step with the runners of the others.</summary>
public static class CircuitRunner
{
    /// <summary>Runs a circuit.</summary>
    /// <remarks>
    /// Messages hold the words of a level's gates one after the other, little endian. Their tag is a digest of the circuit, the level and
    /// the number of runs before, so that parties whose circuits differ notice at the first message.
    /// </remarks>
    /// <param name="circuit">The circuit, the same at every party.</param>
    /// <param name="network">The channels to the others.</param>
    /// <param name="correlations">This party's source, for the circuit's demand.</param>
    /// <param name="inputs">What this party brings.</param>
    /// <param name="cancellationToken">Gives up; the network is then of no more use.</param>
    /// <returns>What this party has afterwards; the caller disposes of it.</returns>
    /// <exception cref="ParameterException">An input is missing, the source is for something else, or a message would be too long.</exception>
    /// <exception cref="ProtocolException">Another party sent something else than is due, vanished or fell silent.</exception>
    /// <exception cref="FormatRefusedException">The dealer sent something else than is due.</exception>
    /// <exception cref="InvalidOperationException">An earlier run on the network failed.</exception>
    public static Task<CircuitResults> RunAsync(
        Circuit circuit, PartyNetwork network, ICorrelationSource correlations, CircuitInputs inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(correlations);
        ArgumentNullException.ThrowIfNull(inputs);
        if (circuit.Parties != network.Parties || correlations.Parties != network.Parties || correlations.Party != network.Party)
        {
            throw new ArgumentException(
                $"The circuit is for {circuit.Parties} parties, the network is party {network.Party}'s of {network.Parties}, and the correlations are party {correlations.Party}'s of {correlations.Parties}.");
        }

        foreach (Wire input in circuit.Inputs)
            circuit.RequireInput(input, network.Party, inputs);
        circuit.RequireWeights(network.Party, inputs);
        return network.RunAsync(async () =>
        {
            using var run = new Run(circuit, network, correlations, inputs, cancellationToken);
            return await run.RunAsync().ConfigureAwait(false);
        });
    }

    private sealed class Run(
        Circuit circuit, PartyNetwork network, ICorrelationSource correlations, CircuitInputs inputs, CancellationToken cancellationToken) : IDisposable
    {
        private readonly GateValues _values = new(network.Party, network.Parties, circuit.ValueCount, inputs.Weights, network.Memory);
        private readonly CircuitSchedule _schedule = circuit.Schedule;

        // Parties whose greeting has not been heard; messages to and from several are under way at once.
        private readonly ConcurrentDictionary<int, bool> _ungreeted = new();

        private int Party => network.Party;

        private StepTag GreetingTag => new(circuit.TagOf(network.Runs, -1), "the start of a run of the shares");

        public async Task<CircuitResults> RunAsync()
        {
            var results = new CircuitResults();
            try
            {
                await GreetAsync().ConfigureAwait(false);
                for (int level = 0; level < _schedule.Levels.Length; level++)
                {
                    (ImmutableArray<Gate> local, ImmutableArray<ExchangeGate> exchanges) = _schedule.Levels[level];
                    foreach (Gate gate in local)
                        Compute(gate);
                    if (!exchanges.IsEmpty)
                    {
                        await ExchangeAsync(level, exchanges).ConfigureAwait(false);
                    }
                }

                foreach (int other in _ungreeted.Keys.Order().ToArray())
                    await HearAsync(other).ConfigureAwait(false);
                Collect(results);
                return results;
            }
            catch
            {
                results.Dispose();
                throw;
            }
        }

        public void Dispose() => _values.Dispose();

        private async Task GreetAsync()
        {
            for (int other = 0; other < network.Parties; other++)
            {
                if (other != Party && _schedule.Greets(Party, other))
                {
                    _ungreeted[other] = true;
                    await network.To(other).SendAsync(GreetingTag, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        // Once, before the first message that is due from a party, or at the end if none is.
        private async Task HearAsync(int other)
        {
            if (_ungreeted.TryRemove(other, out _))
            {
                (await network.To(other).ReceiveAsync(GreetingTag, 0, cancellationToken).ConfigureAwait(false)).Dispose();
            }
        }

        private void Compute(Gate gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (gate is InputGate input)
            {
                input.Run(_values, inputs);
            }
            else
            {
                ((LocalGate)gate).Run(_values);
            }

            Drop(gate);
        }

        private void Drop(Gate gate)
        {
            if (_schedule.Dropped.TryGetValue(gate, out ImmutableArray<int> dropped))
            {
                foreach (int id in dropped)
                    _values.Drop(id);
            }
        }

        private void Collect(CircuitResults results)
        {
            foreach (Opening opening in circuit.Openings)
            {
                if (opening.To is not { } to || to == Party)
                {
                    results.Add(opening, _values.Get<OpenedTensor>(circuit.ValueOf(opening)).Integers);
                }
            }

            foreach (WeightSpecification opened in circuit.OpenedWeights)
                results.Add(_values.Take<PrivateWeights>(circuit.ValueOf(opened)));
            foreach ((Wire wire, Wire words) in circuit.Kept)
                results.Add(wire, _values.Take<ArithmeticShare>(words.Id));
        }

        private async Task ExchangeAsync(int level, ImmutableArray<ExchangeGate> gates)
        {
            var drawn = new Correlation[gates.Length][];
            int words = gates.Sum(gate => checked(gate.AddedWords + gate.BitWords));
            using var buffer = new SecretMemory(words);
            try
            {
                int at = 0;
                for (int index = 0; index < gates.Length; index++)
                {
                    ExchangeGate gate = gates[index];
                    drawn[index] = [.. gate.Draws.Select(Draw)];
                    int length = gate.AddedWords + gate.BitWords;
                    if (gate.Sender is not { } sender || sender == Party)
                    {
                        gate.Send(_values, drawn[index], buffer.Words.Span.Slice(at, length));
                    }

                    at += length;
                }

                LittleEndian.Convert(buffer.Words.Span);
                await SwapAsync(Tag(level, gates), gates, buffer.Words).ConfigureAwait(false);
                at = 0;
                for (int index = 0; index < gates.Length; index++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    int length = gates[index].AddedWords + gates[index].BitWords;
                    await gates[index].FinishAsync(_values, drawn[index], buffer.Words.Slice(at, length), cancellationToken).ConfigureAwait(false);
                    Drop(gates[index]);
                    foreach (Correlation correlation in drawn[index])
                        correlation.Dispose();
                    at += length;
                }
            }
            finally
            {
                foreach (Correlation correlation in drawn.Where(list => list is not null).SelectMany(list => list))
                    correlation.Dispose();
            }
        }

        private Correlation Draw(CorrelationDraw draw)
        {
            Correlation correlation = correlations.Draw(draw, network.Memory);
            correlation.Use();
            return correlation;
        }

        // Sends this party's words and adds up the others' in their place.
        private async Task SwapAsync(StepTag tag, ImmutableArray<ExchangeGate> gates, WordMemory words)
        {
            Task<ReceivedFrame?>[] swaps = [.. Enumerable.Range(0, network.Parties).Where(other => other != Party).Select(other => SwapAsync(tag, gates, words, other))];
            try
            {
                await Task.WhenAll(swaps).ConfigureAwait(false);
                LittleEndian.Convert(words.Span);
                int[] others = [.. Enumerable.Range(0, network.Parties).Where(other => other != Party)];
                for (int index = 0; index < others.Length; index++)
                {
                    if (swaps[index].Result is { } frame)
                    {
                        Combine(gates, words.Span, frame.Span, others[index]);
                    }
                }
            }
            finally
            {
                foreach (Task<ReceivedFrame?> swap in swaps.Where(swap => swap.IsCompletedSuccessfully))
                    swap.Result?.Dispose();
            }
        }

        private async Task<ReceivedFrame?> SwapAsync(StepTag tag, ImmutableArray<ExchangeGate> gates, WordMemory words, int other)
        {
            Channel channel = network.To(other);
            int mine = Bytes(gates, Party, other);
            int theirs = Bytes(gates, other, Party);
            using SecretMemory? copy = mine < words.Length * sizeof(ulong) && mine > 0 ? Selected(gates, words.Span, other, mine) : null;
            ReadOnlyMemory<byte> message = (copy?.Words ?? words).Bytes[..mine];
            if (theirs == 0)
            {
                if (mine > 0)
                {
                    await channel.SendAsync(tag, message, cancellationToken).ConfigureAwait(false);
                }

                return null;
            }

            ReceivedFrame frame = mine == 0 || _ungreeted.ContainsKey(other)
                ? await ReceiveAsync(channel, other, tag, message, theirs).ConfigureAwait(false)
                : await channel.ExchangeAsync(tag, message, theirs, cancellationToken).ConfigureAwait(false);
            if (frame.Span.Length == theirs)
            {
                return frame;
            }

            int length = frame.Span.Length;
            frame.Dispose();
            throw new ProtocolException(channel.Peer, tag.ToString(), $"sent {length} bytes where {theirs} were expected: the parties' plans differ");
        }

        // Sends, if there is anything to send, and meanwhile hears the other's greeting, if it is still due, and its message.
        private async Task<ReceivedFrame> ReceiveAsync(Channel channel, int other, StepTag tag, ReadOnlyMemory<byte> message, int theirs)
        {
            Task sending = message.IsEmpty ? Task.CompletedTask : channel.SendAsync(tag, message, cancellationToken).AsTask();
            try
            {
                await HearAsync(other).ConfigureAwait(false);
                return await channel.ReceiveAsync(tag, theirs, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // A message that could not be sent has broken the channel, and so the receive.
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private static int Bytes(ImmutableArray<ExchangeGate> gates, int from, int to)
        {
            long bytes = sizeof(ulong) * gates.Sum(gate => (long)gate.WordsTo(from, to));
            return bytes <= Array.MaxLength
                ? (int)bytes
                : throw new ParameterException(
                    ParameterFault.OutOfRange, $"A round has a message of {bytes} bytes, where {Array.MaxLength} are the most: work in batches.");
        }

        private SecretMemory Selected(ImmutableArray<ExchangeGate> gates, ReadOnlySpan<ulong> words, int other, int bytes)
        {
            var copy = new SecretMemory(bytes / sizeof(ulong));
            Span<ulong> rest = copy.Words.Span;
            foreach (ExchangeGate gate in gates)
            {
                int length = gate.AddedWords + gate.BitWords;
                int sent = gate.WordsTo(Party, other);
                words[..sent].CopyTo(rest);
                rest = rest[sent..];
                words = words[length..];
            }

            return copy;
        }

        private void Combine(ImmutableArray<ExchangeGate> gates, Span<ulong> words, ReadOnlySpan<byte> message, int other)
        {
            ReadOnlySpan<ulong> theirs = MemoryMarshal.Cast<byte, ulong>(message);
            if (!BitConverter.IsLittleEndian)
            {
                ulong[] converted = theirs.ToArray();
                LittleEndian.Convert(converted);
                theirs = converted;
            }

            foreach (ExchangeGate gate in gates)
            {
                Span<ulong> here = words[..(gate.AddedWords + gate.BitWords)];
                int sent = gate.WordsTo(other, Party);
                if (sent > 0)
                {
                    RingVector.Add(here[..gate.AddedWords], theirs[..gate.AddedWords], here[..gate.AddedWords]);
                    TensorPrimitives.Xor(here[gate.AddedWords..], theirs[gate.AddedWords..sent], here[gate.AddedWords..]);
                }

                theirs = theirs[sent..];
                words = words[here.Length..];
            }
        }

        // Short of a collision of 32 bits, parties whose circuits differ refuse each other's message.
        private StepTag Tag(int level, ImmutableArray<ExchangeGate> gates)
        {
            string first = gates[0].Name;
            string name = gates.Length == 1 ? first : $"{first} and {gates.Length - 1} more";
            return new StepTag(circuit.TagOf(network.Runs, level), $"round {level} of the shares: {name}");
        }
    }
}
