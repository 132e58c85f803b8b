using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.IntegrationTests.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Organization;

public sealed class OrgDeletionTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_a_deleted_org_is_left_but_its_row_in_the_ledger()
    {
        TestOrg org = await SeededAsync("leaving");
        TestOrg neighbor = await SeededAsync("staying");
        Dictionary<string, long> before = await RowsAsync(org);
        // A new table with rows of orgs has to be filled here, so that the test covers it.
        Assert.Equal(
            ["callintel_private.misplaced_events"],
            before.Where(t => t.Value == 0).Select(t => t.Key).Order()
        );
        Dictionary<string, long> neighbors = await RowsAsync(neighbor);

        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        long deleted = await owner.Organization.DeleteOrgAsync("leaving", cancellationToken: Cancellation);

        Assert.InRange(deleted, before.Values.Sum() - 20, long.MaxValue);
        Assert.Equal(
            new KeyValuePair<string, long>("callintel_private.org_deletions", 1),
            Assert.Single(await RowsAsync(org), t => t.Value > 0)
        );
        Assert.Equal(neighbors, await RowsAsync(neighbor));
        Assert.True(
            await ScalarAsync<bool>(
                fixture.Database,
                """
                select completed_at >= requested_at and requested_by = $2 and rows_deleted = $3
                  from callintel_private.org_deletions where org_id = $1
                """,
                org.Id.Value,
                org.Members[OrgRole.Owner].Value,
                deleted
            )
        );
        await RefusedAsync(ErrorCodes.NotAMember, () => owner.Contacts.FindByNumberAsync("+4520000001"));
        await RefusedAsync(ErrorCodes.NotAMember, () =>
            owner.Organization.DeleteOrgAsync("leaving", cancellationToken: Cancellation)
        );
        await using OrgSession other = await neighbor.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Equal(11, await other.Events.ReadAsync(EventFilter.All, Cancellation).CountAsync(Cancellation));
    }

    [Fact]
    public async Task Only_an_owner_who_names_the_org_can_delete_it()
    {
        TestOrg org = await SeededAsync("kept");
        Dictionary<string, long> before = await RowsAsync(org);
        foreach (
            OrgRole role in new[] { OrgRole.Viewer, OrgRole.Member, OrgRole.Analyst, OrgRole.Admin, OrgRole.Ingester }
        )
        {
            await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, () =>
                session.Organization.DeleteOrgAsync("kept", cancellationToken: Cancellation)
            );
        }
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        foreach (string wrong in new[] { "", "Kept", "staying", fixture.Own.Id.ToString() })
            await RefusedAsync(ErrorCodes.OrgNotConfirmed, () =>
                owner.Organization.DeleteOrgAsync(wrong, cancellationToken: Cancellation)
            );
        await using (
            SessionTransaction unconfirmed = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(OrgRole.Owner)
            )
        )
            await Assert.ThrowsAsync<PostgresException>(() =>
                unconfirmed.RunAsync("select callintel.delete_org_rows(10)")
            );
        Assert.Equal(before, await RowsAsync(org));
    }

    [Fact]
    public async Task An_interrupted_deletion_leaves_nothing_readable_and_continues()
    {
        TestOrg org = await SeededAsync("interrupted");
        using CancellationTokenSource kill = new();
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                owner.Organization.DeleteOrgAsync(org.Id.ToString(), new Stop(kill), kill.Token)
            );
        Dictionary<string, long> between = await RowsAsync(org);
        Assert.Equal(1, between["callintel_private.orgs"]);
        Assert.Equal(1, between["callintel_private.org_roles"]);
        Assert.True(between["callintel_private.contacts"] > 0);
        Assert.Equal(
            0L,
            await ScalarAsync<long>(
                fixture.Database,
                "select count(*) from callintel_private.org_keys where org_id = $1 and wrapped is not null",
                org.Id.Value
            )
        );
        await RefusedAsync(ErrorCodes.NotAMember, () => IngestAsync(org, OrgRole.Admin));

        // another process continues
        await using OrgSession again = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await again.Organization.DeleteOrgAsync("interrupted", cancellationToken: Cancellation);
        Assert.Equal(
            ["callintel_private.org_deletions"],
            (await RowsAsync(org)).Where(t => t.Value > 0).Select(t => t.Key)
        );
    }

    [Fact]
    public async Task An_export_contains_what_the_owner_can_read()
    {
        (TestOrg org, ContactId[] contacts) = await PrivacyHarness.OrgAsync(fixture.Database, "exported", 3);
        await PrivacyRules.SetAsync(org, contacts[2], 3, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Contacts.MergeAsync(contacts[1], contacts[0], Cancellation);
        await owner.Lines.AddAsync("+4532000001", label: "Desk", cancellationToken: Cancellation);
        await owner.Teams.CreateAsync("Support", Cancellation);
        await owner.Members.SetDisplayNameAsync(org.Members[OrgRole.Owner], "Olivia", Cancellation);
        await owner.Ingestion.IngestAsync(
            new IngestSource("broken"),
            GeneratedRecords.Async([EventRecord.Unreadable(RejectReason.Malformed, "as delivered")]),
            cancellationToken: Cancellation
        );

        await RefusedAsync(ErrorCodes.ReadPurposeNeeded, () => ExportAsync(owner));
        await using OrgSession purposeful = await fixture.Database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
        (OrgExportReport report, string events, JsonElement[] records) = await ExportAsync(purposeful);
        Assert.Equal((9, records.Length), (report.Events, report.Records));
        Assert.Equal(9, events.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        JsonElement[] people = Of("contact");
        Assert.Equal(
            new HashSet<string?> { PrivacyHarness.NumberOf(0), PrivacyHarness.NumberOf(1), PrivacyHarness.NumberOf(2) },
            people.SelectMany(p => p.GetProperty("numbers").EnumerateArray()).Select(n => n.GetString()).ToHashSet()
        );
        Assert.Equal(
            contacts[0].Value,
            Assert.Single(people, p => p.TryGetProperty("merged_into", out _)).GetProperty("merged_into").GetGuid()
        );
        Assert.Equal("exported", Assert.Single(Of("org")).GetProperty("name").GetString());
        Assert.Equal("Desk", Assert.Single(Of("line")).GetProperty("label").GetString());
        Assert.Equal("Support", Assert.Single(Of("team")).GetProperty("name").GetString());
        Assert.Contains(Of("member"), m => m.GetProperty("name").GetString() == "Olivia");
        Assert.Equal(2, Of("source").Length);
        Assert.Equal("as delivered", Assert.Single(Of("reject")).GetProperty("raw").GetString());

        Assert.Equal(3, people.Length);

        JsonElement[] Of(string type) => [.. records.Where(r => r.GetProperty("type").GetString() == type)];
    }

    static async Task<(OrgExportReport Report, string Events, JsonElement[] Records)> ExportAsync(OrgSession session)
    {
        using MemoryStream events = new();
        using MemoryStream records = new();
        OrgExportReport report = await OrgExporter.WriteAsync(session, events, records, Cancellation);
        return (
            report,
            Encoding.UTF8.GetString(events.ToArray()),
            [
                .. Encoding
                    .UTF8.GetString(records.ToArray())
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement),
            ]
        );
    }

    /// <summary>An org with rows in every table, some of them stored by the SDK.</summary>
    async Task<TestOrg> SeededAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await IngestAsync(org, OrgRole.Admin);
        await using NpgsqlCommand state = fixture.Database.Admin.CreateCommand(
            $"""
            insert into callintel_private.rollup_states (org_id, day_zone) values ('{org.Id}', 'UTC');
            with conversation as (
                insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch)
                values ('{org.Id}', sha256('{org.Id}'), 'conversation', gen_random_uuid(), 1)
                returning key_id
            )
            insert into callintel_private.conversation_keys (
                org_id, key_id, party_id, party_key_id, is_author, wrapped)
            select k.org_id, c.key_id, k.subject_id, k.key_id, false, k.wrapped
              from conversation c, callintel_private.data_keys k
             where k.org_id = '{org.Id}' and k.wrapped is not null limit 1;
            """
        );
        await state.ExecuteNonQueryAsync(Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Members.InviteAsync(OrgRole.Viewer, TimeSpan.FromDays(1), Cancellation);
        return org;
    }

    static async Task IngestAsync(TestOrg org, OrgRole role)
    {
        await using OrgSession session = await org.OpenSessionAsync(role, Cancellation);
        await session.Ingestion.IngestAsync(
            new IngestSource("leaving"),
            GeneratedRecords.Async(GeneratedRecords.Take(5)),
            cancellationToken: Cancellation
        );
    }

    /// <returns>The number of rows of the org in every table of the catalog that has a column org_id.</returns>
    async Task<Dictionary<string, long>> RowsAsync(TestOrg org)
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        List<string> tables = [];
        await using (
            NpgsqlCommand list = new(
                """
                select c.oid::regclass::text from pg_class c
                  join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
                 where c.relkind in ('r', 'p', 'm') and not c.relispartition
                   and c.relnamespace::regnamespace::text ~ '^callintel'
                 order by 1
                """,
                connection
            )
        )
        await using (NpgsqlDataReader reader = await list.ExecuteReaderAsync(Cancellation))
            while (await reader.ReadAsync(Cancellation))
                tables.Add(reader.GetString(0));
        Dictionary<string, long> rows = [];
        foreach (string table in tables)
        {
            await using NpgsqlCommand count = new($"select count(*) from {table} where org_id = $1", connection);
            count.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
            rows[table] = (long)(await count.ExecuteScalarAsync(Cancellation))!;
        }
        return rows;
    }

    /// <summary>Cancels after the first step.</summary>
    sealed class Stop(CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value) => source.Cancel();
    }
}
