namespace Hybrid.Mpc.Correlations;

/// <summary>Where party 1's corrections come from: a dealer in the process, or messages from one elsewhere.</summary>
internal interface ICorrectionFeed : IDisposable
{
    /// <summary>The next message of corrections for a kind.</summary>
    /// <param name="pool">The kind's place in the demand.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A <see cref="CorrectionMessage"/>, not yet checked; it stays as it is until the next one for the kind is asked for.</returns>
    ValueTask<ReadOnlyMemory<byte>> NextAsync(int pool, CancellationToken cancellationToken);
}
