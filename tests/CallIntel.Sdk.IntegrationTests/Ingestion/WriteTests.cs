using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Tests single writes: a few records in one statement.</summary>
public sealed class WriteTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("webhook", "twilio", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writing_known_records_takes_one_round_trip_and_new_ones_take_a_few()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("round trips", Cancellation);
        await using WireProxy proxy = WireProxy.Start(fixture.Database.AppConnectionString);
        await using CallIntelDataSource host = fixture.Database.CreateDataSource(o =>
            o.ConnectionString = proxy.ConnectionString
        );
        await using OrgSession session = await host.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        EventRecord message = GeneratedRecords.Take(20).First(r => r.Body is not null);
        for (int i = 0; i < 4; i++)
            Assert.Equal(
                1,
                (
                    await session.Ingestion.WriteAsync(
                        Source,
                        [message with { ExternalId = $"warm {i}" }],
                        Cancellation
                    )
                ).Inserted
            );

        int before = proxy.RoundTrips;
        for (int i = 0; i < 10; i++)
            Assert.Equal(
                1,
                (
                    await session.Ingestion.WriteAsync(
                        Source,
                        [message with { ExternalId = $"known {i}" }],
                        Cancellation
                    )
                ).Inserted
            );
        Assert.Equal(10, proxy.RoundTrips - before);

        // details of the message and its parties go with it
        EventRecord detailed = message with
        {
            Details = new() { Status = "sent" },
            Parts = [new EventPart("image/png", "a.png")],
            OtherParties = [new EventParty(message.Party, PartyRole.Cc)],
        };
        for (int i = 0; i < 4; i++)
            await session.Ingestion.WriteAsync(
                Source,
                [detailed with { ExternalId = $"warm detailed {i}" }],
                Cancellation
            );
        before = proxy.RoundTrips;
        Assert.Equal(
            1,
            (
                await session.Ingestion.WriteAsync(Source, [detailed with { ExternalId = "detailed" }], Cancellation)
            ).Inserted
        );
        Assert.Equal(1, proxy.RoundTrips - before);
        Assert.Equal(
            [("sent", 1L, 1L)],
            await session
                .QueryAsync(
                    """
                    select d.status, (select count(*) from callintel.event_parts p
                        where p.org_id = e.org_id and p.event_id = e.id),
                           (select count(*) from callintel.event_participants p
                               where p.org_id = e.org_id and p.event_id = e.id and p.party_id = e.contact_id)
                      from callintel.events e join callintel.event_details d on d.org_id = e.org_id
                       and d.event_id = e.id where e.external_id = 'detailed'
                    """,
                    r => (r.GetString(0), r.GetInt64(1), r.GetInt64(2)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Writes_are_counted_in_a_rolling_run_that_never_looks_hung()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rolling run", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(10)];
        IngestReport first = await session.Ingestion.WriteAsync(Source, records, Cancellation);
        IngestReport second = await session.Ingestion.WriteAsync(
            Source,
            [
                .. records.Take(3),
                records[3] with
                {
                    Outcome = EventOutcome.Failed,
                },
                records[4] with
                {
                    OccurredAt = default,
                },
            ],
            Cancellation
        );
        Assert.Equal(
            (10, 0, 0, 0, first.RunId),
            (first.Inserted, first.Updated, first.Duplicate, first.Rejected, second.RunId)
        );
        Assert.Equal(
            (5, 0, 1, 3, 1, 0),
            (second.Read, second.Inserted, second.Updated, second.Duplicate, second.Rejected, second.Suppressed)
        );

        Assert.Equal(
            [(15L, 10L, 1L, 3L, 1L, true)],
            await session
                .QueryAsync(
                    """
                    select read, inserted, updated, duplicate, rejected, rolling
                       and finished_at >= heartbeat_at - interval '1 second' from callintel.sync_runs
                    """,
                    r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetBoolean(5)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        Assert.Equal(
            [(records.Max(r => r.OccurredAt), false, true)],
            await session
                .QueryAsync(
                    "select watermark, running, succeeded_at is not null from callintel.sync_health",
                    r => (r.GetFieldValue<DateTimeOffset>(0), r.GetBoolean(1), r.GetBoolean(2)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        Assert.Equal(
            [("ingest", 10L), ("ingest", 1L)],
            await session
                .QueryAsync(
                    "select action, row_count from callintel.audit_log where action = 'ingest' order by id",
                    r => (r.GetString(0), r.GetInt64(1)),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
        );
        RejectedRecord reject = Assert.Single(
            await session.Ingestion.ReadRejectsAsync(second.RunId, Cancellation).ToListAsync(Cancellation)
        );
        Assert.Equal((14L, "missing_time"), (reject.Ordinal, reject.Reason));
        Assert.Equal(records[4].Body ?? records[4].Party, reject.Raw);
    }

    [Fact]
    public async Task A_write_of_only_invalid_records_keeps_all_of_them_as_rejects()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("all bad", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await session.Ingestion.WriteAsync(
            Source,
            [.. GeneratedRecords.Take(3).Select(r => r with { Party = "\0" })],
            Cancellation
        );
        Assert.Equal((3, 3, 0), (report.Read, report.Rejected, report.Inserted));
        Assert.Equal(
            ["nul_character"],
            (await session.Ingestion.ReadRejectsAsync(report.RunId, Cancellation).ToListAsync(Cancellation))
                .Select(r => r.Reason)
                .Distinct()
        );
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Fact]
    public async Task Empty_and_too_large_writes_are_rejected_and_store_nothing()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("bounds", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(1001)];
        Task<IngestReport> Write(IReadOnlyList<EventRecord> some) =>
            session.Ingestion.WriteAsync(Source, some, Cancellation);
        Assert.Equal(ErrorCodes.WriteCount, (await Assert.ThrowsAsync<CallIntelException>(() => Write([]))).Code);
        Assert.Equal(ErrorCodes.WriteCount, (await Assert.ThrowsAsync<CallIntelException>(() => Write(records))).Code);
        string megabyte = new('x', 1 << 20);
        Assert.Equal(
            ErrorCodes.WriteTooLarge,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    Write([.. records.Take(65).Select(r => r with { Body = megabyte })])
                )
            ).Code
        );
        await Assert.ThrowsAsync<ArgumentException>(() => Write([records[0], null!]));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            session.Ingestion.WriteAsync(new IngestSource(" "), [records[0]], Cancellation)
        );
        Assert.Equal(0, await StoredState.CountAsync(fixture.Database, org, "events"));
        Assert.Equal(1000, (await Write(records[..1000])).Inserted);
        Assert.Equal(1000, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("array_fill(gen_random_uuid(), '{1001}')")]
    public async Task The_database_rejects_empty_and_too_large_writes(string ids)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Owner)
        );
        Assert.Equal(
            "CI210",
            await session.WriteAsync(
                $"""
                select callintel.write_events(gen_random_uuid(), false, {ids},
                       {string.Join(", ", Enumerable.Repeat("'{}'", 17))})
                """
            )
        );
    }

    [Theory]
    [InlineData(OrgRole.Viewer)]
    [InlineData(OrgRole.Analyst)]
    public async Task Roles_without_the_permission_cannot_write(OrgRole role)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(role, Cancellation);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Ingestion.WriteAsync(Source, [.. GeneratedRecords.Take(1)], Cancellation)
        );
        Assert.Equal(ErrorCodes.NotAllowed, refused.Code);
    }

    [Fact]
    public async Task Members_write_only_their_own_events()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("own events", Cancellation);
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        EventRecord[] records =
        [
            .. GeneratedRecords.Take(4).Select(r => r with { Member = org.Members[OrgRole.Member] }),
        ];
        Assert.Equal(3, (await member.Ingestion.WriteAsync(Source, records[..3], Cancellation)).Inserted);
        foreach (MemberId? other in new MemberId?[] { null, org.Members[OrgRole.Admin] })
        {
            CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
                member.Ingestion.WriteAsync(
                    Source,
                    [records[3], records[3] with { ExternalId = "other", Member = other }],
                    Cancellation
                )
            );
            Assert.Equal(ErrorCodes.NotAllowed, refused.Code);
        }
        Assert.Equal(3, await StoredState.CountAsync(fixture.Database, org, "events"));
    }

    [Fact]
    public async Task Content_of_an_erased_person_is_rejected_although_the_contact_is_cached()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("erased", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord message = GeneratedRecords.Take(20).First(r => r.Body is not null);
        await session.Ingestion.WriteAsync(Source, [message], Cancellation);
        ContactId contact = (
            await session.Contacts.FindByNumberAsync(message.Party!, cancellationToken: Cancellation)
        )!.Value;
        await session.Keys.CryptoShredAsync(contact, Cancellation);

        IngestReport report = await session.Ingestion.WriteAsync(
            Source,
            [message with { ExternalId = "after" }],
            Cancellation
        );
        Assert.Equal((0, 1), (report.Inserted, report.Rejected));
        Assert.Equal(
            "subject_erased",
            Assert
                .Single(await session.Ingestion.ReadRejectsAsync(report.RunId, Cancellation).ToListAsync(Cancellation))
                .Reason
        );
    }

    [Fact]
    public async Task A_rolling_run_that_the_database_lost_is_replaced()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("lost run", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        EventRecord[] records = [.. GeneratedRecords.Take(2)];
        IngestReport first = await session.Ingestion.WriteAsync(Source, [records[0]], Cancellation);
        await using (
            NpgsqlCommand lose = fixture.Database.Admin.CreateCommand(
                $"delete from callintel_private.sync_runs where id = '{first.RunId}'"
            )
        )
            Assert.Equal(1, await lose.ExecuteNonQueryAsync(Cancellation));
        IngestReport second = await session.Ingestion.WriteAsync(
            Source,
            [records[1], records[1] with { OccurredAt = default }],
            Cancellation
        );
        Assert.NotEqual(first.RunId, second.RunId);
        Assert.Equal((1, 1), (second.Inserted, second.Rejected));
        RejectedRecord reject = Assert.Single(
            await session.Ingestion.ReadRejectsAsync(second.RunId, Cancellation).ToListAsync(Cancellation)
        );
        Assert.Equal((1L, true), (reject.Ordinal, reject.Raw is not null));
    }
}
