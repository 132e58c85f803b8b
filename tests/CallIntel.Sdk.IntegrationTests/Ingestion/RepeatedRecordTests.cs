using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests that several versions of a record in one batch end in the same state as in separate batches.
/// </summary>
public sealed class RepeatedRecordTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    static readonly Dictionary<string, Func<EventRecord, EventRecord>> Differences = new()
    {
        ["nothing"] = r => r,
        ["time within a millisecond"] = r => r with { OccurredAt = Noon.AddTicks(10) },
        ["channel"] = r => r with { Channel = EventChannel.Mms },
        ["direction"] = r => r with { Direction = EventDirection.Inbound },
        ["outcome"] = r => r with { Outcome = EventOutcome.Completed },
        ["party"] = r => r with { Party = "+4532123457" },
        ["no party"] = r => r with { Party = null },
        ["duration"] = r => r with { Duration = TimeSpan.FromSeconds(8) },
        ["no duration"] = r => r with { Duration = null },
        ["offset"] = r => r with { LocalOffset = TimeSpan.FromHours(2) },
        ["no offset"] = r => r with { LocalOffset = null },
        ["body"] = r => r with { Body = "second" },
        ["no body"] = r => r with { Body = null },
        ["transcript"] = r => r with { Transcript = "second" },
        ["no transcript"] = r => r with { Transcript = null },
        ["summary"] = r => r with { Summary = "second" },
        ["no summary"] = r => r with { Summary = null },
        ["nothing said"] = r => r with { Body = null, Transcript = null, Summary = null },
    };

    public static TheoryData<string> Names => [.. Differences.Keys, "member"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Names))]
    public async Task The_last_of_several_versions_wins_and_identical_versions_are_stored_once(string name)
    {
        TestOrg together = await fixture.Database.CreateOrgAsync($"together {name}", Cancellation),
            apart = await fixture.Database.CreateOrgAsync($"apart {name}", Cancellation);
        foreach (bool reverse in new[] { false, true })
        {
            await IngestAsync(
                together,
                (2, name == "nothing" ? 0 : null),
                [.. Deliveries(together, name, reverse), Other(reverse)]
            );
            foreach (EventRecord delivery in Deliveries(apart, name, reverse))
                await IngestAsync(apart, null, delivery);
            await IngestAsync(apart, null, Other(reverse));
        }
        string[] stored = await RowsAsync(together);
        Assert.Equal(4, stored.Length);
        Assert.Equal(await RowsAsync(apart), stored);
        await using NpgsqlCommand strays = fixture.Database.Admin.CreateCommand(
            """
            select count(*) from callintel_private.events e
              join callintel_private.event_contents c on c.org_id = e.org_id and c.event_id = e.id
             where e.org_id = $1 and (c.contact_id, c.member_id) is distinct from (e.contact_id, e.member_id)
            """
        );
        strays.Parameters.Add(new NpgsqlParameter { Value = together.Id.Value });
        Assert.Equal(0L, await strays.ExecuteScalarAsync(Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_records_in_one_batch_end_as_if_each_had_its_own_batch(int seed)
    {
        TestOrg together = await fixture.Database.CreateOrgAsync($"together by chance {seed}", Cancellation),
            apart = await fixture.Database.CreateOrgAsync($"apart by chance {seed}", Cancellation);
        Random random = new(seed);
        for (int batch = 0; batch < 12; batch++)
        {
            EventRecord[] deliveries = [.. Enumerable.Range(0, 12).Select(_ => Delivery(random))];
            await IngestAsync(together, null, deliveries);
            foreach (EventRecord delivery in deliveries)
                await IngestAsync(apart, null, delivery);
            Assert.Equal(await RowsAsync(apart), await RowsAsync(together));
        }
    }

    static EventRecord Delivery(Random random)
    {
        return new EventRecord
        {
            OccurredAt = Noon,
            Channel = Or(EventChannel.Mms, EventChannel.Sms),
            Direction = Or(EventDirection.Inbound, EventDirection.Outbound),
            Outcome = (EventOutcome)random.Next(4),
            Party = Or("+4532123456", null),
            ExternalId = $"m{random.Next(9)}",
            Duration = random.Next(3) is > 0 and int seconds ? TimeSpan.FromSeconds(seconds) : null,
            LocalOffset = random.Next(3) is > 0 and int hours ? TimeSpan.FromHours(hours) : null,
            ModifiedAt = random.Next(4) is > 0 and int days ? Noon.AddDays(days) : null,
            Body = Text(),
            Transcript = Text(),
            Summary = Text(),
        };

        T Or<T>(T one, T other) => random.Next(2) == 0 ? one : other;

        string? Text() => random.Next(3) is > 0 and int n ? $"text {n}" : null;
    }

    static EventRecord[] Deliveries(TestOrg org, string name, bool reverse)
    {
        EventRecord first = new()
        {
            OccurredAt = Noon,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = "+4532123456",
            ExternalId = reverse ? "reverse" : "m",
            Duration = TimeSpan.FromSeconds(7),
            LocalOffset = TimeSpan.FromHours(1),
            Body = "first",
            Transcript = "first",
            Summary = "first",
        };
        EventRecord second =
            name == "member" ? first with { Member = org.Members[OrgRole.Member] } : Differences[name](first);
        return reverse ? [second, first] : [first, second];
    }

    /// <summary>A batch has records that come once, too.</summary>
    static EventRecord Other(bool reverse) =>
        new()
        {
            OccurredAt = Noon,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = "+4532123458",
            ExternalId = reverse ? "other, reverse" : "other",
            Body = "once",
        };

    static async Task IngestAsync(TestOrg org, (long Inserted, long? Updated)? expected, params EventRecord[] records)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("phone"),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        if (expected is { } counts)
            Assert.Equal((counts.Inserted, counts.Updated ?? report.Updated), (report.Inserted, report.Updated));
        Assert.Equal(records.Length, report.Inserted + report.Updated + report.Duplicate);
    }

    /// <summary>Metadata and content, with numbers in place of contact ids.</summary>
    static async Task<string[]> RowsAsync(TestOrg org)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        List<string> rows = [];
        await foreach (
            ConversationEvent e in owner.Events.ReadAsync(
                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(),
                Cancellation
            )
        )
        {
            string? number = e.Contact is { } contact
                ? (await owner.Contacts.ListNumbersAsync(contact, Cancellation))[0].Value
                : null;
            string? role = e.Member is { } member ? org.Members.Single(m => m.Value == member).Key.ToString() : null;
            rows.Add(
                $"{e.OccurredAt:O} {e.Channel} {e.Direction} {e.Outcome} {number} {role} {e.Duration} "
                    + $"{e.ExternalId} {e.Content?.Body} {e.Content?.Transcript} {e.Content?.Summary} "
                    + $"{e.Content?.Status}"
            );
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
