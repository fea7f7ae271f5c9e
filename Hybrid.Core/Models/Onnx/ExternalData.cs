namespace Hybrid.Models.Onnx;

/// <summary>
/// Values of tensors that lie in files beside the model. A location leads down from the model's folder, over no links, and only the
/// bytes that a tensor needs are read, once the file has shown to have them.
/// </summary>
internal sealed class ExternalData
{
    private readonly string _what;
    private readonly string? _folder;
    private long _left = OnnxLimits.ExternalBytes;

    /// <summary>Looks for files in a folder.</summary>
    /// <param name="what">What to call the model in errors.</param>
    /// <param name="folder">The model's folder; null if the model's bytes come from nowhere, and have no files beside them.</param>
    public ExternalData(string what, string? folder)
    {
        _what = what;
        _folder = folder;
    }

    /// <summary>Reads a part of a file.</summary>
    /// <param name="tensor">What to call the tensor in errors.</param>
    /// <param name="location">The file, relative to the folder, with slashes.</param>
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="count">Its length, in bytes.</param>
    /// <exception cref="FormatRefusedException">The location leaves the folder, or the file is missing, unreadable or too short.</exception>
    public byte[] Read(string tensor, string location, long offset, int count)
    {
        string path = Resolve(tensor, location);
        if (count > _left)
        {
            throw new FormatRefusedException($"{_what} has more than {OnnxLimits.ExternalBytes} bytes of external data, which is the limit.");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            if (!file.CanSeek || offset > file.Length - count)
            {
                throw new FormatRefusedException(
                    $"{_what}: {tensor} takes {count} bytes from byte {offset} of {Printable.Shortened(location)}, which has {(file.CanSeek ? file.Length : 0)} bytes: copy the file again.");
            }

            file.Position = offset;
            var bytes = new byte[count];
            file.ReadExactly(bytes);
            _left -= count;
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatRefusedException(
                $"{_what}: {tensor} lies in the file {Printable.Shortened(location)}, which does not exist: copy it to the model's folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatRefusedException($"{_what}: {tensor} lies in the file {Printable.Shortened(location)}, which cannot be read.", e);
        }
    }

    private string Resolve(string tensor, string location)
    {
        if (_folder is null)
        {
            throw new FormatRefusedException(
                $"{_what}: {tensor} lies in the file {Printable.Shortened(location)}, but the model was read without a folder to look in.");
        }

        string path = _folder;
        foreach (string part in location.Split('/'))
        {
            if (part is "." or "")
            {
                // A location may begin with "./", but not with "/".
                if (part.Length == 0)
                {
                    throw Outside(tensor, location);
                }

                continue;
            }

            if (part == ".." || part.AsSpan().ContainsAny('\\', ':', '\0'))
            {
                throw Outside(tensor, location);
            }

            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw Outside(tensor, location);
            }
        }

        return path;
    }

    private FormatRefusedException Outside(string tensor, string location) => new(
        $"{_what}: {tensor} lies in the file {Printable.Shortened(location)}, which is not a plain path down from the model's folder, free of links.");
}
