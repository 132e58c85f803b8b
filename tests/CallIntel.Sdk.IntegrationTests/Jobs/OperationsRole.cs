using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

/// <summary>Connections that act as <c>callintel_ops</c>.</summary>
static class OperationsRole
{
    internal static NpgsqlDataSource Open(TestDatabase database)
    {
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
        return builder.Build();
    }
}
