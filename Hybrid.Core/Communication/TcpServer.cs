using System.Net;
using System.Net.Sockets;

namespace Hybrid.Communication;

/// <summary>Listens for parties that connect with <see cref="TcpTransport"/>.</summary>
/// <remarks>
/// Accepting and securing are two steps, so that a slow or hostile client holds up only its own connection: loop over
/// <see cref="AcceptAsync"/>, and give each connection a task that calls <see cref="AcceptedConnection.SecureAsync"/>.
/// </remarks>
public sealed class TcpServer : IDisposable
{
    private const int Backlog = 128;

    private readonly Socket _listener;
    private readonly ServerTls? _tls;

    private TcpServer(Socket listener, ServerTls? tls)
    {
        _listener = listener;
        _tls = tls;
    }

    /// <summary>The address listened on, with the port the system chose where 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Begins to listen.</summary>
    /// <param name="address">This machine's address, and a port, or 0 for a free one.</param>
    /// <param name="tls">How the server proves itself; null for open connections, which anyone on the way can read and change.</param>
    /// <exception cref="ConnectionException">The address is in use, is not this machine's, or may not be used.</exception>
    public static TcpServer Listen(IPEndPoint address, ServerTls? tls)
    {
        ArgumentNullException.ThrowIfNull(address);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(Backlog);
            return new TcpServer(listener, tls);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new ConnectionException(ConnectionFault.AddressUnavailable, Explain(address, error), error);
        }
    }

    /// <summary>Waits for the next connection and returns it as it is, before any handshake.</summary>
    /// <exception cref="ConnectionException">The system cannot accept connections now, for want of descriptors for instance.</exception>
    /// <exception cref="ObjectDisposedException">The server was closed.</exception>
    public async ValueTask<AcceptedConnection> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                return new AcceptedConnection(socket, _tls);
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // This client left while it queued; the next is waiting.
            }
            catch (SocketException error)
            {
                ObjectDisposedException.ThrowIf(error.SocketErrorCode == SocketError.OperationAborted, this);
                throw new ConnectionException(
                    ConnectionFault.AddressUnavailable, $"The server cannot accept connections at the moment: {error.Message}.", error);
            }
        }
    }

    /// <summary>Stops listening; connections already accepted live on.</summary>
    public void Dispose() => _listener.Dispose();

    private static string Explain(IPEndPoint address, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"Address {address} is already in use: choose another port, or 0 for a free one.",
        SocketError.AddressNotAvailable => $"Address {address} is not this machine's: choose one that is, or 0.0.0.0 for all it has.",
        SocketError.AccessDenied => $"Address {address} may not be used by this program: choose a port from 1024 up, or 0 for a free one.",
        _ => $"Address {address} cannot be listened on: {error.Message}.",
    };
}
