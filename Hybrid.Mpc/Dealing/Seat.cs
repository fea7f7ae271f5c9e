using System.Security.Cryptography;
using Hybrid.Communication;

namespace Hybrid.Mpc.Dealing;

/// <summary>One party's place in a meeting: what it says next, and the corrections on their way to it.</summary>
/// <remarks>
/// One batch grows while the one before is sent. Both are used by the meeting's one thread of work; the batches are wiped at the end.
/// </remarks>
internal sealed class Seat(int party, Channel channel, Action<Seat, Exception> fail)
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _growing = [];
    private byte[] _sending = [];
    private int _grown;

    /// <summary>The party's number.</summary>
    public int Party => party;

    /// <summary>Ends with the party's goodbye, or with what ended the meeting.</summary>
    public Task Over => _over.Task;

    /// <summary>The party's next demand; empty is its goodbye.</summary>
    public Task<ReceivedFrame> Next { get; private set; } = Task.FromCanceled<ReceivedFrame>(new CancellationToken(canceled: true));

    /// <summary>The send under way, if any.</summary>
    public Task Sent { get; private set; } = Task.CompletedTask;

    /// <summary>Whether another message would make the batch longer than batches are.</summary>
    public bool IsFullFor(int bytes) => _grown > 0 && _grown + bytes > DealerMessages.BatchBytes;

    /// <summary>Begins to wait for the next demand, and with it for the party's end.</summary>
    public void Listen() => Next = ListenAsync();

    /// <summary>Sends one message.</summary>
    public void Send(StepTag tag, ReadOnlyMemory<byte> payload) => Sent = SendAsync(tag, payload);

    /// <summary>Adds a message to the batch.</summary>
    public void Append(ReadOnlySpan<byte> message)
    {
        if (_growing.Length - _grown < message.Length)
        {
            var larger = new byte[Math.Max(_grown + message.Length, DealerMessages.BatchBytes)];
            _growing.AsSpan(0, _grown).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_growing);
            _growing = larger;
        }

        message.CopyTo(_growing.AsSpan(_grown));
        _grown += message.Length;
    }

    /// <summary>Begins to send the batch, after the one before is sent.</summary>
    public void SendBatch()
    {
        if (_grown > 0)
        {
            (_growing, _sending) = (_sending, _growing);
            Send(DealerMessages.Corrections, _sending.AsMemory(0, _grown));
            _grown = 0;
        }
    }

    /// <summary>The party has said goodbye, or the meeting has ended well.</summary>
    public void End() => _over.TrySetResult();

    /// <summary>The meeting has ended for a reason.</summary>
    public void End(Exception reason) => _over.TrySetException(reason);

    /// <summary>Wipes the batches, once nothing is sent any more.</summary>
    public async Task WipeAsync()
    {
        await Sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CryptographicOperations.ZeroMemory(_growing);
        CryptographicOperations.ZeroMemory(_sending);
    }

    // On the pool: encrypting one party's batch goes on beside the next one's making.
    private Task SendAsync(StepTag tag, ReadOnlyMemory<byte> payload) => Task.Run(async () =>
    {
        try
        {
            await channel.SendAsync(tag, payload).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            fail(this, e);
            throw;
        }
    });

    // What there is to see of a message is seen before anyone else has it, and may dispose of it.
    private async Task<ReceivedFrame> ListenAsync()
    {
        try
        {
            ReceivedFrame frame = await channel.ReceiveAsync(DealerMessages.Demand, DemandFormat.MaximumBytes).ConfigureAwait(false);
            if (frame.Payload.IsEmpty)
            {
                End();
            }

            return frame;
        }
        catch (Exception e)
        {
            fail(this, e);
            throw;
        }
    }
}
