namespace CallIntel.Sdk.Contacts;

/// <summary>The kinds of <c>contact_numbers.kind</c>.</summary>
enum NumberKind : short
{
    E164 = 1,
    ShortCode = 2,
    Alphanumeric = 3,
    OpaqueId = 4,
}
