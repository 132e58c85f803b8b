using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

static class PrivacyHarness
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string NumberOf(int contact) => $"+452000020{contact}";

    /// <summary>An org with contacts of some messages each, and a name each.</summary>
    internal static async Task<(TestOrg Org, ContactId[] Contacts)> OrgAsync(
        TestDatabase database,
        string name,
        int contacts,
        int events = 3
    )
    {
        TestOrg org = await database.CreateOrgAsync(name, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single() with
        {
            Channel = EventChannel.Sms,
            Duration = null,
            Body = "said",
        };
        await admin.Ingestion.IngestAsync(
            new IngestSource("privacy"),
            GeneratedRecords.Async(
                Enumerable
                    .Range(0, contacts * events)
                    .Select(i =>
                        like with
                        {
                            Party = NumberOf(i % contacts),
                            ExternalId = $"{i}",
                            OccurredAt = like.OccurredAt.AddMinutes(i),
                        }
                    )
            ),
            cancellationToken: Cancellation
        );
        List<ContactId> ids = [];
        for (int i = 0; i < contacts; i++)
        {
            ids.Add((await admin.Contacts.FindByNumberAsync(NumberOf(i), cancellationToken: Cancellation))!.Value);
            await admin.Contacts.SetDisplayNameAsync(ids[i], $"Person {i}", Cancellation);
        }
        return (org, [.. ids]);
    }

    internal static async Task<int> EventsWithAsync(OrgSession session, ContactId contact) =>
        await session.Events.ReadAsync(EventFilter.All.ForContact(contact), Cancellation).CountAsync(Cancellation);

    internal static async Task<int> ContentsWithAsync(OrgSession session, ContactId contact) =>
        await session
            .Events.ReadAsync(EventFilter.All.ForContact(contact).WithContent(), Cancellation)
            .CountAsync(e => e.Content?.Body == "said", Cancellation);

    internal static ValueTask<OrgSession> PurposefulAsync(TestDatabase database, TestOrg org) =>
        database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
}
