namespace CallIntel.Sdk.Contacts;

/// <summary>The result of normalizing a party.</summary>
/// <param name="Address">The party; null if the number is withheld.</param>
/// <param name="IsUnrecognized">
/// Whether the party should be a number and could not be read as one. It is stored as the id that the source wrote.
/// </param>
readonly record struct NormalizedParty(PartyAddress? Address, bool IsUnrecognized)
{
    internal static NormalizedParty Withheld => default;
}
