namespace Hybrid.Mpc.Correlations;

/// <summary>Where a party's corrections come from, in the order of the demand: a dealer in the process, or messages from one elsewhere.</summary>
internal interface ICorrectionFeed : IDisposable
{
    /// <summary>The next message.</summary>
    /// <param name="maximumBytes">How long it may be; a longer one is refused before any room is made for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A <see cref="CorrectionMessage"/>, not yet checked; it stays as it is until the next one is asked for.</returns>
    ValueTask<ReadOnlyMemory<byte>> NextAsync(int maximumBytes, CancellationToken cancellationToken);
}
