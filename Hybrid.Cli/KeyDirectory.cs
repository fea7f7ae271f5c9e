using Hybrid.Paillier;
using Hybrid.Security;

namespace Hybrid.Cli;

/// <summary>A directory that holds a key: the public part in a file, and in python-paillier's form if wanted; the secret in another.</summary>
internal sealed class KeyDirectory(string path)
{
    public const string PublicName = "paillier.public.key";
    public const string SecretName = "paillier.secret.key";
    public const string PheName = "paillier.public.json";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerAndPublic = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public string PublicFile { get; } = Path.Combine(path, PublicName);

    public string SecretFile { get; } = Path.Combine(path, SecretName);

    /// <summary>The public key for python-paillier, which has no place for the noise base.</summary>
    public string PheFile { get; } = Path.Combine(path, PheName);

    /// <summary>Makes sure, before time goes into a new key, that no key would be lost.</summary>
    /// <exception cref="IOException">The directory holds a key.</exception>
    public void RequireNoKey()
    {
        foreach (string file in new[] { SecretFile, PublicFile, PheFile })
        {
            if (File.Exists(file))
            {
                throw new IOException($"{file} exists already: choose another directory, or add --force to replace the key and lose what is encrypted under it.");
            }
        }
    }

    /// <summary>Writes the key's files, each in whole or not at all; creates the directory, for its owner only, if need be.</summary>
    /// <param name="key">The key.</param>
    /// <param name="phe">Whether to write the public key for python-paillier, too.</param>
    /// <param name="force">Whether to replace a key that is there.</param>
    /// <exception cref="IOException">A file cannot be written, or is there and <paramref name="force"/> is not set.</exception>
    public void Save(PaillierPrivateKey key, bool phe, bool force)
    {
        using SecretBuffer<byte> secret = PaillierKeyFormat.Write(key);
        var drafts = new List<(string Draft, string File)>();
        try
        {
            Create();
            // All are on disk before any gets its name, so that they change together as nearly as files can.
            drafts.Add((WriteDraft(SecretFile, secret.Span, OwnerOnly), SecretFile));
            drafts.Add((WriteDraft(PublicFile, PaillierKeyFormat.Write(key.PublicKey), OwnerAndPublic), PublicFile));
            if (phe)
            {
                drafts.Add((WriteDraft(PheFile, PheJson.WritePublicKey(key.PublicKey, $"Hybrid {key.PublicKey.Fingerprint()}"), OwnerAndPublic), PheFile));
            }
            else if (force)
            {
                // Of the key that is replaced: what is encrypted under it from now on could never be read.
                File.Delete(PheFile);
            }

            foreach ((string draft, string file) in drafts)
            {
                File.Move(draft, file, overwrite: force);
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"No key can be written to {path}, since this user may not write there: choose another directory.", error);
        }
        finally
        {
            // A draft that got its final name is no longer there to delete.
            drafts.ForEach(draft => File.Delete(draft.Draft));
        }
    }

    /// <summary>Reads the private key, and warns if others can read it too.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="FormatRefusedException">The file is no private key, or was cut short or altered.</exception>
    /// <exception cref="ParameterException">The key's size is refused, or its primes cannot be those of a key.</exception>
    public PaillierPrivateKey LoadPrivate(Terminal terminal)
    {
        using var buffer = new SecretBuffer<byte>(PaillierKeyFormat.MaximumBytes + 1);
        int length = Read(SecretFile, buffer.Span);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(SecretFile) & Others) != 0)
        {
            terminal.Note($"warning: {SecretFile} is open to other users of this machine; close it with: chmod 600 {SecretFile}");
        }

        return Parse(SecretFile, buffer.Span[..length], PaillierKeyFormat.ReadPrivate);
    }

    /// <summary>Reads the public key.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="FormatRefusedException">The file is no public key, or was cut short or altered.</exception>
    /// <exception cref="ParameterException">The key's size is refused.</exception>
    public PaillierPublicKey LoadPublic()
    {
        var buffer = new byte[PaillierKeyFormat.MaximumBytes + 1];
        int length = Read(PublicFile, buffer);
        return Parse(PublicFile, buffer.AsSpan(0, length), PaillierKeyFormat.ReadPublic);
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    private static T Parse<T>(string file, ReadOnlySpan<byte> bytes, Reader<T> read)
    {
        try
        {
            return read(bytes);
        }
        catch (FormatRefusedException error)
        {
            throw new FormatRefusedException($"{file}: {error.Message}", error);
        }
        catch (ParameterException error)
        {
            throw new ParameterException(error.Fault, $"{file}: {error.Message}");
        }
    }

    // Unbuffered, so that no copy of a secret stays behind; one byte past the longest key is read at most.
    private static int Read(string file, Span<byte> buffer)
    {
        try
        {
            using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0 });
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"There is no {file}: name the directory that 'hybrid keygen --out' wrote to.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{file} may not be read by this user: run as its owner.", error);
        }
    }

    private void Create()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
        catch (IOException error)
        {
            throw new IOException($"{path} cannot be made a directory for keys: {error.Message}", error);
        }
    }

    // The file has its mode from the first moment on.
    private static string WriteDraft(string file, ReadOnlySpan<byte> bytes, UnixFileMode mode)
    {
        string draft = $"{file}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(draft, options);
        try
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
            return draft;
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
