using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.TenantApi.Components;

/// <summary>Names contacts and members as far as the member may read names.</summary>
static class Labels
{
    public const string Withheld = "Withheld number";

    /// <summary>The name of those who have none: jobs of the SDK and operators.</summary>
    public const string Background = "Background work";

    /// <summary>The name of a contact of a request that has no label: it was erased, or it is hidden.</summary>
    const string Erased = "Erased or hidden";

    public static async Task<IReadOnlyList<LabeledEvent>> AddAsync(
        OrgSession session,
        IReadOnlyList<ConversationEvent> events,
        CancellationToken cancellationToken
    )
    {
        Dictionary<ContactId, string> labels = await OfAsync(
            session,
            events.Select(e => e.Contact).OfType<ContactId>(),
            cancellationToken
        );
        return
        [
            .. events.Select(e => new LabeledEvent(
                e,
                e.Contact is { } contact ? labels.GetValueOrDefault(contact, Withheld) : Withheld
            )),
        ];
    }

    public static async Task<Dictionary<ContactId, string>> OfAsync(
        OrgSession session,
        IEnumerable<ContactId> contacts,
        CancellationToken cancellationToken
    )
    {
        ContactId[] asked = [.. contacts.Distinct()];
        return asked.Length == 0
            ? []
            : (await session.Contacts.ListLabelsAsync(asked, cancellationToken)).ToDictionary(
                label => label.Key,
                label => label.Value.Text
            );
    }

    /// <summary>The names of members that the session may read.</summary>
    public static async Task<Dictionary<MemberId, string>> OfMembersAsync(
        OrgSession session,
        CancellationToken cancellationToken
    ) =>
        (await session.Members.ListProfilesAsync(cancellationToken))
            .Where(profile => profile.Value.Name?.Value is not null)
            .ToDictionary(profile => profile.Key, profile => profile.Value.Name!.Value!);

    /// <summary>The names of the contacts of a request.</summary>
    public static string Of(SubjectRequest request, Dictionary<ContactId, string> labels) =>
        request.Contacts.Count == 0
            ? "Not identified yet"
            : string.Join(", ", request.Contacts.Select(contact => labels.GetValueOrDefault(contact, Erased)));

    /// <summary>A short name for a member whose name the session may not read.</summary>
    public static string Of(MemberId member) => $"Member {member.Value.ToString("n")[..4].ToUpperInvariant()}";
}
