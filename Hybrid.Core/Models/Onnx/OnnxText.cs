using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Hybrid.Models.Onnx;

/// <summary>Texts of a file that can be shown as they are: short, Unicode, and free of control characters.</summary>
internal static class OnnxText
{
    /// <summary>Reads a text.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="text">The text.</param>
    /// <returns>Whether it can be shown.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, int limit, [NotNullWhen(true)] out string? text)
    {
        text = utf8.Length <= limit && Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
        if (text is not null && !Printable.Is(text))
        {
            text = null;
        }

        return text is not null;
    }

    /// <summary>What a text that cannot be shown is, as the end of a sentence.</summary>
    public static string WhatIsWrong(int limit) => $"is longer than {limit} bytes, holds control characters or is no Unicode";
}
