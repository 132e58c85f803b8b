using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What discovery found about the person of a request.</summary>
/// <param name="Contacts">The contacts of the person, with those that were merged with them.</param>
/// <param name="Tables">
/// The number of rows of these contacts in each table that has any, by the name of the table.
/// </param>
/// <param name="Unsearchable">
/// The kinds of identities by which nothing could be searched: names and other texts, and numbers that cannot be read.
/// </param>
public sealed record SubjectDiscovery(
    [property: PseudonymousData] IReadOnlyList<ContactId> Contacts,
    IReadOnlyDictionary<string, long> Tables,
    IReadOnlyList<SubjectIdentityKind> Unsearchable
);
