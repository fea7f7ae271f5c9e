using Hybrid.Planning;

namespace Hybrid.Cli;

/// <summary>Which machine profile a command plans by.</summary>
internal static class Machines
{
    /// <summary>The profile in a file; without one, the user's own if calibrate has made it; else the usual one.</summary>
    /// <param name="path">The file that was named, if any.</param>
    /// <param name="terminal">Warned if the profile was measured on another machine.</param>
    /// <param name="isHere">Whether the profile is to be this machine's.</param>
    /// <exception cref="FormatRefusedException">The file is missing or no profile.</exception>
    public static MachineProfile Load(string? path, Terminal terminal, bool isHere = true)
    {
        string file = path ?? MachineFile.DefaultPath;
        if (path is null && !File.Exists(file))
        {
            return MachineProfile.Default;
        }

        MachineProfile profile = MachineFile.Read(Bytes(file), $"The machine profile {file}");
        if (isHere && !profile.IsOfThisMachine)
        {
            terminal.Note($"The machine profile {file} was measured on {profile.Processor}, and this machine is {MachineProfile.ThisProcessor()}: times will be off; measure this one with hybrid calibrate.");
        }

        return profile;
    }

    private static byte[] Bytes(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length > MachineFile.MaximumBytes)
            {
                throw new FormatRefusedException($"The machine profile {file} has {stream.Length} bytes, where {MachineFile.MaximumBytes} are the most: name a file that hybrid calibrate made.");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatRefusedException($"The machine profile {file} cannot be read: make it with hybrid calibrate, or name another with --machine.");
        }
    }
}
