namespace Hybrid.Seal.RingPacked;

/// <summary>
/// How a layer's inputs are sent: a message has the inputs of all terms of some results, or of a group of them. So they are multiplied while others are
/// on their way, and the weights of a group lie together.
/// </summary>
internal readonly record struct TermGroups
{
    // Small next to what is sent in the time that a message's products take.
    private const int MessageBytes = 1 << 17;

    private readonly int _inputs;
    private readonly int _terms;
    private readonly int _rows;      // sums' inputs, all of them, in a message; 1 where not all of one's are

    /// <summary>Cuts a layer's inputs.</summary>
    /// <param name="inputs">How many there are.</param>
    /// <param name="terms">Of each result.</param>
    /// <param name="inputBytes">Bytes of one.</param>
    public TermGroups(int inputs, int terms, int inputBytes)
    {
        int most = Math.Max(1, MessageBytes / inputBytes);
        _inputs = inputs;
        _terms = terms;
        _rows = Math.Max(1, most / terms);
        Size = Math.Min(most, terms);
    }

    /// <summary>Terms of a group; the last of a result may have fewer.</summary>
    public int Size { get; }

    /// <summary>Groups of a result.</summary>
    public int Count => RingPackedShape.Blocks(_terms, Size);

    /// <summary>Messages of all inputs.</summary>
    public int Messages => Count > 1 ? _inputs / _terms * Count : RingPackedShape.Blocks(_inputs / _terms, _rows);

    /// <summary>Terms of a group.</summary>
    public int SizeOf(int group) => Math.Min(Size, _terms - (group * Size));

    /// <summary>Inputs of a message.</summary>
    public int InputsOf(int message) => Count > 1 ? SizeOf(message % Count) : Math.Min(_rows * _terms, _inputs - (message * _rows * _terms));
}
