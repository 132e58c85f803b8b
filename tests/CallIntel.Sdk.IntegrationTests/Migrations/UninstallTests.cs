using System.Text.RegularExpressions;
using CallIntel.Sdk.IntegrationTests.Backups;
using CallIntel.Sdk.IntegrationTests.Supabase;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Migrations;

/// <summary>
/// Runs the statements of the guide for managed services, as an administrator who is not a superuser.
/// </summary>
public sealed partial class UninstallTests
{
    const string Database = "uninstalled";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_statements_of_the_guide_remove_everything_and_the_package_can_be_installed_again()
    {
        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/guides/managed-services.md"),
            Cancellation
        );
        string[] blocks = [.. SqlBlocks().Matches(guide).Select(match => match.Groups[1].Value)];
        Assert.Equal(2, blocks.Length);

        await using ManagedServer server = await ManagedServer.StartAsync(17);
        await server.CreateDatabaseAsync(Database);
        for (int time = 0; time < 2; time++)
        {
            await server.MigrateAsync(Database);
            await using NpgsqlDataSource administrator = server.Open(ManagedServer.Administrator, Database);
            Assert.NotEmpty(await LeftAsync(administrator));
            foreach (string block in blocks)
                await administrator.RunAsync(block);
            Assert.Empty(await LeftAsync(administrator));
        }
    }

    /// <summary>Schemas, roles and default privileges of the package.</summary>
    static async Task<List<string>> LeftAsync(NpgsqlDataSource administrator)
    {
        await using NpgsqlCommand list = administrator.CreateCommand(
            """
            select 'schema ' || nspname from pg_namespace where nspname like 'callintel%'
            union all
            select 'role ' || rolname from pg_roles where rolname like 'callintel%'
            union all
            select 'default privileges of ' || defaclrole::regrole::text from pg_default_acl
             where defaclrole <> current_user::regrole
            """
        );
        List<string> left = [];
        await using NpgsqlDataReader reader = await list.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            left.Add(reader.GetString(0));
        return left;
    }

    [GeneratedRegex("```sql\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlocks();
}
