namespace Hybrid.Tests.Core;

/// <summary>What every error for users must be: one sentence.</summary>
internal static class Sentences
{
    /// <summary>Checks that an act is refused with an error of a kind, in one sentence that has all the parts.</summary>
    public static T Refused<T>(Action act, params ReadOnlySpan<string> parts)
        where T : HybridException
    {
        T e = Assert.ThrowsExactly<T>(act, string.Join(" … ", parts.ToArray()));
        Check(e, parts);
        return e;
    }

    /// <summary>Checks an error's message.</summary>
    public static void Check(Exception e, params ReadOnlySpan<string> parts)
    {
        string message = e.Message;
        Assert.IsTrue(message.Length is > 20 and < 500, message);
        Assert.IsTrue(message[^1] == '.' && message[^2] != '.', $"No full stop: {message}");
        Assert.IsFalse(message.Any(char.IsControl), $"Control characters: {message}");
        Assert.IsFalse(message.Contains("Exception", StringComparison.Ordinal), message);
        foreach (string part in parts)
        {
            StringAssert.Contains(message, part);
        }
    }
}
