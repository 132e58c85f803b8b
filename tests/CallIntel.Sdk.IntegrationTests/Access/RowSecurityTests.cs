using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests that policies still protect rows after a mistaken grant, in a function without an org filter, and against the
/// owner of the tables.
/// </summary>
public sealed partial class RowSecurityTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Tables = """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('callintel', 'callintel_private') and c.relkind in ('r', 'p')
           and c.relname !~ '^staging_[0-7]$' order by 1
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("callintel_owner", "")]
    [InlineData(
        "callintel_member",
        "grant insert on all tables in schema callintel, callintel_private to callintel_member;"
    )]
    [InlineData(
        "callintel_fence",
        "grant insert on all tables in schema callintel, callintel_private to callintel_fence;"
    )]
    [InlineData(
        "callintel_app",
        "grant usage on schema callintel_private to callintel_app; grant insert on all tables in schema "
            + "callintel, callintel_private to callintel_app;"
    )]
    public async Task Policies_restrict_a_role_that_has_insert_privileges(string role, string careless)
    {
        // a partition that is made from now on is as safe as those there are
        await new CallIntelOperations(fixture.Database.Admin).EnsurePartitionsAsync(
            new DateOnly(2026, 7, 1),
            new DateOnly(2026, 7, 1),
            Cancellation
        );
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        IReadOnlyList<string> tables = await ListAsync(connection, Tables);
        Assert.True(tables.Count > 40, $"{tables.Count} tables");
        foreach (string table in tables)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            // the row breaks a constraint of the table, which is looked at after the policies; the owner's own policies
            // ask for a key
            string row = table switch
            {
                "callintel_private.context_key" => "(only_row) values (false)",
                "callintel_private.feed_generations" => "(only_row, generation, identity) values (false, 1, '')",
                "callintel_private.staging_stream" => "(xact) values ('3')", // another transaction's
                _ => "default values",
            };
            await using NpgsqlCommand command = new(
                $"{careless} set local role {role}; insert into {table} {row}",
                connection
            );
            PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
                command.ExecuteNonQueryAsync(Cancellation)
            );
            // without a context its text has no fields, which code of callintel_member never comes to: it reads the
            // sealed context first
            Assert.True(
                refused.SqlState is "CI001"
                    || (role is "callintel_member" && refused.SqlState is PostgresErrorCodes.InvalidTextRepresentation)
                    || (
                        refused.SqlState is PostgresErrorCodes.InsufficientPrivilege
                        && refused.MessageText.Contains("row-level security", StringComparison.Ordinal)
                    ),
                $"{table}: {refused.SqlState} {refused.MessageText}"
            );
        }
    }

    [Fact]
    public async Task Security_definer_code_without_an_org_filter_stays_in_the_verified_org()
    {
        await SampleRows.SeedAsync(fixture.Database, fixture.Own);
        await SampleRows.SeedAsync(fixture.Database, fixture.Foreign);
        await SeedKeysAsync(fixture.Own);
        await SeedKeysAsync(fixture.Foreign);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        // orgs and roles are read before there is a context, privacy rules filtered by the one function that reads them
        string[] floors =
        [
            .. (await AccessMatrix.TablesAsync(fixture.Database, Cancellation))
                .Except([
                    "orgs",
                    "org_roles",
                    "privacy_rules",
                    "privacy_rule_members",
                    "contact_profiles",
                    "invitations",
                ])
                .Select(t => "callintel_private." + t),
            "callintel_private.org_keys",
            "callintel_private.data_keys",
        ];
        foreach (string table in floors)
        {
            string foreign = $"from {table} t where org_id = '{fixture.Foreign.Id}'",
                own = $"from {table} t where org_id = '{fixture.Own.Id}'";
            string row = (await ListAsync(connection, $"select row_to_json(t)::text {foreign} limit 1"))[0]
                .Replace("'", "''", StringComparison.Ordinal);
            Assert.Contains(await AsDefinerAsync(connection, $"select count(*) {foreign}"), (string[])["0", "42501"]);
            Assert.Contains(
                await AsDefinerAsync(connection, $"with x as (delete {foreign} returning 1) select count(*) from x"),
                (string[])["0", "42501"]
            );
            Assert.Contains(
                await AsDefinerAsync(
                    connection,
                    $"""
                    with x as (update {table} set org_id = org_id where org_id = '{fixture.Foreign.Id}' returning 1)
                        select count(*) from x
                    """
                ),
                (string[])["0", "42501"]
            );
            Assert.Equal(
                "42501",
                await AsDefinerAsync(
                    connection,
                    $"insert into {table} select * from json_populate_record(null::{table}, '{row}')"
                )
            );
            // there it appends
            if (
                table
                is not (
                    "callintel_private.access_log"
                    or "callintel_private.audit_log"
                    or "callintel_private.ingest_rejects"
                )
            )
                Assert.NotEqual("0", await AsDefinerAsync(connection, $"select count(*) {own}"));
        }
    }

    [Fact]
    public async Task Writer_functions_without_an_org_filter_stay_in_the_verified_org()
    {
        TestOrg own = await fixture.Database.CreateOrgAsync("own writes", Cancellation),
            foreign = await fixture.Database.CreateOrgAsync("foreign writes", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, own);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        foreach (string table in new[] { "events", "event_contents", "audit_log" })
        {
            string row = (
                await ListAsync(
                    connection,
                    $"""
                    select row_to_json(t)::text from callintel_private.{table} t where org_id = '{foreign.Id}' limit 1
                    """
                )
            )[0].Replace("'", "''", StringComparison.Ordinal);
            string moved = row.Replace($"{foreign.Id}", $"{own.Id}", StringComparison.Ordinal);
            Assert.Equal(
                "42501",
                await AsAsync(
                    "callintel_writer",
                    own.As(OrgRole.Owner),
                    connection,
                    $"""
                    insert into callintel_private.{table} select *
                      from json_populate_record(null::callintel_private.{table}, '{row}')
                    """
                )
            );
            // further than the policies: to the keys, since the own org has such a row
            Assert.Contains(
                await AsAsync(
                    "callintel_writer",
                    own.As(OrgRole.Owner),
                    connection,
                    $"""
                    insert into callintel_private.{table} select *
                      from json_populate_record(null::callintel_private.{table}, '{moved}')
                    """
                ),
                (string[])["", "23503", "23505"]
            );
        }
        await SeedKeysAsync(own);
        await SeedKeysAsync(foreign);
        foreach (string table in new[] { "event_tombstones", "privacy_rules", "data_keys" })
        {
            string Count(TestOrg org) => $"select count(*) from callintel_private.{table} where org_id = '{org.Id}'";
            Assert.Equal(
                (table, "0"),
                (table, await AsAsync("callintel_writer", own.As(OrgRole.Owner), connection, Count(foreign)))
            );
            Assert.NotEqual(
                (table, "0"),
                (table, await AsAsync("callintel_writer", own.As(OrgRole.Owner), connection, Count(own)))
            );
        }
        foreach ((string table, string column) in new[] { ("sync_streams", "watermark"), ("sync_runs", "inserted") })
        {
            string Update(TestOrg org) =>
                $"""
                    with x as (update callintel_private.{table} set {column} = {column} where org_id = '{org.Id}'
                        returning id) select count(*) from x
                    """;
            Assert.Equal("0", await AsAsync("callintel_writer", own.As(OrgRole.Owner), connection, Update(foreign)));
            Assert.NotEqual("0", await AsAsync("callintel_writer", own.As(OrgRole.Owner), connection, Update(own)));
            Assert.Equal(
                "42501",
                await AsAsync(
                    "callintel_writer",
                    own.As(OrgRole.Owner),
                    connection,
                    $"update callintel_private.{table} set org_id = '{foreign.Id}'"
                )
            );
        }
    }

    [Theory]
    [InlineData("privacy_rules")]
    [InlineData("privacy_rule_members")]
    public async Task Security_definer_code_reads_rules_of_every_org_but_writes_only_in_the_verified_org(string table)
    {
        TestOrg foreign = await fixture.Database.CreateOrgAsync("foreign rules", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, foreign);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        string theirs = $"callintel_private.{table} where org_id = '{foreign.Id}'";
        string row = (
            await ListAsync(
                connection,
                $"""
                select row_to_json(t)::text from {theirs.Replace(" where", " t where", StringComparison.Ordinal)}
                 limit 1
                """
            )
        )[0];
        Assert.NotEqual("0", await AsDefinerAsync(connection, $"select count(*) from {theirs}"));
        Assert.Equal(
            "0",
            await AsDefinerAsync(connection, $"with x as (delete from {theirs} returning 1) select count(*) from x")
        );
        Assert.Equal(
            table == "privacy_rules" ? "0" : "42501",
            await AsDefinerAsync(
                connection,
                $"""
                with x as (update callintel_private.{table} set contact_id = contact_id where org_id = '{foreign.Id}'
                    returning 1) select count(*) from x
                """
            )
        );
        Assert.Equal(
            "42501",
            await AsDefinerAsync(
                connection,
                $"""
                insert into callintel_private.{table} select *
                  from json_populate_record(null::callintel_private.{table}, '{row}')
                """
            )
        );
    }

    async Task SeedKeysAsync(TestOrg org)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"""
            insert into callintel_private.org_keys (org_id, kind, version, root_key_id, wrapped)
            values ('{org.Id}', 1, 1, 'test', '\x00');
            insert into callintel_private.data_keys (org_id, key_id, purpose, subject_id, epoch, wrapped)
            values ('{org.Id}', sha256('{org.Id}'), 'person', '{org.Id}', 1, decode(repeat('00', 61), 'hex'));
            """
        );
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <returns>What the statement returns, or the SQLSTATE that refuses it. Nothing of it stays.</returns>
    Task<string> AsDefinerAsync(NpgsqlConnection connection, string sql) =>
        AsAsync("callintel_definer", fixture.Own.As(OrgRole.Owner), connection, sql);

    async Task<string> AsAsync(string role, OrgIdentity who, NpgsqlConnection connection, string sql)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (
            NpgsqlBatch context = new(connection)
            {
                BatchCommands =
                {
                    fixture.Database.DataSource.Database.BeginCommand(who),
                    new($"set local role {role}"),
                },
            }
        )
            await context.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand command = new(sql, connection);
        try
        {
            return $"{await command.ExecuteScalarAsync(Cancellation)}";
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<string> values = [];
        while (await reader.ReadAsync(Cancellation))
            values.Add(reader.GetString(0));
        return values;
    }
}
