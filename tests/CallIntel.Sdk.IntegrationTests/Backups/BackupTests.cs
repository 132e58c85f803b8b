using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Doctor;
using CallIntel.Sdk.IntegrationTests.Supabase;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Backups;

/// <summary>
/// Backups as <c>callintel_backup</c>, and restoring them without a superuser by the SQL of docs/guides/operations.md.
/// </summary>
public sealed class BackupTests(ManagedServerFixture fixture) : IClassFixture<ManagedServerFixture>
{
    const string Live = ManagedServerFixture.Live;

    /// <summary>
    /// Rows of every table that holds rows itself: of each partition, not of what is made of partitions.
    /// </summary>
    const string Rows = """
        select c.oid::regclass || ' ' || (xpath('/row/n/text()',
               query_to_xml(format('select count(*) as n from only %s', c.oid::regclass), false, true, '')))[1]
          from pg_catalog.pg_class c
         where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace) and c.relkind = 'r'
         order by c.oid::regclass::text collate "C"
        """;

    /// <summary>
    /// Owners, privileges, policies and settings, which make the difference between rows and protected rows.
    /// </summary>
    const string Protection = """
        select x.line from (
            select 'schema ' || n.nspname || ' ' || n.nspowner::regrole || ' ' || a.grantee::regrole || ' '
                   || a.privilege_type as line
              from pg_catalog.pg_namespace n, aclexplode(n.nspacl) a where n.nspname ~ '^callintel'
            union all
            select 'relation ' || c.oid::regclass || ' ' || c.relowner::regrole || ' ' || c.relrowsecurity
                   || c.relforcerowsecurity
                   || ' ' || coalesce(array_to_string(c.reloptions, ','), '') || ' '
                       || coalesce(a.grantee::regrole || ' ' || a.privilege_type, '')
              from pg_catalog.pg_class c left join lateral aclexplode(c.relacl) a on true
             where c.relnamespace::regnamespace::text ~ '^callintel' and c.relkind in ('r', 'p', 'v', 'S')
            union all
            select 'column ' || t.attrelid::regclass || '.' || t.attname || ' ' || coalesce(t.attstattarget, -1) || ' '
                   || coalesce(t.attacl::text, '')
              from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid
             where c.relnamespace::regnamespace::text ~ '^callintel' and c.relkind in ('r', 'p') and t.attnum > 0
               and not t.attisdropped
            union all
            select 'function ' || f.oid::regprocedure || ' ' || f.proowner::regrole || ' ' || f.prosecdef || ' '
                   || coalesce(f.proconfig::text, '') || ' ' || md5(f.prosrc)
                   || ' ' || coalesce(a.grantee::regrole || '', '')
              from pg_catalog.pg_proc f left join lateral aclexplode(f.proacl) a on true
             where f.pronamespace::regnamespace::text ~ '^callintel'
            union all
            select 'policy ' || p.polname || ' ' || p.polrelid::regclass || ' ' || p.polcmd::text || p.polpermissive
                   || ' ' || p.polroles::regrole[]::text
                   || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || ' '
                       || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
              from pg_catalog.pg_policy p
            union all
            select 'default ' || d.defaclrole::regrole || ' ' || d.defaclobjtype::text || ' ' || d.defaclacl::text
              from pg_catalog.pg_default_acl d
            union all
            select 'index ' || i.indexrelid::regclass || ' ' || i.indisvalid from pg_catalog.pg_index i
             where i.indrelid::regclass::text ~ '^callintel'
            union all
            select 'constraint ' || k.conrelid::regclass || ' ' || k.conname || ' ' || k.convalidated
              from pg_catalog.pg_constraint k
             where k.conrelid::regclass::text ~ '^callintel'
            union all
            select 'trigger ' || g.tgrelid::regclass || ' ' || g.tgname || ' ' || g.tgenabled::text
              from pg_catalog.pg_trigger g
             where g.tgrelid::regclass::text ~ '^callintel' and not g.tgisinternal
            union all
            select 'database ' || a.grantee || ' ' || a.privilege_type
              from pg_catalog.pg_database d, aclexplode(d.datacl) a
             where d.datname = current_database() and a.grantee = 0) x
         order by x.line collate "C"
        """;

    public static TheoryData<int> Majors => ManagedServerFixture.Majors;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Majors))]
    public async Task A_dump_by_the_backup_role_restores_all_rows_and_protections_without_a_superuser(int major)
    {
        (ManagedServer source, ManagedServer target) = await fixture.ServersAsync(major);
        string dump = await source.DumpAsync(Live, ManagedServer.Backup);
        await RestoreAsync(target, "restored", dump);

        await using NpgsqlDataSource before = source.OpenAsSuperuser(Live),
            after = target.OpenAsSuperuser("restored");
        IReadOnlyList<string> rows = await before.ListAsync(Rows);
        string[] mayBeEmpty =
        [
            .. rows.Where(r => r.EndsWith(" 0", StringComparison.Ordinal)).Select(r => r.Split(' ')[0]),
        ];
        Assert.Equal(rows, await after.ListAsync(Rows));
        // a table without a row would show nothing
        foreach (
            string table in new[]
            {
                "signing_keys",
                "context_key",
                "schema_journal",
                "orgs",
                "org_keys",
                "data_keys",
                "events_2026_01",
                "events_default",
                "event_contents_2026_01",
                "event_details_2026_01",
                "event_parts_2026_01",
                "event_participants_2026_01",
                "misplaced_events",
                "event_embeddings",
                "contacts",
                "contact_numbers",
                "privacy_rules",
            }
        )
        {
            Assert.Contains(rows, r => r.StartsWith($"callintel_private.{table} ", StringComparison.Ordinal));
            Assert.DoesNotContain($"callintel_private.{table}", mayBeEmpty);
        }
        Assert.Equal(await before.ListAsync(Protection), await after.ListAsync(Protection));

        await using NpgsqlDataSource administrator = target.Open(ManagedServer.Administrator, "restored");
        await new CallIntelOperations(administrator).SetAppPasswordAsync(ManagedServer.Application, Cancellation);
        await using CallIntelDataSource application = target.CreateDataSource(
            "restored",
            fixture.Keys,
            fixture.RootKeys
        );
        foreach (TestOrg org in fixture.Orgs[major])
            Assert.Equal(9L, await CountEventsAsync(application, org, OrgRole.Owner, AccessPurpose.Support));
        Assert.Empty(await FindingsAsync(administrator, "Backups"));
        await target.MigrateAsync("restored");
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Installing_signing_keys_repairs_a_database_that_was_restored_without_its_keys(int major)
    {
        (ManagedServer source, ManagedServer target) = await fixture.ServersAsync(major);
        string dump = await source.DumpAsync(
            Live,
            ManagedServer.Backup,
            "--exclude-table-data=callintel_private.signing_keys",
            "--exclude-table-data=callintel_private.context_key"
        );
        await RestoreAsync(target, "keyless", dump);
        await using NpgsqlDataSource administrator = target.Open(ManagedServer.Administrator, "keyless"),
            superuser = target.OpenAsSuperuser("keyless");
        Assert.Equal(
            0L,
            await superuser.ScalarAsync(
                """
                select (select count(*) from callintel_private.context_key) 
                       + (select count(*) from callintel_private.signing_keys)
                """
            )
        );
        CallIntelOperations operations = new(administrator);
        await operations.SetAppPasswordAsync(ManagedServer.Application, Cancellation);
        await using CallIntelDataSource application = target.CreateDataSource(
            "keyless",
            fixture.Keys,
            fixture.RootKeys
        );
        TestOrg org = fixture.Orgs[major][0];
        Assert.Equal(
            ErrorCodes.TokenRefused,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    CountEventsAsync(application, org, OrgRole.Analyst, AccessPurpose.None)
                )
            ).Code
        );

        await operations.InstallSigningKeysAsync(fixture.Keys, Cancellation);
        Assert.Equal(5L, await CountEventsAsync(application, org, OrgRole.Analyst, AccessPurpose.None));
        const string Keys = """
            select md5(string_agg(x::text, '' order by x::text))
              from (select k::text as x from callintel_private.context_key k
                    union all select s::text from callintel_private.signing_keys s) k
            """;
        string installed = $"{await superuser.ScalarAsync(Keys)}";
        await operations.InstallSigningKeysAsync(fixture.Keys, Cancellation);
        Assert.Equal(installed, await superuser.ScalarAsync(Keys));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task The_doctor_reports_a_partition_that_a_dump_omits_for_lack_of_a_backup_policy(int major)
    {
        const string Policy = "\"Backups read every row\"",
            Leaf = "callintel_private.events_2026_01";
        (ManagedServer source, _) = await fixture.ServersAsync(major);
        await source.CreateDatabaseAsync("damaged");
        await source.MigrateAsync("damaged");
        await using NpgsqlDataSource administrator = source.Open(ManagedServer.Administrator, "damaged"),
            superuser = source.OpenAsSuperuser("damaged");
        // made after the policies of all tables
        await new CallIntelOperations(administrator).EnsurePartitionsAsync(
            new DateOnly(2026, 1, 1),
            new DateOnly(2026, 1, 1),
            Cancellation
        );
        Guid id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await superuser.RunAsync(
            $"""
            insert into callintel_private.events (org_id, id, occurred_at, source_id, member_id, channel, direction,
                outcome)
            select '{id}', callintel.first_id(t), t, gen_random_uuid(), gen_random_uuid(), 2, 1, 1
              from (select timestamptz '2026-01-05 05:05:05Z' as t) x
            """
        );
        Assert.Contains($"{id}", await source.DumpAsync("damaged", ManagedServer.Backup), StringComparison.Ordinal);
        Assert.Empty(await FindingsAsync(administrator, "Backups"));

        await superuser.RunAsync($"drop policy {Policy} on {Leaf}");
        Assert.DoesNotContain(
            $"{id}",
            await source.DumpAsync("damaged", ManagedServer.Backup),
            StringComparison.Ordinal
        );
        Assert.Equal([(ErrorCodes.BackupIncomplete, true)], await FoundAsync(Leaf));
        await superuser.RunAsync(
            $"create policy {Policy} on {Leaf} for select to callintel_backup using (duration_s > 5)"
        );
        Assert.Equal([(ErrorCodes.BackupIncomplete, true)], await FoundAsync(Leaf));
        await superuser.RunAsync($"revoke select on {Leaf} from callintel_backup");
        Assert.Equal(
            [(ErrorCodes.BackupIncomplete, true), (ErrorCodes.BackupIncomplete, true)],
            await FoundAsync(Leaf)
        );

        // the remedy that the finding names
        await using (
            NpgsqlCommand remedy = administrator.CreateCommand(
                await File.ReadAllTextAsync(Path.Combine(Repository.Root, "sql/rls/R__backup.sql"), Cancellation)
            )
        )
            await remedy.ExecuteNonQueryAsync(Cancellation);
        Assert.Empty(await FindingsAsync(administrator, "Backups"));
        await superuser.RunAsync("grant callintel_backup to callintel_app");
        Assert.Equal([(ErrorCodes.RolesChanged, true)], await FoundAsync("callintel_app"));
        await superuser.RunAsync(
            "revoke callintel_backup from callintel_app; grant delete on callintel_private.orgs to callintel_backup"
        );
        Assert.Equal([(ErrorCodes.RolesChanged, true)], await FoundAsync("callintel_private.orgs"));
        await superuser.RunAsync("revoke delete on callintel_private.orgs from callintel_backup");

        async Task<List<(string, bool)>> FoundAsync(string word) =>
            [
                .. (await FindingsAsync(administrator, "Backups")).Select(f =>
                    (f.Code, f.Problem.Contains(word, StringComparison.Ordinal))
                ),
            ];
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task The_backup_role_only_reads_and_no_other_role_can_become_it(int major)
    {
        (ManagedServer source, _) = await fixture.ServersAsync(major);
        await using NpgsqlDataSource superuser = source.OpenAsSuperuser(Live),
            backup = source.Open(ManagedServer.Backup, Live),
            application = source.Open(ManagedServer.Application, Live);
        Assert.Equal(
            "false false false false false",
            await superuser.ScalarAsync(
                """
                select concat_ws(' ', rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication)
                  from (select rolsuper::text, rolbypassrls::text, rolcreaterole::text, rolcreatedb::text,
                       rolreplication::text from pg_roles where rolname = 'callintel_backup') r
                """
            )
        );
        Assert.Empty(
            await superuser.ListAsync(
                """
                select r.rolname::text from pg_catalog.pg_roles r
                 where not r.rolsuper and r.rolname <> 'callintel_backup'
                   and pg_has_role(r.oid, 'callintel_backup', 'usage')
                union all
                select m.roleid::regrole::text from pg_catalog.pg_auth_members m
                 where m.member = 'callintel_backup'::regrole
                union all
                select f.oid::regprocedure::text from pg_catalog.pg_proc f
                 where f.pronamespace::regnamespace::text ~ '^callintel' and f.prosecdef
                   and has_function_privilege('callintel_backup', f.oid, 'execute')
                """
            )
        );
        Assert.Equal(
            "42501",
            (
                await Assert.ThrowsAsync<PostgresException>(() => application.RunAsync("set role callintel_backup"))
            ).SqlState
        );
        Assert.Equal(2L, await backup.ScalarAsync("select count(*) from callintel_private.orgs"));
        foreach (
            string statement in new[]
            {
                "delete from callintel_private.orgs",
                "update callintel_private.orgs set name = ''",
                "truncate callintel_private.events_2026_01",
                "insert into callintel_private.orgs default values",
                "select callintel.begin_session('')",
                "create table callintel.x ()",
                "create temporary table x ()",
                "select * from callintel.events",
            }
        )
            Assert.Equal(
                "42501",
                (await Assert.ThrowsAsync<PostgresException>(() => backup.RunAsync(statement))).SqlState
            );
    }

    /// <summary>The steps of the guide, with its own statements.</summary>
    static async Task RestoreAsync(ManagedServer target, string database, string dump)
    {
        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/guides/operations.md"),
            Cancellation
        );
        await target.CreateDatabaseAsync("scratch");
        await target.MigrateAsync("scratch");
        await target.DropDatabaseAsync("scratch");
        await target.CreateDatabaseAsync(database);
        await using NpgsqlDataSource administrator = target.Open(ManagedServer.Administrator, database);
        await administrator.RunAsync(StatementsOf(guide, "-- before the restore"));
        // here the provider owns the extension
        await target.RestoreAsync(
            database,
            string.Join(
                '\n',
                dump.Split('\n').Where(line => !line.StartsWith("COMMENT ON EXTENSION", StringComparison.Ordinal))
            )
        );
        await administrator.RunAsync(StatementsOf(guide, "-- after the restore"));
    }

    static string StatementsOf(string guide, string firstLine)
    {
        int start = guide.IndexOf(firstLine, StringComparison.Ordinal);
        Assert.True(start > 0, $"The guide has no statements that begin with \"{firstLine}\".");
        return guide[start..guide.IndexOf("```", start, StringComparison.Ordinal)];
    }

    static async Task<long> CountEventsAsync(
        CallIntelDataSource source,
        TestOrg org,
        OrgRole role,
        AccessPurpose purpose
    )
    {
        await using OrgSession session = await source.OpenSessionAsync(
            new OrgIdentity(org.Id, org.Members[role], purpose),
            Cancellation
        );
        return await session
            .QueryAsync("select count(*) from callintel.events", r => r.GetInt64(0), cancellationToken: Cancellation)
            .SingleAsync(Cancellation);
    }

    static async Task<IReadOnlyList<DoctorFinding>> FindingsAsync(NpgsqlDataSource source, string check) =>
        [
            .. (await new DatabaseDoctor(source).ExamineAsync(Cancellation))
                .Checks.Where(c => c.Name == check)
                .SelectMany(c => c.Findings),
        ];
}
