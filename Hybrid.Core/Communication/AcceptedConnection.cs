using System.Net;
using System.Net.Sockets;

namespace Hybrid.Communication;

/// <summary>A client that has connected and said nothing yet. Secure it for a stream, or dispose of it to hang up.</summary>
public sealed class AcceptedConnection : IDisposable
{
    private readonly ServerTls? _tls;
    private Socket? _socket;

    internal AcceptedConnection(Socket socket, ServerTls? tls)
    {
        _tls = tls;
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint as IPEndPoint;
    }

    /// <summary>Where the client connects from; null if it has left already.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>Runs the TLS 1.3 handshake, where the server has TLS, and hands over the stream. To be called once.</summary>
    /// <param name="timeout">For the whole handshake, however slowly the client drips its bytes.</param>
    /// <param name="cancellationToken">Gives up, and hangs up.</param>
    /// <exception cref="ConnectionException">The client does not speak TLS 1.3, shows no acceptable certificate, or is too
    /// slow.</exception>
    /// <exception cref="InvalidOperationException">The stream was handed over before, or the connection disposed of.</exception>
    public async Task<Stream> SecureAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeout.Ticks, nameof(timeout));
        Socket socket = Interlocked.Exchange(ref _socket, null)
            ?? throw new InvalidOperationException("The connection was handed over or disposed of before.");
        string name = $"The client at {RemoteEndPoint?.ToString() ?? "an address no longer known"}";
        try
        {
            socket.NoDelay = true;
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (_tls is null)
            {
                return stream;
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeout);
            return await _tls.SecureAsync(stream, name, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ConnectionException(
                ConnectionFault.TimedOut,
                FormattableString.Invariant($"{name} did not finish the TLS handshake within {timeout.TotalSeconds:0.###} s."),
                error);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new ConnectionException(ConnectionFault.Unreachable, $"{name} left before a word was said.", error);
        }
        catch (IOException error)
        {
            socket.Dispose();
            throw new ConnectionException(ConnectionFault.Unreachable, $"{name} left before a word was said.", error);
        }
    }

    /// <summary>Hangs up, unless the stream was handed over.</summary>
    public void Dispose() => Interlocked.Exchange(ref _socket, null)?.Dispose();
}
