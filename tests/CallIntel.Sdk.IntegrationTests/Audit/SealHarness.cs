using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Audit;

/// <summary>
/// An org with sealed entries of three months in a database of its own, which a superuser can tamper with and put back.
/// </summary>
sealed class SealHarness : IAsyncDisposable
{
    static readonly string[] Tables =
    [
        "audit_log",
        "access_log",
        "audit_seals",
        "audit_trees",
        "audit_leaves",
        "audit_checkpoints",
    ];

    SealHarness(TestDatabase database, TestOrg org)
    {
        (Database, Org) = (database, org);
        NpgsqlDataSourceBuilder builder = new(database.AdminConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using NpgsqlCommand role = new("set role callintel_ops", connection);
                role.ExecuteNonQuery();
            },
            async connection =>
            {
                await using NpgsqlCommand role = new("set role callintel_ops", connection);
                await role.ExecuteNonQueryAsync();
            }
        );
        builder.ConnectionStringBuilder.NoResetOnClose = true;
        AsOperations = builder.Build();
        Operations = new CallIntelOperations(AsOperations);
    }

    internal TestDatabase Database { get; }

    internal TestOrg Org { get; }

    /// <summary>Connects as <c>callintel_ops</c>, which is no superuser.</summary>
    internal NpgsqlDataSource AsOperations { get; }

    internal CallIntelOperations Operations { get; }

    internal SealKeyRing Keys { get; } = new(SealKey.Create("test.example/seal"));

    internal FileCheckpointSink Sink { get; } = new(Directory.CreateTempSubdirectory("seals").FullName);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static async Task<SealHarness> CreateAsync(MigratedTemplate template)
    {
        TestDatabase database = await template.CloneAsync(Cancellation);
        return new SealHarness(database, await database.CreateOrgAsync("sealed", Cancellation));
    }

    /// <summary>Files entries as functions of the package do, with ids of some days ago or of now.</summary>
    internal async Task FileAsync(int count, int daysAgo = 0)
    {
        await ExecuteAsync(
            $"""
            insert into callintel_private.audit_log (org_id, id, member_id, action, object, row_count, request_id)
            select '{Org.Id}', x.id, gen_random_uuid(), 'act' || n, 'contacts', n, gen_random_uuid()
              from generate_series(1, {count}) n, lateral (select {Id(daysAgo)} as id where n > 0) x
            """
        );
        await ExecuteAsync(
            $"""
            insert into callintel_private.access_log (org_id, id, member_id, purpose, request_id, fields, row_count,
                is_alert, event_ids, contact_ids, other_ids)
            select '{Org.Id}', x.id, gen_random_uuid(), 0, gen_random_uuid(), 1, n, false,
                   array[gen_random_uuid()], array[gen_random_uuid()], '{"{}"}'
              from generate_series(1, {count / 2}) n, lateral (select {Id(daysAgo)} as id where n > 0) x
            """
        );
    }

    /// <summary>An expression for a new id with the time of some days ago.</summary>
    internal static string Id(int daysAgo) =>
        daysAgo == 0
            ? "callintel_private.new_id()"
            : "(substr(callintel.first_id(clock_timestamp() - interval '"
                + daysAgo
                + " days' - random() * interval '1 day')::text, 1, 14)"
                + " || substr(callintel_private.new_id()::text, 15))::uuid";

    /// <summary>Seals what can be sealed now.</summary>
    internal Task<LedgerSealReport> SealOnceAsync(bool withSink = true) =>
        Operations.SealLedgersAsync(Keys, withSink ? Sink : null, Cancellation);

    /// <summary>
    /// Seals everything. Transactions in other databases of the server delay seals too, because all have the same
    /// transaction ids.
    /// </summary>
    internal async Task<LedgerSealReport> SealAsync(bool withSink = true)
    {
        LedgerSealReport total = default;
        while (true)
        {
            LedgerSealReport one = await SealOnceAsync(withSink);
            total = new(
                total.Entries + one.Entries,
                total.Checkpoints + one.Checkpoints,
                total.Published + one.Published
            );
            if ((await Operations.GetLedgerSealStateAsync(Cancellation)).Lag == TimeSpan.Zero)
                return total;
            await Task.Delay(5, Cancellation);
        }
    }

    internal Task<AuditVerification> VerifyAsync(bool withSink = true) =>
        Operations.VerifyLedgersAsync(Org.Id, Keys, withSink ? Sink : null, Cancellation);

    /// <summary>Copies the ledgers and their seals.</summary>
    internal Task SaveAsync(string name) =>
        ExecuteAsync(
            string.Concat(
                Tables.Select(t =>
                    $"drop table if exists public.{name}_{t};"
                    + $"create table public.{name}_{t} as table callintel_private.{t};"
                )
            )
        );

    /// <summary>Puts the ledgers and their seals back as they were, without a trace.</summary>
    internal Task RestoreAsync(string name) =>
        ExecuteAsync(
            "set session_replication_role = replica;"
                + string.Concat(
                    Tables.Select(t =>
                        $"delete from callintel_private.{t};"
                        + $"insert into callintel_private.{t} select * from public.{name}_{t};"
                    )
                )
                + "reset session_replication_role;"
        );

    internal async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    internal async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map)
    {
        await using NpgsqlConnection connection = await Database.Admin.OpenConnectionAsync(Cancellation);
        return await LedgerSealer.RowsAsync(connection, sql, map, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await AsOperations.DisposeAsync();
        await Database.DisposeAsync();
    }
}
