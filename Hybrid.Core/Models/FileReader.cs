namespace Hybrid.Models;

/// <summary>Reads whole files with a limit, and says what is wrong in a sentence.</summary>
public static class FileReader
{
    /// <summary>All bytes of a file or a pipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="what">What the file is, for errors: "model", "data".</param>
    /// <exception cref="FormatRefusedException">The file is missing, unreadable or too large.</exception>
    public static byte[] ReadAll(string path, int limit, string what)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new FormatRefusedException($"The {what} file {path} is a directory: name a file in it.");
            }

            using FileStream file = File.OpenRead(path);
            // A pipe tells its length only by ending.
            return file.CanSeek ? ReadAll(file, file.Length, limit, path, what) : ReadToEnd(file, limit, path, what);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatRefusedException($"The {what} file {path} does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatRefusedException($"The {what} file {path} cannot be read: {e.Message}", e);
        }
    }

    private static byte[] ReadAll(FileStream file, long length, int limit, string path, string what)
    {
        if (length > limit)
        {
            throw new FormatRefusedException($"The {what} file {path} has {length} bytes, and {limit} is the limit.");
        }

        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] ReadToEnd(FileStream file, int limit, string path, string what)
    {
        using var all = new MemoryStream();
        var piece = new byte[1 << 16];
        int read;
        while ((read = file.Read(piece)) > 0)
        {
            if (all.Length + read > limit)
            {
                throw new FormatRefusedException($"The {what} from {path} has more than {limit} bytes, which is the limit.");
            }

            all.Write(piece, 0, read);
        }

        return all.ToArray();
    }
}
