using PhoneNumbers;

namespace CallIntel.Sdk.Contacts;

/// <summary>The countries whose national number formats can be read.</summary>
static class PhoneRegion
{
    static readonly HashSet<string> Known = new(
        PhoneNumberUtil.GetInstance().GetSupportedRegions(),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Returns the code in upper case, and null for null.</summary>
    /// <exception cref="CallIntelException"><c>CI0024</c>: the region is not known.</exception>
    internal static string? Check(string? region) =>
        region is null ? null
        : region.Trim() is var code && Known.Contains(code) ? code.ToUpperInvariant()
        : throw new CallIntelException(
            Diagnostics.ErrorCodes.InvalidMapping,
            $"Unknown region \"{region}\".",
            "Use the two-letter ISO 3166 code of a country, for example US, GB or DK."
        );
}
