namespace Hybrid.Mpc.Protocols;

/// <summary>What a step of a round will give, once the round has run.</summary>
/// <typeparam name="T">The result, which the caller owns.</typeparam>
public sealed class Pending<T>
    where T : class
{
    private T? _result;

    internal Pending()
    {
    }

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">The round has not run to its end.</exception>
    public T Result =>
        _result ?? throw new InvalidOperationException("The round of this result has not run to its end: await RunAsync first.");

    internal void Set(T result) => _result = result;
}
