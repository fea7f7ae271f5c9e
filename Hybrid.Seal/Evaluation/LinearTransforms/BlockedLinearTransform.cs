namespace Hybrid.Seal;
/// <summary>x</summary>
public sealed class BlockedLinearTransform { }
