using CallIntel.Sdk.Testing;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace CallIntel.Benchmarks.Jobs;

/// <summary>The same work with Hangfire and its storage in the same database.</summary>
static class HangfirePeer
{
    static NpgsqlDataSource? _effects;

    /// <summary>The effect of a job. Hangfire calls it by reflection.</summary>
    public static void StoreEffect(long number)
    {
        using NpgsqlCommand command = _effects!.CreateCommand("insert into host.peer_effects (number) values ($1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        command.ExecuteNonQuery();
    }

    internal static PostgreSqlStorage Open(TestDatabase database)
    {
        _effects = database.Admin;
        return new PostgreSqlStorage(
            new NpgsqlConnectionFactory(database.AdminConnectionString, new PostgreSqlStorageOptions()),
            new PostgreSqlStorageOptions
            {
                // the settings of its documentation for throughput
                QueuePollInterval = TimeSpan.FromMilliseconds(50),
                EnableLongPolling = true,
                UseNativeDatabaseTransactions = true,
                PrepareSchemaIfNecessary = true,
            }
        );
    }

    internal static void Enqueue(PostgreSqlStorage storage, int count)
    {
        BackgroundJobClient client = new(storage);
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            client.Enqueue(() => StoreEffect(i))
        );
    }

    internal static BackgroundJobServer Start(PostgreSqlStorage storage, int workers) =>
        new(
            new BackgroundJobServerOptions
            {
                WorkerCount = workers,
                SchedulePollingInterval = TimeSpan.FromSeconds(15),
            },
            storage
        );
}
