using BenchmarkDotNet.Running;
using Hybrid.Bench.Peers;

if (args is ["peers", .. var options])
{
    return await new PeersCommand().Parse(options).InvokeAsync();
}

BenchmarkSwitcher.FromAssembly(typeof(PeersCommand).Assembly).Run(args);
return 0;
