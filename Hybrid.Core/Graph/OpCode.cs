namespace Hybrid.Graph;

/// <summary>How one kind of op is written.</summary>
/// <param name="Code">The byte that stands for it.</param>
/// <param name="Op">The kind.</param>
/// <param name="Write">Writes an op's settings.</param>
/// <param name="Read">Reads them.</param>
internal sealed record OpCode(byte Code, Type Op, Action<GraphWriter, Op> Write, Func<GraphReader, Op> Read)
{
    /// <summary>That of an op without settings.</summary>
    public static OpCode For<TOp>(byte code)
        where TOp : Op, new() => new(code, typeof(TOp), static (_, _) => { }, static _ => new TOp());

    /// <summary>That of an op with settings, written and read in the same order.</summary>
    public static OpCode For<TOp>(byte code, Action<GraphWriter, TOp> write, Func<GraphReader, TOp> read)
        where TOp : Op => new(code, typeof(TOp), (writer, op) => write(writer, (TOp)op), read);
}
