namespace Hybrid.Planning;

/// <summary>Something that backends do, and that a machine's speed is measured by.</summary>
/// <param name="Name">Its name, as in shares.round.</param>
/// <param name="Usual">Seconds it takes on a usual machine.</param>
public sealed record MachinePrimitive(string Name, double Usual);
