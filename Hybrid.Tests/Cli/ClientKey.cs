namespace Hybrid.Tests.Cli;

/// <summary>A key of 2048 bits that keygen made, in a directory of its own.</summary>
internal sealed class ClientKey : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ClientKey() => CliProcess.Run("keygen", "--out", Directory, "--key-bits", "2048", "--json").Json();

    public string Directory => _directory["keys"];

    public void Dispose() => _directory.Dispose();
}
