using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>Tests that every change is on file, with its member, purpose and request.</summary>
public sealed class ChangeTests(DatabaseFixture fixture, ServerFixture server) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_on_file_with_its_member_purpose_request_table_and_row_count()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "who changed");
        Guid request = Guid.CreateVersion7();
        OrgIdentity admin = harness.Org.As(OrgRole.Admin) with { Purpose = AccessPurpose.Support, RequestId = request };
        await using (OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(admin, Cancellation))
            await session.Contacts.SetDisplayNameAsync(harness.Contact, "Grace", Cancellation);

        AuditEntry entry = Assert.Single(await SearchAsync(harness.Org, new AuditFilter { RequestId = request }));
        Assert.Equal(
            (admin.Member, AccessPurpose.Support, "name", "contact_profiles", 1, AuditOperation.Update),
            (entry.Member, entry.Purpose, entry.Action, entry.Object, entry.RowCount, entry.Operation!.Value)
        );
        Assert.Equal(harness.Contact.Value, entry.Subject);
        Assert.Empty(entry.RowKeys);
        Assert.Null(entry.Images);
    }

    [Fact]
    public async Task The_trace_of_the_current_activity_is_the_request_of_a_session_without_one()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "traced");
        using System.Diagnostics.Activity activity = new("request");
        activity.SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C);
        activity.Start();
        await using (OrgSession session = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await session.Contacts.SetDisplayNameAsync(harness.Contact, "Grace", Cancellation);
        activity.Stop();
        Assert.Single(
            await SearchAsync(
                harness.Org,
                new AuditFilter { RequestId = Guid.ParseExact(activity.TraceId.ToHexString(), "N") }
            )
        );
    }

    [Fact]
    public async Task A_batch_of_events_files_one_row_and_not_one_for_each_event()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("batch on file", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Ingestion.IngestAsync(
            new IngestSource("phone", DefaultRegion: "DK"),
            Records(500).ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        List<AuditEntry> stored = await SearchAsync(org, new AuditFilter { Object = "events" });
        Assert.Equal([("ingest", 500L), ("store", 500L)], stored.Select(e => (e.Action, e.RowCount)));
        Assert.All(stored, e => Assert.Equal(org.Members[OrgRole.Owner], e.Member));
    }

    [Fact]
    public async Task Storing_events_without_reporting_the_batch_is_on_file()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("unreported", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session
            .QueryAsync(
                """
                select w.inserted
                  from callintel.write_events(
                    gen_random_uuid(), false, array[callintel.first_id('2026-01-10 10:00Z')],
                    array['2026-01-10 10:00Z'::timestamptz], array[null::uuid],
                    array[null::uuid], array[1], array[1::smallint], array[1::smallint], array[1::smallint],
                    array[null::smallint], array['x'], array[null::bytea], array[null::bytea], array[null::bytea],
                    array[null::timestamptz], array[null::smallint], array[null::bigint], array[null::bigint],
                    array[null::bigint], array[null::uuid], array[null::uuid], array[null::smallint]) w
                """,
                row => row.GetInt64(0),
                cancellationToken: Cancellation
            )
            .SingleAsync(Cancellation);
        AuditEntry entry = Assert.Single(await SearchAsync(org, new AuditFilter { Object = "events" }));
        Assert.Equal(("store", 1), (entry.Action, entry.RowCount));
    }

    [Fact]
    public async Task Statements_of_a_superuser_without_a_session_are_on_file_for_the_empty_member()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "by hand");
        foreach (
            string sql in new[]
            {
                "insert into callintel_private.teams (org_id, team_id, name) values ($1, gen_random_uuid(), 'a'), "
                    + "($1, gen_random_uuid(), 'b')",
                "update callintel_private.teams set name = name || '!' where org_id = $1",
                "delete from callintel_private.teams where org_id = $1",
            }
        )
            await ExecuteAsync(sql, harness.Org.Id.Value);
        List<AuditEntry> entries = await SearchAsync(harness.Org, new AuditFilter { Object = "teams" });
        Assert.Equal(
            [AuditOperation.Delete, AuditOperation.Update, AuditOperation.Insert],
            entries.Select(e => e.Operation!.Value)
        );
        Assert.All(entries, e => Assert.Equal((default, 2L), (e.Member, e.RowCount)));
    }

    [Fact]
    public async Task Statements_that_change_no_rows_are_not_on_file()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "no rows");
        int before = (await SearchAsync(harness.Org, AuditFilter.All)).Count;
        foreach (
            string sql in new[]
            {
                "insert into callintel_private.teams (org_id, team_id, name) select $1, $1, 'a' where false",
                "update callintel_private.contacts set level = 1 where org_id = $1 and id = $1",
                "delete from callintel_private.contact_numbers where org_id = $1 and contact_id = $1",
            }
        )
            await ExecuteAsync(sql, harness.Org.Id.Value);
        Assert.Equal(before, (await SearchAsync(harness.Org, AuditFilter.All)).Count);
    }

    [Fact]
    public async Task Deleting_an_org_files_the_tables_that_had_rows_and_no_others()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "leaving step by step");
        await using OrgSession owner = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        HashSet<Guid> before = [.. (await SearchAsync(harness.Org, AuditFilter.All)).Select(e => e.Id)];
        await CallAsync("select callintel.begin_org_deletion('leaving step by step')::text");
        // The last steps delete the log itself.
        List<AuditEntry> filed = [];
        for (int step = 0; step < 15; step++)
        {
            await CallAsync("select deleted::text from callintel.delete_org_rows(1000)");
            filed = [.. (await SearchAsync(harness.Org, AuditFilter.All)).Where(e => !before.Contains(e.Id))];
        }
        Assert.All(filed, e => Assert.NotEqual(0, e.RowCount));
        HashSet<string> tables = [.. filed.Select(e => e.Object!)];
        Assert.Superset(new HashSet<string> { "event_contents", "events", "contacts", "org_keys" }, tables);
        Assert.DoesNotContain("holidays", tables);

        async Task CallAsync(string sql) =>
            await owner
                .QueryAsync(sql, row => row.GetString(0), cancellationToken: Cancellation)
                .SingleAsync(Cancellation);
    }

    [Fact]
    public async Task Truncating_any_table_is_on_file_in_every_org()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg first = await database.CreateOrgAsync("first", Cancellation),
            second = await database.CreateOrgAsync("second", Cancellation);
        foreach (string table in new[] { "holidays", "event_parts", "events_default" })
        {
            await using NpgsqlCommand command = database.Admin.CreateCommand($"truncate callintel_private.{table}");
            await command.ExecuteNonQueryAsync(Cancellation);
            foreach (TestOrg org in new[] { first, second })
            {
                await using OrgSession owner = await database.DataSource.OpenSessionAsync(
                    org.As(OrgRole.Owner),
                    Cancellation
                );
                AuditEntry entry = await owner
                    .Audit.SearchAsync(new AuditFilter { Object = table }, Cancellation)
                    .SingleAsync(Cancellation);
                Assert.Equal(AuditOperation.Truncate, entry.Operation);
            }
        }
    }

    [Fact]
    public async Task With_the_mode_keys_the_keys_of_the_first_hundred_rows_are_on_file_without_hashes_of_numbers()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("keys", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Equal(AuditMode.Summary, await session.Audit.GetModeAsync(Cancellation));
        await session.Audit.SetModeAsync(AuditMode.Keys, Cancellation);
        Assert.Equal(AuditMode.Keys, await session.Audit.GetModeAsync(Cancellation));
        await session.Ingestion.IngestAsync(
            new IngestSource("phone", DefaultRegion: "DK"),
            Records(150).ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        AuditEntry contacts = Assert.Single(
            await SearchAsync(org, new AuditFilter { Object = "contacts", Action = "insert" })
        );
        Assert.Equal((150, 100), (contacts.RowCount, contacts.RowKeys.Count));
        string[] indexes = await IndexesAsync(org);
        Assert.Equal(150, indexes.Length);
        AuditEntry numbers = Assert.Single(
            await SearchAsync(org, new AuditFilter { Object = "contact_numbers", Action = "insert" })
        );
        Assert.Equal(100, numbers.RowKeys.Count);
        Assert.Empty(numbers.RowKeys.Intersect(indexes));
    }

    [Fact]
    public async Task Images_contain_envelopes_before_and_after_and_no_hash_of_a_number()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "images");
        await using OrgSession session = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Audit.SetModeAsync(AuditMode.Images, Cancellation);
        await session.Contacts.SetDisplayNameAsync(harness.Contact, "Secret Name", Cancellation);
        await session.Ingestion.IngestAsync(
            new IngestSource("phone", DefaultRegion: "DK"),
            Records(250).ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );

        AuditEntry named = await session
            .Audit.SearchAsync(new AuditFilter { Object = "contact_profiles" }, Cancellation)
            .FirstAsync(Cancellation);
        using JsonDocument images = JsonDocument.Parse(named.Images!);
        string former = Envelope("before"),
            present = Envelope("after");
        Assert.StartsWith("\\xc1", former, StringComparison.Ordinal);
        Assert.StartsWith("\\xc1", present, StringComparison.Ordinal);
        Assert.NotEqual(former, present);

        List<AuditEntry> all = await SearchAsync(harness.Org, AuditFilter.All);
        Assert.Equal(
            [250, 100, 100, 50],
            [
                all.Where(e => e is { Object: "contact_numbers", Images: not null }).Sum(e => e.RowCount),
                .. all.Where(e => e is { Object: "contact_numbers", Images: not null })
                    .Select(e => e.RowCount)
                    .OrderDescending(),
            ]
        );
        string text = string.Concat(all.Select(e => e.Images));
        Assert.DoesNotContain("Secret Name", text, StringComparison.Ordinal);
        foreach (string index in await IndexesAsync(harness.Org))
            Assert.DoesNotContain(index, text, StringComparison.Ordinal);
        Assert.DoesNotContain(all, e => e.Object!.StartsWith("event", StringComparison.Ordinal) && e.Images != null);

        string Envelope(string side) =>
            images.RootElement.GetProperty(side)[0].GetProperty("display_name").GetString()!;
    }

    [Fact]
    public async Task The_mode_of_the_deployment_applies_to_orgs_that_chose_none()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await database.CreateOrgAsync("default mode", Cancellation);
        CallIntelOperations operations = new(database.Admin);
        await operations.SetDefaultAuditModeAsync(AuditMode.Keys, Cancellation);
        await using OrgSession owner = await database.DataSource.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        Assert.Equal(AuditMode.Keys, await owner.Audit.GetModeAsync(Cancellation));
        await owner.Teams.CreateAsync("team", Cancellation);
        AuditEntry filed = await owner
            .Audit.SearchAsync(new AuditFilter { Object = "teams", Action = "insert" }, Cancellation)
            .SingleAsync(Cancellation);
        Assert.Single(filed.RowKeys);
        await owner.Audit.SetModeAsync(AuditMode.Summary, Cancellation);
        Assert.Equal(AuditMode.Summary, await owner.Audit.GetModeAsync(Cancellation));
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            owner.Audit.SetModeAsync((AuditMode)3, Cancellation)
        );
        Assert.Equal(ErrorCodes.InvalidAuditMode, error.Code);
    }

    async Task<List<AuditEntry>> SearchAsync(TestOrg org, AuditFilter filter)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await owner.Audit.SearchAsync(filter, Cancellation).ToListAsync(Cancellation);
    }

    async Task<string[]> IndexesAsync(TestOrg org)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            "select array_agg(number_index::text) from callintel_private.contact_numbers where org_id = $1"
        );
        command.Parameters.AddWithValue(org.Id.Value);
        return (string[])(await command.ExecuteScalarAsync(Cancellation))!;
    }

    async Task ExecuteAsync(string sql, Guid org)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        command.Parameters.AddWithValue(org);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    internal static IEnumerable<EventRecord> Records(int count)
    {
        DateTimeOffset time = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < count; i++)
            yield return new EventRecord
            {
                OccurredAt = time.AddMinutes(-i),
                Channel = EventChannel.Sms,
                Direction = EventDirection.Inbound,
                Outcome = EventOutcome.Completed,
                Party = $"+45202{i:00000}",
                ExternalId = $"r{i}",
            };
    }
}
