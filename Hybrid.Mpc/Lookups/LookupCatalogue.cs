namespace Hybrid.Mpc.Lookups;

/// <summary>Look-up functions made once and kept: making one takes milliseconds, and circuits ask for the same ones again and again.</summary>
internal sealed class LookupCatalogue
{
    // A program asks for a few functions at a few sizes; a hostile client of a dealer for many.
    private const int MostKept = 64;

    private readonly Dictionary<LookupRecipe, LookupFunction> _functions = [];
    private readonly Lock _lock = new();

    /// <summary>The function of a recipe.</summary>
    /// <exception cref="ParameterException">There is no such function.</exception>
    public LookupFunction Get(LookupRecipe recipe)
    {
        lock (_lock)
        {
            if (!_functions.TryGetValue(recipe, out LookupFunction? function))
            {
                if (_functions.Count == MostKept)
                {
                    _functions.Clear();
                }

                _functions.Add(recipe, function = recipe.Make());
            }

            return function;
        }
    }
}
