using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Models;

/// <summary>
/// A network as the server runs it: anything that makes scores of rows by the ops of <see cref="SecretTensor"/>. Its constants are the server's;
/// clients are sent ops, shapes, and bounds rounded up to powers of two.
/// </summary>
public sealed class NetworkModel : IServedModel
{
    private readonly Func<SecretTensor, SecretTensor> _scores;
    private readonly ProgramOptions _options;
    private readonly double _bound;
    private readonly Lock _lock = new();
    private IReadOnlyDictionary<int, ConstantBinding>? _bindings;

    /// <summary>Describes a network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rowShape">The shape of one row.</param>
    /// <param name="outputs">Scores a row.</param>
    /// <param name="scores">Makes scores (rows, outputs) of rows (rows, …).</param>
    /// <param name="bound">No number of a row is larger in magnitude.</param>
    /// <param name="labels">Names of the labels, one for each score; none for their numbers.</param>
    /// <param name="activation">What the scores are: <see cref="Activation.Greatest"/> for those of a classifier.</param>
    /// <param name="options">How numbers are held.</param>
    public NetworkModel(
        string name,
        Shape rowShape,
        int outputs,
        Func<SecretTensor, SecretTensor> scores,
        double bound = 16,
        IReadOnlyList<string>? labels = null,
        Activation activation = Activation.Greatest,
        ProgramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rowShape);
        ArgumentNullException.ThrowIfNull(scores);
        _options = options ?? new ProgramOptions();
        _scores = scores;
        _bound = bound;
        int integerBits = (int)Math.Ceiling(Math.Log2(Math.Max(1, bound)));
        Card = new ModelCard(name, [], labels ?? [], activation, outputs, new FixedPointFormat(_options.FractionBits, integerBits), 0, 0, 0) { RowShape = rowShape };
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <inheritdoc/>
    public ModelProgram Program(int rows, Revealed revealed)
    {
        lock (_lock)
        {
            var program = new TensorProgram(_options, _bindings);
            SecretTensor input = program.Input("rows", Party.Client, new Shape([rows, .. Card.RowShape!.Lengths]), Math.ScaleB(1, Card.Input.IntegerBits));
            SecretTensor scores = _scores(input);
            if (scores.Shape is not { Rank: 2 } shape || shape[0] != rows || shape[1] != Card.Outputs)
            {
                throw new ParameterException(
                    ParameterFault.Mismatch, $"The network {Card.Name} gives {scores.Shape} for {rows} rows, where ({rows}, {Card.Outputs}) scores are due.");
            }

            (revealed switch
            {
                Revealed.Values => Valued(scores),
                Revealed.Label => Label(scores),
                _ => scores,
            }).Reveal(Party.Client, revealed.ToString().ToLowerInvariant());
            // The first program's bindings, with all that is prepared of them, serve all others.
            _bindings ??= program.Bindings;
            return ModelProgram.Of(program.Graph, program.Bindings);
        }
    }

    private SecretTensor Valued(SecretTensor scores) => Card.Activation switch
    {
        Activation.Softmax => scores.Softmax(1),
        Activation.Sigmoid => scores.Sigmoid(),
        _ => scores,
    };

    // Of two labels with one score, the second is the label of what is positive.
    private SecretTensor Label(SecretTensor scores) => Card.Activation switch
    {
        Activation.None => throw NoLabels(),
        Activation.Sigmoid => scores > scores.Program.Public(0),
        _ => scores.ArgMax(1, keepDimension: true),
    };

    private ParameterException NoLabels() =>
        new(ParameterFault.Unsupported, $"The network {Card.Name} has no labels to reveal, for it is a regression: reveal its values.");
}
