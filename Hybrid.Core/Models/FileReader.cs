namespace Hybrid.Models;

/// <summary>Reads whole files with a limit, and says what is wrong in a sentence.</summary>
public static class FileReader
{
    /// <summary>All bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="what">What the file is, for errors: "model", "data".</param>
    /// <exception cref="FormatRefusedException">The file is missing, unreadable or too large.</exception>
    public static byte[] ReadAll(string path, int limit, string what)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > limit)
            {
                throw new FormatRefusedException($"The {what} file {path} has {file.Length} bytes, and {limit} is the limit.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
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
}
