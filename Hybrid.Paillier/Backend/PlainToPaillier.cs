using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// The client packs and encrypts its matrix and sends the ciphertexts; the server checks and keeps them. One message.
/// Hides the values computationally.
/// </summary>
internal sealed class PlainToPaillier(PaillierBackend backend) : IConversion
{
    public Scheme From => Scheme.Plain;

    public Scheme To => Scheme.Paillier;

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (node.Op is not InputOp { Owner: Party.Client } || node.Shape.Rank != 2 || !backend.HasRoom(stretch.RoomBits))
        {
            return null;
        }

        int count = node.Shape[1] * backend.Blocks(node, stretch.RoomBits);
        return new Quote(backend.Costs.Encrypt(count), backend.Costs.Read(count), FrameBytes(count, backend.KeyBits), 0, 1);
    }

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        SlotPacking packing = backend.Packing(step.RoomBits);
        int count = step.Node.Shape[1] * packing.PlaintextsFor(step.Node.Shape[0]);
        if (context.Role == Party.Client)
        {
            byte[] bytes = await Task.Run(() => Encrypt((PlainTensor)input, packing, count, context), context.Cancellation).ConfigureAwait(false);
            await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
            return new PaillierTensor(step.Node, packing, null);
        }

        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, count * backend.PublicKey.CiphertextBytes, context.Cancellation).ConfigureAwait(false);
        return new PaillierTensor(step.Node, packing, CiphertextFormat.Read(backend.PublicKey, frame.Span, count));
    }

    /// <summary>Bytes of a frame of so many ciphertexts.</summary>
    internal static long FrameBytes(int count, int keyBits) => 8 + ((long)count * keyBits / 4);

    private byte[] Encrypt(PlainTensor plain, SlotPacking packing, int count, StepContext context)
    {
        int rows = plain.Shape[0];
        int columns = plain.Shape[1];
        int blocks = packing.PlaintextsFor(rows);
        using var plaintexts = new PlaintextVector(backend.PublicKey, count);
        using var column = new SecretBuffer<Int128>(rows);
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
            {
                column.Span[i] = plain.Integers[(i * columns) + j];
            }

            packing.PackInto(plaintexts, j * blocks, column.Span);
        }

        return CiphertextFormat.Write(backend.Encrypt(plaintexts, context));
    }
}
