using System.Net.Sockets;

namespace Hybrid.Communication;

/// <summary>Connects to a party that listens with <see cref="TcpServer"/>.</summary>
public static class TcpTransport
{
    /// <summary>Connects to a server: see the other overload.</summary>
    /// <inheritdoc cref="ConnectAsync(HostAndPort, ClientTls?, TimeSpan, string, CancellationToken)"/>
    public static Task<Stream> ConnectAsync(HostAndPort address, ClientTls? tls, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        ConnectAsync(address, tls, timeout, "server", cancellationToken);

    /// <summary>Connects, and runs the TLS 1.3 handshake where TLS is asked for.</summary>
    /// <param name="address">Where the server listens; a name with several addresses is tried at each.</param>
    /// <param name="tls">How to know the server; null for an open connection, which anyone on the way can read and change.</param>
    /// <param name="timeout">For name look-up, connection and handshake together.</param>
    /// <param name="peer">What messages call the other end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectionException">The name is unknown, nobody answers, or the server did not prove itself.</exception>
    public static async Task<Stream> ConnectAsync(
        HostAndPort address, ClientTls? tls, TimeSpan timeout, string peer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfZero(address.Port, nameof(address));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeout.Ticks, nameof(timeout));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            Stream stream = await DialAsync(address, peer, limit.Token).ConfigureAwait(false);
            return tls is null ? stream : await tls.SecureAsync(stream, address, peer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ConnectionException(
                ConnectionFault.TimedOut,
                FormattableString.Invariant(
                    $"The {peer} at {address} did not answer within {timeout.TotalSeconds:0.###} s: check the address and the network."),
                error);
        }
    }

    private static async Task<Stream> DialAsync(HostAndPort address, string peer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is SocketException reason)
            {
                throw Explain(address, peer, reason);
            }

            throw;
        }
    }

    private static ConnectionException Explain(HostAndPort address, string peer, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => new ConnectionException(
            ConnectionFault.UnknownHost,
            $"The host name '{address.Host}' is not known: check its spelling and this machine's name service.",
            error),
        SocketError.ConnectionRefused => new ConnectionException(
            ConnectionFault.Refused, $"Nobody listens at {address}: check the address, and that the {peer} is running.", error),
        SocketError.TimedOut => new ConnectionException(
            ConnectionFault.TimedOut, $"The {peer} at {address} did not answer: check the address and the network.", error),
        _ => new ConnectionException(
            ConnectionFault.Unreachable, $"The {peer} at {address} cannot be reached: {error.Message}.", error),
    };
}
