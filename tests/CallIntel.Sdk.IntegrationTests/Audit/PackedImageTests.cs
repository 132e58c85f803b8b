using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>Tests the images of statements that changed more than 100 rows, which are packed.</summary>
public sealed class PackedImageTests(ServerFixture server)
{
    // text, number_index and row_hash stay out of images
    const string Table = """
        create table callintel_private.image_probes (
            org_id uuid not null, id uuid not null, small smallint, medium integer, large bigint, flag boolean,
            day date, at timestamptz, body callintel.envelope, "Quoted ""name" integer, note text, number_index bytea,
            row_hash bigint, primary key (org_id, id));
        alter table callintel_private.image_probes owner to callintel_owner;
        set role callintel_owner;
        select callintel_private.attach_audit_triggers('callintel_private.image_probes');
        reset role
        """;

    const string Rows = """
        insert into callintel_private.image_probes
        select $1, gen_random_uuid(), (array[1, -1, 32767, -32768, null])[1 + n % 5],
               (array[0, -1, 2147483647, -2147483648, null])[1 + n % 5],
               (array[7, -7, 9223372036854775807, -9223372036854775808, null])[1 + n % 5],
               (array[true, false, null])[1 + n % 3],
               (array['2026-11-30', '1969-12-31', 'infinity', '-infinity', null])[1 + n % 5]::date,
               (array['2026-11-30 03:04:05.678901Z', '1969-12-31 23:59:59.999999Z', 'infinity', '-infinity', null])
                   [1 + n % 5]::timestamptz,
               case when n % 4 > 0 then ('\xc10100' || repeat(lpad(to_hex(n), 4, '0'), 50 + n))::bytea end,
               n, 'Ada', '\xdeadbeef', n
          from generate_series(1, 250) n
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_of_many_rows_are_the_rows_before_and_after_in_the_form_of_images_of_few()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await CreateAsync(database);
        await ExecuteAsync(database, Rows, org.Id.Value);
        List<string> inserted = await ListAsync(database);
        Assert.Equal(inserted, await ImagesAsync(org, "insert", "after", "before"));

        await ExecuteAsync(
            database,
            "update callintel_private.image_probes set medium = 4, body = null where org_id = $1",
            org.Id.Value
        );
        List<string> updated = await ListAsync(database);
        Assert.Equal(inserted, await ImagesAsync(org, "update", "before"));
        Assert.Equal(updated, await ImagesAsync(org, "update", "after"));
        Assert.NotEqual(inserted, updated);

        await ExecuteAsync(database, "delete from callintel_private.image_probes where org_id = $1", org.Id.Value);
        Assert.Equal(updated, await ImagesAsync(org, "delete", "before", "after"));
    }

    [Fact]
    public async Task The_same_row_has_the_same_image_before_and_after_in_one_entry()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await CreateAsync(database);
        await ExecuteAsync(database, Rows, org.Id.Value);
        await ExecuteAsync(
            database,
            "update callintel_private.image_probes set flag = not flag where org_id = $1",
            org.Id.Value
        );
        List<AuditEntry> entries = await SearchAsync(org, "update");
        Assert.Equal([100L, 100L, 50L], entries.Select(e => e.RowCount).OrderDescending());
        foreach (AuditEntry entry in entries)
        {
            using JsonDocument images = JsonDocument.Parse(entry.Images!);
            string[] Ids(string side) =>
                [
                    .. images
                        .RootElement.GetProperty(side)
                        .EnumerateArray()
                        .Select(r => r.GetProperty("id").GetString()!),
                ];
            Assert.Equal(Ids("before"), Ids("after"));
            Assert.Equal(entry.RowCount, Ids("after").Length);
        }
    }

    [Fact]
    public async Task Texts_hashes_and_digests_are_not_stored_in_packed_images()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg org = await CreateAsync(database);
        await ExecuteAsync(database, Rows, org.Id.Value);
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            """
            select bool_or(strpos(encode(a.images_after, 'hex'), 'deadbeef') > 0
                           or strpos(encode(a.images_after, 'escape'), 'Ada') > 0)::text
                   || ' ' || string_agg(distinct array_to_string(a.image_columns, ' '), ';')
              from callintel_private.audit_log a where a.object = 'image_probes'
            """
        );
        Assert.Equal(
            "false org_id id small medium large flag day at body Quoted \"name",
            await command.ExecuteScalarAsync(Cancellation)
        );
    }

    [Theory]
    [InlineData("images_after = set_byte(images_after, 40, (get_byte(images_after, 40) + 1) % 256)")]
    [InlineData("images_after = null")]
    [InlineData("images_before = images_after")]
    [InlineData("image_columns[2] = 'identity'")]
    [InlineData("image_columns = null, images_after = null, images = '{}'")]
    public async Task A_changed_image_of_many_rows_is_found(string change)
    {
        await using SealHarness harness = await SealHarness.CreateAsync(server.Template);
        await PrepareAsync(harness.Database);
        await ExecuteAsync(harness.Database, Rows, harness.Org.Id.Value);
        await harness.SealAsync();
        Assert.Equal([], (await harness.VerifyAsync()).Findings);
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.True((await admin.Audit.VerifyAsync(harness.Keys, harness.Sink, Cancellation)).IsIntact);

        Guid victim = (await SearchAsync(harness.Org, "insert"))[1].Id;
        await harness.ExecuteAsync($"update callintel_private.audit_log set {change} where id = '{victim}'");
        foreach (
            AuditVerification found in new[]
            {
                await harness.VerifyAsync(),
                await admin.Audit.VerifyAsync(harness.Keys, harness.Sink, Cancellation),
            }
        )
            Assert.Equal(
                (AuditFindingKind.Edited, victim),
                Assert.Single(found.Findings) is var finding ? (finding.Kind, finding.EntryId!.Value) : default
            );
    }

    static async Task<TestOrg> CreateAsync(TestDatabase database)
    {
        TestOrg org = await database.CreateOrgAsync("images", Cancellation);
        await PrepareAsync(database);
        return org;
    }

    static async Task PrepareAsync(TestDatabase database)
    {
        await ExecuteAsync(database, Table);
        await new CallIntelOperations(database.Admin).SetDefaultAuditModeAsync(AuditMode.Images, Cancellation);
    }

    /// <summary>The rows of the table as JSON, ordered by id.</summary>
    static async Task<List<string>> ListAsync(TestDatabase database)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            """
            select (to_jsonb(p) - array['note', 'number_index', 'row_hash'])::text
              from callintel_private.image_probes p order by p.id
            """
        );
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<string> rows = [];
        while (await reader.ReadAsync(Cancellation))
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>The images of one side of all entries of an action, ordered by id.</summary>
    static async Task<List<string>> ImagesAsync(TestOrg org, string action, string side, string? absent = null)
    {
        List<(string Id, string Row)> rows = [];
        foreach (AuditEntry entry in await SearchAsync(org, action))
        {
            using JsonDocument images = JsonDocument.Parse(entry.Images!);
            Assert.False(absent is not null && images.RootElement.TryGetProperty(absent, out _));
            foreach (JsonElement row in images.RootElement.GetProperty(side).EnumerateArray())
                rows.Add((row.GetProperty("id").GetString()!, row.GetRawText()));
        }
        return [.. rows.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Row)];
    }

    static async Task<List<AuditEntry>> SearchAsync(TestOrg org, string action)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await owner
            .Audit.SearchAsync(new AuditFilter { Object = "image_probes", Action = action }, Cancellation)
            .ToListAsync(Cancellation);
    }

    static async Task ExecuteAsync(TestDatabase database, string sql, params object[] values)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
