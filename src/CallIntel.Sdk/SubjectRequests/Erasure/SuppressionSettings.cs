using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How an org treats suppressed numbers.</summary>
/// <param name="Action">What ingestion does with their records. Default: <see cref="SuppressionAction.Drop"/>.</param>
/// <param name="Numbers">How many numbers are suppressed.</param>
public sealed record SuppressionSettings(SuppressionAction Action, long Numbers);
