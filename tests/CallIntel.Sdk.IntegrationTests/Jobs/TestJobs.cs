using System.Collections.Concurrent;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

/// <summary>
/// A kind of job that an application adds: a migration of its own with the kind, a checked function that enqueues it,
/// and a table that its effects go to.
/// </summary>
static class TestJobs
{
    internal const string Kind = "host_test";
    internal const string Effect = "select host.store_effect($1)";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static Task InstallAsync(TestDatabase database, int maxAttempts = 3) =>
        ExecuteAsync(
            database,
            $$"""
            create schema host;
            grant usage, create on schema host to callintel_definer;
            grant usage on schema host to callintel_app;
            insert into callintel_private.job_kinds (kind, version, permissions, max_attempts)
            values ('{{Kind}}', 1, 16 /* read_dashboards */, {{maxAttempts}});
            create table host.effects (org_id uuid not null, name text not null, stored_at timestamptz default now());
            grant insert on host.effects to callintel_definer;
            set role callintel_definer;
            create function host.enqueue(dedup_key text, payload jsonb, deadline interval) returns uuid
                language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                perform callintel_private.require(32 /* ingest */);
                return callintel_private.enqueue_job('{{Kind}}', dedup_key, payload, '0', deadline);
            end $$;
            create function host.store_effect(name text) returns void
                language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                insert into host.effects (org_id, name)
                values (callintel_private.require(16 /* read_dashboards */), store_effect.name);
            end $$;
            grant execute on function host.enqueue, host.store_effect to callintel_app;
            reset role;
            """
        );

    internal static async Task ExecuteAsync(TestDatabase database, string sql, params object[] values)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    internal static async Task<JobId> EnqueueAsync(
        TestOrg org,
        string? key = null,
        string payload = "{}",
        TimeSpan? deadline = null
    )
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return new JobId(
            await session
                .QueryAsync(
                    "select host.enqueue($1::text, $2::jsonb, $3::interval)",
                    row => row.GetGuid(0),
                    [key, payload, deadline],
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
        );
    }

    internal static JobQueue Queue(TestDatabase database, string worker = "test") =>
        new(database.DataSource.Database, worker);

    internal static Task<List<ClaimedJob>> TakeAsync(
        TestDatabase database,
        int limit = 1,
        OrgId? after = null,
        string kind = Kind
    ) =>
        Queue(database).TakeAsync([(new TestHandler(kind: kind), limit)], TimeSpan.FromMinutes(1), after, Cancellation);

    /// <summary>Ends all leases, as if their workers had not renewed them in time.</summary>
    internal static Task EndLeasesAsync(TestDatabase database) =>
        ExecuteAsync(database, "update callintel_private.jobs set run_at = now() - interval '1 s'");

    internal static Task<long> CountAsync(TestDatabase database, string condition = "true") =>
        ScalarAsync<long>(database, $"select count(*) from callintel_private.jobs where {condition}");

    internal static Task<long> EffectsAsync(TestDatabase database, TestOrg? org = null) =>
        ScalarAsync<long>(
            database,
            "select count(*) from host.effects where $1 = '00000000-0000-0000-0000-000000000000' or org_id = $1",
            org?.Id.Value ?? Guid.Empty
        );

    internal static CallIntelWorker Worker(TestDatabase database, params JobHandler[] handlers) =>
        new(
            database.DataSource,
            handlers,
            new JobWorkerOptions
            {
                PollInterval = TimeSpan.FromMilliseconds(20),
                FirstRetryDelay = TimeSpan.FromMilliseconds(1),
                LongestRetryDelay = TimeSpan.FromMilliseconds(1),
            }
        );

    /// <summary>Runs a worker until no live job is left.</summary>
    internal static async Task RunUntilDoneAsync(TestDatabase database, params JobHandler[] handlers)
    {
        using CallIntelWorker worker = Worker(database, handlers);
        await worker.StartAsync(Cancellation);
        while (await CountAsync(database, "died_at is null") > 0)
            await Task.Delay(20, Cancellation);
        await worker.StopAsync(Cancellation);
    }

    /// <summary>Runs a job of the test kind: one effect each, or what a test says.</summary>
    internal sealed class TestHandler(
        Func<JobContext, CancellationToken, Task<JobCommit>>? prepare = null,
        string kind = Kind,
        int version = 1
    ) : JobHandler
    {
        internal ConcurrentQueue<(JobId Job, int Attempt)> Prepared { get; } = [];

        public override string Kind => kind;

        public override int Version => version;

        public override int Concurrency => 20;

        public override Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken)
        {
            Prepared.Enqueue((job.Id, job.Attempt));
            return prepare?.Invoke(job, cancellationToken)
                ?? Task.FromResult(JobCommit.Done.Then(Effect, job.Id.ToString()));
        }
    }
}
