namespace Hybrid.Seal.RingPacked;

/// <summary>What the polynomials of a layer cost, each: by it ways to pack are compared; the same arithmetic on both sides.</summary>
/// <remarks>
/// What a way takes depends on its noise, which decides about how many bits are sent and takes long to bound. Few ways are worth it: those that would
/// be the best with as many bits as the least of noise leaves.
/// </remarks>
internal sealed class PackingPrices
{
    private readonly RingPackedShape _shape;
    private readonly CkksParameters _parameters;
    private readonly RingPackedOptions _options;
    private readonly int _primes;
    private readonly double _input;
    private readonly double _product;
    private readonly double _switch;
    private readonly double _reply;
    private readonly double _results;

    /// <summary>The prices of a layer.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="parameters">Degree and primes.</param>
    /// <param name="options">What it must bear, and what its steps cost.</param>
    /// <param name="weights">Weights of a result: as few as ever meet in a polynomial.</param>
    public PackingPrices(RingPackedShape shape, CkksParameters parameters, RingPackedOptions options, long weights)
    {
        (_shape, _parameters, _options) = (shape, parameters, options);
        PackingCost cost = options.Cost;
        int degree = parameters.Degree;
        RingPackedNoise noise = RingPackedNoise.Of(parameters, options, new PackingCounts(1, 1, 1, 1, weights, 1, ResultMerge.None));
        int level = options.LevelOf(parameters);
        _primes = level + 1;
        _input = cost.Encryption(1, degree, _primes) + cost.Addition(1, degree, _primes)
            + (cost.SecondsPerByteUp * RingPackedWire.InputBytes(parameters, level, noise.InputDroppedBits));
        _product = cost.Products(1, degree, _primes);
        _switch = cost.KeySwitches(1, degree, _primes);

        bool isRevealed = options.RevealBits > 0;
        int sent = noise.ReplyLevel + 1;
        int written = isRevealed ? _primes : sent;
        _reply = cost.Replies(1, degree, PackingCost.TransformsOfReply(written, written, isRevealed) - (2 * (written - sent)), written, isRevealed)
            + cost.Decryption(1, degree, sent)
            + (cost.SecondsPerByteDown * RingPackedWire.ReplyBytes(parameters, noise.ReplyLevel, noise.MostDroppedBits, 1, 0));
        _results = cost.SecondsPerByteDown * RingPackedWire.ReplyBytes(parameters, noise.ReplyLevel, noise.MostDroppedBits, 0, shape.OutputLength);
    }

    /// <summary>What a way to pack takes at the least.</summary>
    public double Least(in PackingCounts counts)
    {
        int replies = counts.Replies;
        return (counts.Inputs * _input) + ((double)counts.Outputs * counts.Terms * _product) + ((counts.Outputs - replies) * _switch) + (replies * _reply) + _results;
    }

    /// <summary>Seconds of a way to pack; without end where it cannot be done so: for noise, or a key for merging that is missing.</summary>
    public double Seconds(in PackingCounts counts)
    {
        RingPackedNoise noise = RingPackedNoise.Of(_parameters, _options, counts);
        return noise.Fits ? Seconds(_shape, _parameters, _options, counts, noise) : double.PositiveInfinity;
    }

    /// <summary>Seconds of a way to pack, with the noise that it has.</summary>
    public static double Seconds(RingPackedShape shape, CkksParameters parameters, RingPackedOptions options, in PackingCounts counts, RingPackedNoise noise)
    {
        PackingCost cost = options.Cost;
        int degree = parameters.Degree;
        int primes = options.LevelOf(parameters) + 1;
        int sent = noise.ReplyLevel + 1;
        bool isRevealed = options.RevealBits > 0;
        return cost.Encryption(counts.Inputs, degree, primes)
            + cost.Addition(counts.Inputs, degree, primes)
            + cost.Products((long)counts.Outputs * counts.Terms, degree, primes)
            + (counts.SwitchesOf(parameters, options) is { } switches ? cost.KeySwitches(switches, degree, primes) : double.PositiveInfinity)
            + (cost.SecondsPerByteUp * counts.Inputs * RingPackedWire.InputBytes(parameters, primes - 1, noise.InputDroppedBits))
            + cost.Replies(counts.Replies, degree, PackingCost.TransformsOfReply(primes, sent, isRevealed), isRevealed ? primes : sent, isRevealed)
            + cost.Decryption(counts.Replies, degree, sent)
            + (cost.SecondsPerByteDown * RingPackedWire.ReplyBytes(parameters, noise.ReplyLevel, noise.DroppedBits, counts.Replies, shape.OutputLength));
    }
}
