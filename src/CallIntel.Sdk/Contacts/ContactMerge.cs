using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>The result of <see cref="ContactDirectory.MergeAsync"/>.</summary>
/// <param name="Contact">The surviving contact.</param>
/// <param name="Events">The number of events that moved to it.</param>
public sealed record ContactMerge([property: PseudonymousData] ContactId Contact, long Events);
