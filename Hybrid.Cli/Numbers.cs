using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Hybrid.Cli;

/// <summary>Reads the numbers that options take.</summary>
internal static class Numbers
{
    /// <summary>A parser for an option's number from <paramref name="least"/> to <paramref name="most"/>, both allowed.</summary>
    public static Func<ArgumentResult, T> Within<T>(T least, T most)
        where T : INumber<T> =>
        result =>
        {
            string text = result.Tokens[^1].Value;
            if (T.TryParse(text, CultureInfo.InvariantCulture, out T? number) && number >= least && number <= most)
            {
                return number;
            }

            string option = result.Parent is OptionResult { IdentifierToken: { } token } ? token.Value : "The option";
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option} takes a number from {least} to {most}, not '{text}'."));
            return least;
        };
}
