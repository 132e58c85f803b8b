using System.Globalization;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Validates names of contacts, members, lines and teams.</summary>
static class NameText
{
    internal const int MaxLength = 200;

    /// <exception cref="CallIntelException"><c>CI0151</c>: the text is not a valid name.</exception>
    internal static void ThrowIfInvalid(string name)
    {
        if (!IsValid(name, MaxLength))
            throw new CallIntelException(
                ErrorCodes.InvalidName,
                "The name is blank, too long, or contains characters that are not allowed.",
                $"Use 1 to {MaxLength} characters without control characters or line breaks."
            );
    }

    /// <summary>
    /// Whether a text has visible characters, is not too long, and has no control characters, line separators or
    /// unpaired surrogates.
    /// </summary>
    internal static bool IsValid(string name, int maxLength)
    {
        if (name.Length > maxLength || string.IsNullOrWhiteSpace(name))
            return false;
        for (int i = 0; i < name.Length; i += char.IsSurrogatePair(name, i) ? 2 : 1)
            if (
                CharUnicodeInfo.GetUnicodeCategory(name, i)
                is UnicodeCategory.Control
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
            )
                return false;
        return true;
    }
}
