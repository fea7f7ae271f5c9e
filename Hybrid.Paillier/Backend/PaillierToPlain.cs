using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// The server re-randomises the ciphertexts of a value that the client is to learn and sends them; the client decrypts.
/// One message. The client learns the value and, but for a chance of 2^-40, nothing of how it came about.
/// </summary>
internal sealed class PaillierToPlain(PaillierBackend backend) : IConversion
{
    public Scheme From => Scheme.Paillier;

    public Scheme To => Scheme.Plain;

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (node.Op is not RevealOp { To: Party.Client } || !backend.HasRoom(stretch.RoomBits))
        {
            return null;
        }

        int count = node.Shape[1] * backend.Blocks(node, stretch.RoomBits);
        return new Quote(backend.Costs.Decrypt(count), backend.Costs.Randomise(count), 0, PlainToPaillier.FrameBytes(count, backend.KeyBits), 1);
    }

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        context.Ledger!.RequireListed(step, Party.Client);
        var tensor = (PaillierTensor)input;
        int count = step.Node.Shape[1] * tensor.Blocks;
        if (context.Role == Party.Server)
        {
            byte[] bytes = await Task.Run(
                () => CiphertextFormat.Write(backend.Randomise(tensor.Ciphertexts!, PaillierBackend.WeightBits(step.Node), context)), context.Cancellation).ConfigureAwait(false);
            await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
            return new PlainTensor(step.Node, Party.Client);
        }

        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, count * backend.PublicKey.CiphertextBytes, context.Cancellation).ConfigureAwait(false);
        CiphertextVector ciphertexts = CiphertextFormat.Read(backend.PublicKey, frame.Span, count);
        return await Task.Run(() => Decrypt(step, tensor, ciphertexts), context.Cancellation).ConfigureAwait(false);
    }

    private PlainTensor Decrypt(PlanStep step, PaillierTensor tensor, CiphertextVector ciphertexts)
    {
        int rows = step.Node.Shape[0];
        int columns = step.Node.Shape[1];
        var integers = new SecretBuffer<Int128>(rows * columns);
        using PlaintextVector plaintexts = new PaillierDecryptor(backend.PrivateKey, backend.Parallelism).Decrypt(ciphertexts);
        using var column = new SecretBuffer<Int128>(rows);
        for (int j = 0; j < columns; j++)
        {
            tensor.Packing.UnpackFrom(column.Span, plaintexts, j * tensor.Blocks);
            for (int i = 0; i < rows; i++)
            {
                integers.Span[(i * columns) + j] = column.Span[i];
            }
        }

        return new PlainTensor(step.Node, Party.Client, integers);
    }
}
