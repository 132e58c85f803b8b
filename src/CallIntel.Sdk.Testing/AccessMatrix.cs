using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// Tries every verb on every view of the schema <c>callintel</c> as every role, on rows of the own org and of another.
/// </summary>
/// <remarks>
/// Each attempt runs raw SQL as <c>callintel_app</c> in a verified context, in a transaction that is rolled back. An
/// insert tries to store a row that exists. PostgreSQL checks row-level security before keys, so a key violation means
/// that the policy allowed the row. Thread-safe.
/// </remarks>
public static class AccessMatrix
{
    static readonly string[] Verbs = ["select", "insert", "update", "delete"];

    /// <summary>Returns the names of the org-scoped tables that have a view in the schema <c>callintel</c>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The names without the schema, in ascending order.</returns>
    public static async Task<IReadOnlyList<string>> TablesAsync(
        TestDatabase database,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(database);
        return await ListAsync(
                database,
                """
                select c.relname::text from pg_catalog.pg_class c
                 where c.relnamespace = 'callintel_private'::regnamespace
                   and c.relkind in ('r', 'p') and not c.relispartition
                   and to_regclass('callintel.' || c.relname) is not null
                   and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
                 order by c.relname
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Tries all combinations of view, verb, org and role.</summary>
    /// <param name="database">A database with rows of both orgs in every table.</param>
    /// <param name="own">The org whose members try.</param>
    /// <param name="foreign">The org whose rows they must not reach.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>One attempt for each combination.</returns>
    /// <exception cref="InvalidOperationException">A table contains no row of one of the orgs.</exception>
    public static async Task<IReadOnlyList<AccessAttempt>> TryAllAsync(
        TestDatabase database,
        TestOrg own,
        TestOrg foreign,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(foreign);
        List<AccessAttempt> attempts = [];
        foreach (string table in await TablesAsync(database, cancellationToken).ConfigureAwait(false))
        foreach (string verb in Verbs)
        foreach (TestOrg target in new[] { own, foreign })
        {
            IReadOnlyList<string> statements = await StatementsAsync(
                    database,
                    table,
                    verb,
                    target.Id,
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (OrgRole role in Enum.GetValues<OrgRole>())
                attempts.Add(
                    new AccessAttempt(
                        table,
                        verb,
                        role,
                        target == own,
                        await TryAsync(database, own.As(role), statements, cancellationToken).ConfigureAwait(false)
                    )
                );
        }
        return attempts;
    }

    /// <summary>Creates the statements that try a verb on all rows of one org.</summary>
    static async Task<IReadOnlyList<string>> StatementsAsync(
        TestDatabase database,
        string table,
        string verb,
        OrgId org,
        CancellationToken cancellationToken
    )
    {
        string where = $"where org_id = '{org}'";
        switch (verb)
        {
            case "select":
                return [$"select count(*) from callintel.{table} {where}"];
            case "delete":
                return [$"delete from callintel.{table} {where}"];
            case "update":
                // prefer a column that the role may update, so that the attempt tests the policy and not only the
                // privilege
                string column = (
                    await ListAsync(
                            database,
                            $"""
                            select a.attname::text from pg_catalog.pg_attribute a
                             where a.attrelid = 'callintel.{table}'::regclass and a.attnum > 0 and not a.attisdropped
                             order by has_column_privilege('callintel_app', a.attrelid, a.attnum, 'update') desc,
                                      a.attnum
                             limit 1
                            """,
                            cancellationToken
                        )
                        .ConfigureAwait(false)
                )[0];
                return [$"update callintel.{table} set {column} = {column} {where}"];
            default:
                List<string> inserts = await ListAsync(
                        database,
                        $"""
                        select format('insert into callintel.{table} '
                                      'select * from json_populate_record(null::callintel.{table}, %L)', row_to_json(t))
                          from callintel_private.{table} t {where}
                        """,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return inserts.Count > 0
                    ? inserts
                    : throw new InvalidOperationException(
                        $"The table {table} contains no row of the org. Insert one before you call TryAllAsync."
                    );
        }
    }

    /// <summary>Returns the outcome of the last statement that was not denied.</summary>
    static async Task<string> TryAsync(
        TestDatabase database,
        OrgIdentity identity,
        IReadOnlyList<string> statements,
        CancellationToken cancellationToken
    )
    {
        string outcome = "denied";
        foreach (string sql in statements)
            if (
                await TryAsync(database, identity, sql, cancellationToken).ConfigureAwait(false)
                is not "denied"
                    and string other
            )
                outcome = other;
        return outcome;
    }

    static async Task<string> TryAsync(
        TestDatabase database,
        OrgIdentity identity,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlConnection connection = await database
            .DataSource.Database.OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection
            .BeginTransactionAsync(cancellationToken)
            .ConfigureAwait(false);
        await using NpgsqlBatch context = new(connection)
        {
            BatchCommands = { database.DataSource.Database.BeginCommand(identity) },
        };
        await context.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlCommand command = new(sql, connection);
        try
        {
            if (sql.StartsWith("select", StringComparison.Ordinal))
                return $"{await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false)}";
            return $"{await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false)}";
        }
        // ObjectNotInPrerequisiteState: no role can write to a fenced view
        catch (PostgresException e)
            when (e.SqlState
                    is PostgresErrorCodes.InsufficientPrivilege
                        or PostgresErrorCodes.ObjectNotInPrerequisiteState
            )
        {
            return "denied";
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation)
        {
            return "allowed";
        }
    }

    static async Task<List<string>> ListAsync(TestDatabase database, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<string> values = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            values.Add(reader.GetString(0));
        return values;
    }
}
