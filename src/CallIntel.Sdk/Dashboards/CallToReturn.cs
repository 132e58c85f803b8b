using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Dashboards;

/// <summary>A contact whose calls were not answered, and with whom nobody has talked or tried to since.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="Calls">The number of unanswered calls in the range of the question.</param>
/// <param name="FirstCall">The start of the first of them, in UTC.</param>
/// <param name="LastCall">The start of the last of them, in UTC.</param>
public sealed record CallToReturn(
    [property: PseudonymousData] ContactId Contact,
    long Calls,
    DateTimeOffset FirstCall,
    DateTimeOffset LastCall
);
