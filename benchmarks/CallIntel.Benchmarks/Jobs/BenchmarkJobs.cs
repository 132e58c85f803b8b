using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Jobs;

/// <summary>A kind of job whose effect is one row, as an application adds it with a migration of its own.</summary>
static class BenchmarkJobs
{
    internal const string Kind = "benchmark";

    internal static async Task ExecuteAsync(TestDatabase database, string sql, params object[] values)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    internal static async Task<long> CountAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    internal static Task InstallAsync(TestDatabase database) =>
        ExecuteAsync(
            database,
            $$"""
            create schema host;
            grant usage, create on schema host to callintel_definer;
            grant usage on schema host to callintel_app;
            insert into callintel_private.job_kinds (kind, version, permissions, max_attempts)
            values ('{{Kind}}', 1, 16 /* read_dashboards */, 5);
            create table host.effects (
                number bigint generated always as identity primary key,
                org_id uuid not null,
                job_id uuid not null,
                stored_at timestamptz not null default clock_timestamp());
            grant insert on host.effects to callintel_definer;
            set role callintel_definer;
            create function host.store_effect(job uuid) returns void
                language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                insert into host.effects (org_id, job_id)
                values (callintel_private.require(16 /* read_dashboards */), job);
            end $$;
            grant execute on function host.store_effect to callintel_app;
            reset role;
            """
        );

    /// <summary>Enqueues jobs of one org at once; the time of enqueueing is not measured.</summary>
    internal static Task EnqueueAsync(TestDatabase database, TestOrg org, int count) =>
        ExecuteAsync(
            database,
            $"""
            insert into callintel_private.jobs (org_id, job_id, kind, version, run_at)
            select $1, gen_random_uuid(), '{Kind}', 1, clock_timestamp() from generate_series(1, $2)
            """,
            org.Id.Value,
            count
        );

    /// <summary>Stores one effect row for each job.</summary>
    internal sealed class Handler : JobHandler
    {
        public override string Kind => BenchmarkJobs.Kind;

        public override int Concurrency => 1000;

        public override Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken) =>
            Task.FromResult(JobCommit.Done.Then("select host.store_effect($1)", job.Id.Value));
    }

    /// <summary>Fails each time.</summary>
    internal sealed class PoisonHandler : JobHandler
    {
        public override string Kind => BenchmarkJobs.Kind;

        public override int Concurrency => 1000;

        public override Task<JobCommit> PrepareAsync(JobContext job, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A job that always fails.");
    }
}
