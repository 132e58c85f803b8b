using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>
/// Transactions of three orgs on five connections that are never reset, canceled or killed at random. No context
/// survives its transaction.
/// </summary>
public sealed class InterleavingFuzzTests(ServerFixture server, ITestOutputHelper output)
{
    const int Backends = 5,
        Workers = 12;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_context_survives_canceled_statements_and_killed_connections()
    {
        int transactions = FuzzSize.Choose(600, 10_000),
            seed = FuzzSize.Seed;
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        TestOrg[] orgs =
        [
            await database.CreateOrgAsync("a", Cancellation),
            await database.CreateOrgAsync("b", Cancellation),
            await database.CreateOrgAsync("c", Cancellation),
        ];
        await using NpgsqlDataSource pool = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.AppConnectionString)
            {
                MaxPoolSize = Backends,
                NoResetOnClose = true,
                MaxAutoPrepare = 16,
                AutoPrepareMinUsages = 2,
                Timeout = 60,
            }.ConnectionString
        );

        int left = transactions;
        int[] counts = new int[4];
        await Task.WhenAll(
            Enumerable
                .Range(0, Workers)
                .Select(async worker =>
                {
                    Random random = new(seed + worker);
                    while (Interlocked.Decrement(ref left) >= 0)
                        Interlocked.Increment(
                            ref counts[
                                (int)await RunTransactionAsync(database, pool, orgs[random.Next(orgs.Length)], random)
                            ]
                        );
                })
        );

        output.WriteLine(
            $"seed {seed}: {counts[(int)End.Completed]} completed, {counts[(int)End.Canceled]} canceled, "
                + $"{counts[(int)End.Killed]} killed, {counts[(int)End.DriverError]} errors of the driver"
        );
        Assert.All(counts[..3], count =>
            Assert.True(count > transactions / 100, "Too few transactions were completed, canceled or killed.")
        );
    }

    enum End
    {
        Completed,
        Canceled,
        Killed,

        /// <summary>
        /// After an error, the driver lost track of its prepared statements (npgsql/npgsql#6391) and closed the
        /// connection.
        /// </summary>
        DriverError,
    }

    static async Task<End> RunTransactionAsync(TestDatabase database, NpgsqlDataSource pool, TestOrg org, Random random)
    {
        NpgsqlConnection connection;
        while (true)
        {
            connection = await pool.OpenConnectionAsync(Cancellation);
            if (await IsCleanAsync(connection))
                break;
            await connection.DisposeAsync(); // killed while it was in the pool
        }
        await using NpgsqlConnection used = connection;
        int pid = used.ProcessID,
            choice = random.Next(6);
        Task end = choice switch
        {
            0 => EndAsync(database, "pg_cancel_backend", pid, random.Next(4)),
            1 => EndAsync(database, "pg_terminate_backend", pid, random.Next(4)),
            _ => Task.CompletedTask,
        };
        try
        {
            await using NpgsqlTransaction? transaction =
                random.Next(2) == 0 ? await used.BeginTransactionAsync(Cancellation) : null;
            await using NpgsqlBatch batch = new(used)
            {
                BatchCommands =
                {
                    database.DataSource.Database.BeginCommand(org.As(OrgRole.Owner)),
                    new("select org_id from callintel.orgs"),
                    new("select pg_sleep(0.002)"),
                    new("select org_id from callintel.org_roles"),
                },
            };
            await using (NpgsqlDataReader reader = await batch.ExecuteReaderAsync(Cancellation))
                do while (await reader.ReadAsync(Cancellation))
                    if (reader.GetFieldType(0) == typeof(Guid))
                        Assert.Equal(org.Id.Value, reader.GetGuid(0));
                while (await reader.NextResultAsync(Cancellation));
            if (transaction is not null && random.Next(2) == 0)
                await transaction.CommitAsync(Cancellation);
            return End.Completed;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.QueryCanceled)
        {
            return End.Canceled;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            return End.Killed;
        }
        catch (Exception e) when (IsDriverError(e))
        {
            return End.DriverError;
        }
        finally
        {
            await end;
        }
    }

    /// <summary>Asserts that a connection has no context. Returns false if the connection is closed.</summary>
    static async Task<bool> IsCleanAsync(NpgsqlConnection connection)
    {
        try
        {
            await using (
                NpgsqlCommand setting = new(
                    "select coalesce(current_setting('callintel.context', true), '')",
                    connection
                )
            )
                Assert.Equal("", await setting.ExecuteScalarAsync(Cancellation));
            await using NpgsqlCommand read = new("select count(*) from callintel.orgs", connection);
            await read.ExecuteScalarAsync(Cancellation);
            Assert.Fail("A connection from the pool can read rows without a context.");
            return false;
        }
        catch (PostgresException e) when (e.SqlState is "CI001")
        {
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.QueryCanceled)
        {
            return false; // a cancel request that arrived late
        }
        catch (Exception e) when (e is NpgsqlException || IsDriverError(e))
        {
            return false;
        }
    }

    static bool IsDriverError(Exception e) =>
        e.GetType() == typeof(Exception)
        && e.Message.StartsWith("Received unexpected backend message", StringComparison.Ordinal);

    static async Task EndAsync(TestDatabase database, string function, int pid, int delayMilliseconds)
    {
        await Task.Delay(delayMilliseconds, Cancellation);
        await using NpgsqlCommand command = database.Admin.CreateCommand($"select {function}({pid})");
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
