using BenchmarkDotNet.Running;
using Hybrid.Bench.Peers;

if (args is ["peers", .. var arguments])
{
    return await new PeersCommand().ParseArguments(arguments).InvokeAsync();
}

BenchmarkSwitcher.FromAssembly(typeof(PeersCommand).Assembly).Run(args);
return 0;
