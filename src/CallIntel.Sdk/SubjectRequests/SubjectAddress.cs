using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The normalized numbers of identities, by which contacts are found.</summary>
static class SubjectAddress
{
    /// <returns>The number; null if contacts cannot be found by the identity.</returns>
    internal static PartyAddress? Create(SubjectIdentity identity)
    {
        if (identity.Value is null)
            return null;
        return identity.Kind switch
        {
            SubjectIdentityKind.Number => Normalize(identity, PartyKind.Number),
            SubjectIdentityKind.OpaqueId or SubjectIdentityKind.Email => Normalize(identity, PartyKind.OpaqueId),
            _ => null,
        };
    }

    /// <summary>Returns the indexes of the numbers under all live versions of the key.</summary>
    internal static Guid[] Indexes(IEnumerable<PartyAddress?> addresses, BlindIndexKeys keys) =>
        [
            .. addresses
                .OfType<PartyAddress>()
                .SelectMany(address => keys.All.Select(key => address.IndexUnder(key)))
                .Distinct(),
        ];

    static PartyAddress? Normalize(SubjectIdentity identity, PartyKind kind) =>
        new PartyNormalizer(identity.Region).Normalize(identity.Value!, kind)?.Address;
}
