using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.Doctor;

/// <summary>Examines a database: roles, row-level security, privileges, version, server, settings, extensions, partitions, maintenance.</summary>
/// <remarks>
/// Reads the catalogue in one transaction that may not write, and no row of an org. Thread-safe. Needs <c>callintel_ops</c> or the role that installed the
/// schema; what is in default partitions is counted exactly for superusers and estimated for others, as row-level security is forced.
/// </remarks>
public sealed class DatabaseDoctor
{
    const string FactsSql = """
        select current_setting('server_version'),
               (select max(greatest(s.last_vacuum, s.last_autovacuum, s.last_analyze, s.last_autoanalyze))
                  from pg_catalog.pg_stat_user_tables s where s.schemaname in ('callintel', 'callintel_private'))
        """;

    static readonly DoctorQuestion[] Questions =
    [
        .. RoleQuestions.All,
        .. IsolationQuestions.All,
        .. PartitionQuestions.All,
        .. ServerQuestions.All,
        .. MaintenanceQuestions.All,
        .. BackupQuestions.All,
    ];

    readonly NpgsqlDataSource _source;

    /// <summary>Makes the doctor of one database.</summary>
    /// <param name="source">Connections of an operations role; the caller disposes it.</param>
    public DatabaseDoctor(NpgsqlDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Looks at everything.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What was found, with what to do.</returns>
    /// <exception cref="CallIntelException"><c>CI0010</c>/<c>CI0011</c> no connection, <c>CI0005</c> the role may not look at the schema.</exception>
    public async Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await using NpgsqlConnection connection = await _source
                .OpenConnectionAsync(cancellationToken)
                .ConfigureAwait(false);
            await using NpgsqlTransaction transaction = await connection
                .BeginTransactionAsync(cancellationToken)
                .ConfigureAwait(false);
            await using (NpgsqlCommand readOnly = new("set transaction read only", connection))
                await readOnly.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return await ExamineAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    internal static async Task<DoctorReport> ExamineAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        string server;
        DateTimeOffset? maintained;
        await using (NpgsqlCommand facts = new(FactsSql, connection))
        await using (NpgsqlDataReader reader = await facts.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            server = reader.GetString(0);
            maintained = reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1);
        }
        SchemaCompatibility schema = await SchemaCompatibility
            .ReadAsync(connection, cancellationToken)
            .ConfigureAwait(false);
        bool hasSchema = schema.Version is not null;

        List<DoctorCheck> checks =
        [
            await SchemaExamination.OfVersionAsync(connection, schema, cancellationToken).ConfigureAwait(false),
        ];
        foreach (
            IGrouping<string, DoctorQuestion> check in Questions
                .Where(question => hasSchema || !question.NeedsSchema)
                .GroupBy(question => question.Check)
        )
        {
            List<DoctorFinding> findings = [];
            foreach (DoctorQuestion question in check)
                await AskAsync(connection, question, findings, cancellationToken).ConfigureAwait(false);
            checks.Add(new DoctorCheck(check.Key, findings));
        }
        // only of this very version are the grants known
        if (
            schema.Version == SqlPackage.Version
            && checks[0].Findings.All(finding => finding.Severity is not FindingSeverity.Danger)
        )
            checks.Add(await SchemaExamination.OfGrantsAsync(connection, cancellationToken).ConfigureAwait(false));
        return new DoctorReport(server, schema.Version, maintained, checks);
    }

    static async Task AskAsync(
        NpgsqlConnection connection,
        DoctorQuestion question,
        List<DoctorFinding> findings,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand command = new(question.Sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            findings.Add(new DoctorFinding(question.Code, question.Severity, reader.GetString(0), question.Remedy));
    }
}
