using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>
/// Seeded calls and messages in bursts with few contacts, and the ids of these contacts in the database.
/// </summary>
public sealed class GeneratedTraffic
{
    public static readonly DateTimeOffset Start = new(2025, 12, 28, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = new(2026, 4, 2, 0, 0, 0, TimeSpan.Zero);

    GeneratedTraffic(TestOrg org, List<EventRecord> records) => (Org, Records) = (org, records);

    public TestOrg Org { get; }

    public IReadOnlyList<EventRecord> Records { get; }

    /// <summary>By number, so that the first is the same in every run: ids of contacts are random.</summary>
    public IReadOnlyDictionary<string, ContactId> Contacts { get; private set; } = new Dictionary<string, ContactId>();

    public ContactId? ContactOf(EventRecord record) => record.Party is { } party ? Contacts[party] : null;

    /// <summary>
    /// An org with such records. They are around month borders, a change of clocks, in one month without a partition,
    /// and some at the same second.
    /// </summary>
    public static async Task<GeneratedTraffic> IngestAsync(
        TestDatabase database,
        int seed,
        int count,
        CancellationToken cancellationToken,
        int contacts = 12
    )
    {
        TestOrg org = await database.CreateOrgAsync($"traffic {seed}", cancellationToken);
        GeneratedTraffic traffic = new(org, Create(seed, count, contacts, [.. org.Members.Values]));
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, cancellationToken))
        {
            IngestReport report = await admin.Ingestion.IngestAsync(
                new IngestSource("generated"),
                traffic.Records.ToAsyncEnumerable(),
                cancellationToken: cancellationToken
            );
            Assert.Equal(count, report.Inserted);
        }
        traffic.Contacts = await ContactsAsync(org, cancellationToken);
        return traffic;
    }

    static List<EventRecord> Create(int seed, int count, int contacts, MemberId[] members)
    {
        Random random = new(seed);
        long seconds = (long)(End - Start).TotalSeconds;
        List<EventRecord> records = new(count);
        while (records.Count < count)
        {
            string? party = random.Next(12) == 0 ? null : $"+45201{random.Next(contacts):D5}";
            DateTimeOffset time = random.Next(6) switch
            {
                0 => new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(-200, 200)),
                1 => new DateTimeOffset(2026, 3, 29, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(-200, 200)),
                2 => new DateTimeOffset(2025, 10, 26, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(-200, 300)),
                _ => Start.AddSeconds(random.NextInt64(seconds)),
            };
            for (int burst = random.Next(1, 12); burst > 0 && records.Count < count; burst--)
            {
                EventChannel channel = (EventChannel)random.Next(1, 5);
                records.Add(
                    new EventRecord
                    {
                        OccurredAt = time.ToOffset(TimeSpan.FromHours(random.Next(-3, 4))),
                        Channel = channel,
                        Direction = (EventDirection)random.Next(1, 3),
                        Outcome = (EventOutcome)random.Next(0, 8),
                        Party = party,
                        Member = random.Next(3) == 0 ? null : members[random.Next(members.Length)],
                        Duration =
                            channel is EventChannel.Call or EventChannel.Voicemail && random.Next(5) > 0
                                ? TimeSpan.FromSeconds(random.Next(1800))
                                : null,
                        ExternalId = $"{records.Count}",
                        Body = channel is EventChannel.Sms or EventChannel.Mms ? $"text {records.Count} æøå" : null,
                        Transcript = channel is EventChannel.Voicemail ? $"words {records.Count}" : null,
                    }
                );
                // now and then the same second, and now and then longer than the day in which an answer counts
                time += random.Next(8) switch
                {
                    0 => TimeSpan.Zero,
                    1 => TimeSpan.FromHours(random.Next(20, 30)),
                    _ => TimeSpan.FromSeconds(random.Next(7200)),
                };
            }
        }
        return records;
    }

    static async Task<SortedDictionary<string, ContactId>> ContactsAsync(
        TestOrg org,
        CancellationToken cancellationToken
    )
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, cancellationToken);
        List<ContactId> ids = await owner
            .QueryAsync(
                "select id from callintel.contacts",
                r => new ContactId(r.GetGuid(0)),
                cancellationToken: cancellationToken
            )
            .ToListAsync(cancellationToken);
        SortedDictionary<string, ContactId> contacts = new(StringComparer.Ordinal);
        foreach (ContactId id in ids)
        foreach (ContactNumber number in await owner.Contacts.ListNumbersAsync(id, cancellationToken))
            contacts.Add(number.Value!, id);
        return contacts;
    }
}
