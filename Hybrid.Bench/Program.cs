using System.Globalization;
using BenchmarkDotNet.Running;
using Hybrid.Bench.Accuracy;
using Hybrid.Bench.Mpc;
using Hybrid.Bench.Peers;
using Hybrid.Bench.Planning;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;

if (args is ["peers", .. var arguments])
{
    return await new PeersCommand().ParseArguments(arguments).InvokeAsync();
}

if (args is ["shares", .. var timed])
{
    return await new SharesCommand().Parse(timed).InvokeAsync();
}

if (args is ["accuracy", .. var measured])
{
    return await new AccuracyCommand().Parse(measured).InvokeAsync();
}

if (args is ["plans", .. var planned])
{
    return await new PlansCommand().Parse(planned).InvokeAsync();
}

if (args is ["first-query", .. var asked])
{
    return await new FirstQueryCommand().Parse(asked).InvokeAsync();
}

if (args is ["overhead", .. var compared])
{
    return await new OverheadCommand().Parse(compared).InvokeAsync();
}

// The other end of a measurement between two processes, which starts it.
if (args is ["party", var port, var comparison])
{
    await BenchParty.ServeAsync(int.Parse(port, CultureInfo.InvariantCulture), new CircuitOptions { Comparison = Enum.Parse<ComparisonMethod>(comparison) });
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(PeersCommand).Assembly).Run(args);
return 0;
