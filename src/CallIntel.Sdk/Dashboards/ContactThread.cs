using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The calls and messages with one contact.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="Calls">The number of calls and voicemails.</param>
/// <param name="Messages">The number of SMS and MMS messages.</param>
/// <param name="LastEvent">The start of the latest of them, in UTC.</param>
public sealed record ContactThread(
    [property: PseudonymousData] ContactId Contact,
    long Calls,
    long Messages,
    DateTimeOffset LastEvent
);
