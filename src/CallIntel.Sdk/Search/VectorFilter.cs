using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Search;

/// <summary>Selects the events among which vectors are searched. A null selects all.</summary>
readonly record struct VectorFilter(
    TimeRange? Range = null,
    EventChannel? Channel = null,
    EventDirection? Direction = null,
    ContactId? Contact = null,
    MemberId? Member = null,
    Guid? Source = null
);
