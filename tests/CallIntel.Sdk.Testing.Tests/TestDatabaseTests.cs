using Npgsql;

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>Databases without a template.</summary>
public sealed class TestDatabaseTests(SharedServer shared)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_single_database_is_migrated_prepared_and_dropped_with_its_keys()
    {
        string keys,
            name;
        await using (
            TestDatabase database = await TestDatabase.CreateAsync(
                shared.Server,
                async admin =>
                {
                    await using NpgsqlCommand prepare = admin.CreateCommand("create table public.prepared ()");
                    await prepare.ExecuteNonQueryAsync(Cancellation);
                },
                Cancellation
            )
        )
        {
            (keys, name) = (database.RootKeyFile, database.DatabaseName);
            Assert.True(File.Exists(keys));
            Assert.NotEmpty((await database.CreateOrgAsync("Example Ltd", Cancellation)).Members);
            await using NpgsqlCommand prepared = database.Admin.CreateCommand(
                "select to_regclass('public.prepared')::text"
            );
            Assert.Equal("prepared", await prepared.ExecuteScalarAsync(Cancellation));
        }
        Assert.False(File.Exists(keys));
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(shared.Server.AdminConnectionString);
        await using NpgsqlCommand left = server.CreateCommand("select count(*) from pg_database where datname = $1");
        left.Parameters.AddWithValue(name);
        Assert.Equal(0L, await left.ExecuteScalarAsync(Cancellation));
    }
}
