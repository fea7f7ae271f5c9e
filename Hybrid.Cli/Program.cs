using Hybrid.Cli;
using Hybrid.Cli.Speed;
using Hybrid.Cli.Verbs;

return await new Shell(
[
    new PredictVerb(),
    new ServeVerb(),
    new QueryVerb(),
    new DealerVerb(),
    new KeygenVerb(),
    new PlanVerb(),
    new CompareVerb(),
    new CalibrateVerb(),
    new SpeedVerb([() => new RandomnessSpeed(), () => new PaillierSpeed(), () => new CkksSpeed(), () => new MpcSpeed()]),
]).RunAsync(args);
