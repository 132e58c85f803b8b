using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Tests records that their source changes, corrects, redacts or deletes.</summary>
public sealed partial class ChangedRecordTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    static readonly EventRecord Sms = new()
    {
        OccurredAt = Noon,
        Channel = EventChannel.Sms,
        Direction = EventDirection.Outbound,
        Outcome = EventOutcome.Sent,
        Party = "+4532123456",
        ExternalId = "m1",
        Body = "first",
    };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_record_is_updated_and_reimporting_it_unchanged_changes_nothing()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("changed", Cancellation);
        await IngestAsync(org, (2, 0, 0, 0), Sms, Sms with { ExternalId = "other" });
        EventRecord changed = Sms with { Outcome = EventOutcome.Completed, Body = "second" };
        await IngestAsync(org, (0, 1, 0, 0), changed);
        await IngestAsync(org, (0, 0, 1, 0), changed);
        await IngestAsync(
            org,
            (0, 0, 1, 0),
            changed with
            {
                Outcome = EventOutcome.Unknown,
                Body = null,
                Party = null,
            }
        );

        ConversationEvent stored = (await EventsAsync(org)).Single(e => e.ExternalId == "m1");
        Assert.Equal((EventOutcome.Completed, "second"), (stored.Outcome, stored.Content?.Body));
        Assert.NotNull(stored.Contact);
        // one mark of the first import and one of the change
        Assert.Equal(2, await StoredState.CountAsync(fixture.Database, org, "dirty_buckets"));
    }

    [Theory]
    [InlineData(1)] // a second later
    [InlineData(-3600)] // an hour before
    [InlineData(86_400)] // the next day, another month
    [InlineData(-34_000_000)] // another year
    public async Task A_corrected_time_moves_the_record_with_its_content(int seconds)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"moved {seconds}", Cancellation);
        await IngestAsync(org, (1, 0, 0, 0), Sms with { LocalOffset = TimeSpan.FromHours(1) });
        EventRecord corrected = Sms with { OccurredAt = Noon.AddSeconds(seconds), Body = null };
        await IngestAsync(org, (0, 1, 0, 0), corrected);
        await IngestAsync(org, (0, 0, 1, 0), corrected);

        ConversationEvent stored = Assert.Single(await EventsAsync(org));
        Assert.Equal(
            (corrected.OccurredAt, "first", Crypto.Envelope.DecryptResult.Ok),
            (stored.OccurredAt, stored.Content?.Body, stored.Content?.Status)
        );
        Assert.Equal(TimeSpan.FromHours(1), stored.OccurredAt.Offset); // not reported again
        await IngestAsync(org, (0, 1, 0, 0), corrected with { Body = "anew" });
        Assert.Equal("anew", Assert.Single(await EventsAsync(org)).Content?.Body);
    }

    [Fact]
    public async Task Several_times_for_one_record_in_a_batch_store_one_record()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("times in one batch", Cancellation);
        EventRecord[] versions =
        [
            Sms,
            Sms with
            {
                OccurredAt = Noon.AddMinutes(1),
            },
            Sms with
            {
                OccurredAt = Noon.AddMinutes(2),
            },
        ];
        await IngestAsync(org, (1, 0, 2, 0), versions);
        await IngestAsync(org, (0, 0, 3, 0), versions);
        Assert.Equal(Noon.AddMinutes(2), Assert.Single(await EventsAsync(org)).OccurredAt);
    }

    [Fact]
    public async Task An_older_version_of_a_record_never_overwrites_a_newer_one()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("stale", Cancellation);
        EventRecord older = Sms with { ModifiedAt = Noon.AddMinutes(1) },
            newer =
                Sms with
                {
                    ModifiedAt = Noon.AddMinutes(2),
                    Outcome = EventOutcome.Completed,
                    Body = "second",
                    OccurredAt = Noon.AddMinutes(5),
                };
        await IngestAsync(org, (1, 0, 0, 0), newer);
        await IngestAsync(org, (0, 0, 1, 0), older);
        await IngestAsync(org, (0, 0, 2, 0), older, newer);
        ConversationEvent stored = Assert.Single(await EventsAsync(org));
        Assert.Equal(
            (EventOutcome.Completed, "second", Noon.AddMinutes(5)),
            (stored.Outcome, stored.Content?.Body, stored.OccurredAt)
        );
    }

    [Fact]
    public async Task Details_attachments_and_participants_are_stored_and_updated()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("details", Cancellation);
        EventRecord call = Sms with
        {
            Channel = EventChannel.Call,
            Body = null,
            ModifiedAt = Noon,
            Details = new()
            {
                ConversationId = "c1",
                Status = "queued",
                OwnNumber = "+4520101010",
            },
            Parts = [new EventPart("audio/mpeg", "https://media.example/7")],
            OtherParties =
            [
                new EventParty("+4540506070", PartyRole.TransferTarget)
                {
                    StartedAt = Noon,
                    Duration = TimeSpan.FromSeconds(9),
                },
                new EventParty(null, PartyRole.Leg),
            ],
        };
        await IngestAsync(org, (1, 0, 0, 0), call);
        await IngestAsync(org, (0, 0, 1, 0), call);
        EventRecord priced = call with
        {
            ModifiedAt = Noon.AddMinutes(1),
            Details = call.Details! with { Price = -0.0085m, Currency = "USD", Status = "completed" },
        };
        await IngestAsync(org, (0, 1, 0, 0), priced);
        await IngestAsync(org, (0, 0, 1, 0), priced);
        await IngestAsync(org, (0, 0, 1, 0), call);

        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Equal(
            [(-8500L, "USD", "completed", "c1")],
            await owner
                .QueryAsync(
                    "select price_micros, currency, status, conversation_id from callintel.event_details",
                    r => (r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        Assert.Equal(
            [(5, true, 9), (6, false, -1)],
            await owner
                .QueryAsync(
                    """
                    select role::int, party_id is not null, coalesce(duration_s, -1) from callintel.event_participants
                     order by ordinal
                    """,
                    r => (r.GetInt32(0), r.GetBoolean(1), r.GetInt32(2)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        Assert.Equal(1, await StoredState.CountAsync(fixture.Database, org, "event_parts"));
    }

    [Fact]
    public async Task Members_cannot_change_move_or_delete_records_of_others()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("others' records", Cancellation);
        await IngestAsync(org, (1, 0, 0, 0), Sms with { Member = org.Members[OrgRole.Admin] });
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        EventRecord own = Sms with
        {
            Member = org.Members[OrgRole.Member],
            Outcome = EventOutcome.Failed,
            Body = "theirs",
            Details = new() { Status = "x" },
        };
        foreach (
            EventRecord attempt in new[]
            {
                own,
                own with
                {
                    OccurredAt = Noon.AddMinutes(1),
                },
                own with
                {
                    Change = RecordChange.Deleted,
                },
                own with
                {
                    Change = RecordChange.Redacted,
                    Body = null,
                },
            }
        )
            await member.Ingestion.IngestAsync(
                new IngestSource("phone", TimesMayChange: true),
                GeneratedRecords.Async([attempt]),
                cancellationToken: Cancellation
            );
        ConversationEvent stored = Assert.Single(await EventsAsync(org), e => e.Member == org.Members[OrgRole.Admin]);
        Assert.Equal((EventOutcome.Sent, "first", Noon), (stored.Outcome, stored.Content?.Body, stored.OccurredAt));
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "event_details"));
        // nor is it rejected when the phone of its owner sends it again
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "event_tombstones"));
        await IngestAsync(org, (0, 1, 0, 0), Sms with { Member = org.Members[OrgRole.Admin], Body = "second" });
        Assert.Equal(
            "second",
            Assert.Single(await EventsAsync(org), e => e.Member == org.Members[OrgRole.Admin]).Content?.Body
        );
    }

    [Fact]
    public async Task A_record_repeated_in_every_batch_is_counted_correctly_without_a_deadlock()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("overlap", Cancellation);
        EventRecord[] records =
        [
            .. Enumerable
                .Range(0, 400)
                .Select(i =>
                    Sms with
                    {
                        ExternalId = $"m{i % 7}",
                        Outcome = i % 2 == 0 ? EventOutcome.Sent : EventOutcome.Completed,
                    }
                ),
        ];
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("phone", TimesMayChange: true),
            GeneratedRecords.Async(records),
            new IngestOptions { BatchSize = 5, Lanes = 4 },
            Cancellation
        );
        Assert.Equal((400, 7), (report.Read, report.Inserted));
        Assert.Equal(
            report.Read,
            report.Inserted + report.Updated + report.Duplicate + report.Rejected + report.Suppressed
        );
        Assert.Equal(7, await StoredState.CountAsync(fixture.Database, org, "events"));
        Assert.Equal(
            [(400L, report.Updated)],
            await owner
                .QueryAsync(
                    "select read, updated from callintel.sync_runs",
                    r => (r.GetInt64(0), r.GetInt64(1)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Content_encrypted_for_another_record_cannot_be_decrypted()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("swapped", Cancellation);
        await IngestAsync(org, (2, 0, 0, 0), Sms, Sms with { ExternalId = "m2", Body = "of another record" });
        await using (
            NpgsqlCommand swap = fixture.Database.Admin.CreateCommand(
                """
                update callintel_private.event_contents c set body = o.body, sealed_id = o.event_id
                  from callintel_private.event_contents o
                 where c.org_id = $1 and o.org_id = $1 and c.event_id <> o.event_id
                """
            )
        )
        {
            swap.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Id.Value });
            Assert.Equal(2, await swap.ExecuteNonQueryAsync(Cancellation));
        }
        Assert.All(await EventsAsync(org), e =>
            Assert.Equal(
                ((string?)null, Crypto.Envelope.DecryptResult.AuthenticationFailed),
                (e.Content!.Body, e.Content.Status)
            )
        );
    }

    async Task<List<ConversationEvent>> EventsAsync(TestOrg org)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await owner
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToListAsync(Cancellation);
    }

    async Task IngestAsync(
        TestOrg org,
        (long Inserted, long Updated, long Duplicate, long Suppressed) expected,
        params EventRecord[] records
    )
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("phone", TimesMayChange: true),
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        Assert.Equal(
            (records.Length, expected),
            ((int)report.Read, (report.Inserted, report.Updated, report.Duplicate, report.Suppressed))
        );
    }
}
