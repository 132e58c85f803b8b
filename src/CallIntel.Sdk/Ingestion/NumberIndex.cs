using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion;

/// <summary>What numbers are found and stored under.</summary>
/// <param name="Version">The version of the first of the digests, which new numbers are stored under.</param>
/// <param name="Digests">One for each live version.</param>
sealed record NumberIndex(int Version, IReadOnlyList<Func<PartyAddress, Guid>> Digests);
