namespace Hybrid.Tests.Core;

/// <summary>The repository that the tests were built from: its projects and its samples.</summary>
internal static class Repository
{
    /// <summary>The folder that has the solution, found upwards from where the tests run.</summary>
    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has Hybrid.sln.");
    }

    /// <summary>Path of a sample file.</summary>
    public static string Sample(string name) => Path.Combine(Root(), "samples", name);
}
