namespace Hybrid.Tests.Seal.Interop;

/// <summary>Real SEAL refused a request.</summary>
internal sealed class NodeSealException(string message) : Exception(message);
