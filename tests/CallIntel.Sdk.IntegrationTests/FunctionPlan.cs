using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// The nested plans that the executor used inside a function of the SQL package, as auto_explain reports them.
/// </summary>
static class FunctionPlan
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="database">The database.</param>
    /// <param name="identity">Who calls.</param>
    /// <param name="call">The call of the function.</param>
    /// <param name="of">What the text of a plan has to contain; null for statements that read events.</param>
    /// <returns>The plans of the statements inside, with the rows that they met.</returns>
    internal static async Task<string> OfAsync(
        TestDatabase database,
        OrgIdentity identity,
        NpgsqlBatchCommand call,
        string? of = null
    )
    {
        await using NpgsqlConnection connection = await database.Admin.OpenConnectionAsync(Cancellation);
        List<string> plans = [];
        connection.Notice += (_, e) => plans.Add(e.Notice.MessageText);
        await using (
            NpgsqlCommand settings = new(
                """
                load 'auto_explain';
                set auto_explain.log_min_duration = 0;
                set auto_explain.log_nested_statements = on;
                set auto_explain.log_analyze = on;
                set auto_explain.log_timing = off;
                set auto_explain.log_level = notice;
                set client_min_messages = notice;
                set session authorization callintel_app;
                """,
                connection
            )
        )
            await settings.ExecuteNonQueryAsync(Cancellation);
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await using NpgsqlBatch batch = new(connection, transaction)
            {
                BatchCommands = { database.DataSource.Database.BeginCommand(identity) },
            };
            await batch.ExecuteNonQueryAsync(Cancellation);
            plans.Clear();
            await using NpgsqlCommand command = new(call.CommandText, connection, transaction);
            foreach (NpgsqlParameter parameter in call.Parameters)
                command.Parameters.Add(parameter.Clone());
            await command.ExecuteNonQueryAsync(Cancellation);
        }
        // not for the next user of a pool
        NpgsqlConnection.ClearPool(connection);
        return string.Join(
            '\n',
            plans.Where(p => of is null ? ReadsEvents(p) : p.Contains(of, StringComparison.Ordinal))
        );
    }

    static bool ReadsEvents(string plan) =>
        plan.Contains("callintel_private.event", StringComparison.Ordinal)
        || plan.Contains("callintel_private.readable_events", StringComparison.Ordinal);
}
