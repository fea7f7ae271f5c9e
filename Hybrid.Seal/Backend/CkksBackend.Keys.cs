using Hybrid.Communication;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

// How keys are exchanged. The client, whose they are, chooses them; where results are to be merged it says so first, and sends those keys last.
internal sealed partial class CkksBackend
{
    private async Task SendKeysAsync(CkksKeySet keys, StepContext context)
    {
        Task selfTest = Task.CompletedTask;
        if (keys.Merging is not null)
        {
            await context.Channel.SendAsync(context.Tag, MergeKeyMessage.WriteChoice(keys), context.Cancellation).ConfigureAwait(false);
            selfTest = SelfTestAsync(isMerging: true, context);
        }

        await UseAsync(keys, context).ConfigureAwait(false);
        using var generator = new CkksKeyGenerator(Context, context.Random);
        _secretKey = generator.SecretKey;
        byte[] bytes = await Task.Run(() => SealFormat.WritePublicKey(generator.CreatePublicKey()), context.Cancellation).ConfigureAwait(false);
        await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
        if (keys.Merging is { } merging)
        {
            bytes = await Task.Run(() => MergeKeyMessage.Write(generator.CreateMergeKeys(merging)), context.Cancellation).ConfigureAwait(false);
            await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
        }

        await selfTest.ConfigureAwait(false);
    }

    private async Task ReceiveKeysAsync(Plan plan, StepContext context)
    {
        // Tables are made while the message is on its way.
        CkksKeySet usual = _choice.Plain(StretchesOf(plan.Steps)) ?? throw new InvalidOperationException("The plan has steps on CKKS that no parameters carry together.");
        Task prepared = UseAsync(usual, context);
        ReceivedFrame first = await context.Channel.ReceiveAsync(context.Tag, CkksKeyMessage.MaximumBytes(usual.Parameters), context.Cancellation).ConfigureAwait(false);
        GaloisKeys? mergeKeys = null;
        Task selfTest = Task.CompletedTask;
        await prepared.ConfigureAwait(false);
        if (first.Span.Length == MergeKeyMessage.ChoiceBytes)
        {
            CkksKeySet chosen;
            using (first)
                chosen = MergeKeyMessage.ReadChoice(first.Span);
            RequireCarried(chosen, plan, context);
            selfTest = SelfTestAsync(isMerging: true, context);
            await UseAsync(chosen, context).ConfigureAwait(false);
            first = await context.Channel.ReceiveAsync(context.Tag, CkksKeyMessage.MaximumBytes(chosen.Parameters), context.Cancellation).ConfigureAwait(false);
        }

        using (first)
            _publicKey = SealFormat.ReadPublicKey(Context, first.Span);
        if (_keys!.Merging is { } merging)
        {
            using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, MergeKeyMessage.Bytes(Context.Parameters, merging), context.Cancellation).ConfigureAwait(false);
            mergeKeys = MergeKeyMessage.Read(Context, merging, frame.Span);
        }

        _evaluator = new RingPackedEvaluator(_publicKey, context.Random, Parallelism, mergeKeys);
        await selfTest.ConfigureAwait(false);
    }

    private static Task SelfTestAsync(bool isMerging, StepContext context) => Task.Run(() => CkksSelfTest.Run(isMerging), context.Cancellation);

    private async Task UseAsync(CkksKeySet keys, StepContext context)
    {
        _context = await Task.Run(() => new CkksContext(keys.Parameters), context.Cancellation).ConfigureAwait(false);
        _keys = keys;
    }

    private static void RequireCarried(CkksKeySet keys, Plan plan, StepContext context)
    {
        foreach (PlanStep step in plan.Steps.Where(step => !step.IsConversion && step.To == Scheme.Ckks))
        {
            if (LinearStretch.Of(step.Stretch) is not { } linear || CkksLayout.Of(linear, keys) is null)
            {
                throw new ProtocolException(context.Channel.Peer, context.Tag.Name!, $"chose keys of {keys.Parameters}, which do not carry {step.Node.Label}: use the same release on both sides");
            }
        }
    }
}
