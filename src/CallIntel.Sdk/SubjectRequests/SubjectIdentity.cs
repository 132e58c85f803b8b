using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What a person gave to be found by.</summary>
/// <param name="Kind">What the value is.</param>
/// <param name="Value">
/// The value as the person gave it: 1 to <see cref="MaxLength"/> characters. Null if it cannot be decrypted.
/// </param>
/// <param name="Region">
/// The ISO 3166 code of the country whose national format a number may have, for example <c>DK</c>. Default: the number
/// must be in international format.
/// </param>
public sealed record SubjectIdentity(
    SubjectIdentityKind Kind,
    [property: ProtectedData] string? Value,
    string? Region = null
)
{
    /// <summary>The maximum length of a value: 320 characters (UTF-16 code units).</summary>
    public const int MaxLength = 320;

    /// <summary>Returns the kind only; the value is personal data.</summary>
    public override string ToString() => $"{Kind} ***";
}
