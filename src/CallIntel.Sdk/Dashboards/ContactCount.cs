namespace CallIntel.Sdk.Dashboards;

/// <summary>The number of different contacts in one time bucket.</summary>
/// <param name="Start">
/// The start of the bucket, with the UTC offset of the grain's time zone at that time. May be before the range.
/// </param>
/// <param name="Contacts">
/// The number of different contacts. Buckets without contacts have no row. Numbers of several buckets cannot be added,
/// because one contact can be in each of them.
/// </param>
/// <param name="NewContacts">
/// The number of these contacts whose first event ever is in the bucket, whether or not the filter selects that
/// event.
/// </param>
public sealed record ContactCount(DateTimeOffset Start, long Contacts, long NewContacts)
{
    /// <summary>The number of contacts that had an event before the bucket.</summary>
    public long ReturningContacts => Contacts - NewContacts;
}
