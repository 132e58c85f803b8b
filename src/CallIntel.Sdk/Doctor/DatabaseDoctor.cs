using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// Examines a database for problems with roles, row-level security, privileges, versions, settings, extensions,
/// partitions, maintenance, backups and seals.
/// </summary>
/// <remarks>
/// Reads the system catalogs and the times of seals in one read-only transaction, and no data of an org. Thread-safe.
/// Connect as <c>callintel_ops</c> or as the role that installed the schema. Row-level security is forced, so the
/// number of rows in default partitions is exact only for superusers; for other roles it is an estimate.
/// </remarks>
public sealed class DatabaseDoctor
{
    const string FactsSql = """
        select current_setting('server_version'),
               (select max(greatest(s.last_vacuum, s.last_autovacuum, s.last_analyze, s.last_autoanalyze))
                  from pg_catalog.pg_stat_user_tables s where s.schemaname in ('callintel', 'callintel_private'))
        """;

    static readonly DiagnosticCheck[] Checks =
    [
        .. RoleChecks.All,
        .. IsolationChecks.All,
        .. PartitionChecks.All,
        .. ServerChecks.All,
        .. MaintenanceChecks.All,
        .. BackupChecks.All,
        .. SealChecks.All,
    ];

    readonly NpgsqlDataSource _source;

    /// <summary>Creates a doctor for the database of a data source.</summary>
    /// <param name="source">
    /// Connects as <c>callintel_ops</c> or as the role that installed the schema. The caller disposes it.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    public DatabaseDoctor(NpgsqlDataSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Runs all checks. Changes nothing.</summary>
    /// <param name="cancellationToken">Cancels the examination.</param>
    /// <returns>The findings, each with a remedy.</returns>
    /// <exception cref="CallIntelException">
    /// The server could not be reached (<c>CI0010</c>) or refused the login (<c>CI0011</c>), or the role may not read
    /// the schema (<c>CI0005</c>).
    /// </exception>
    /// <exception cref="OperationCanceledException">The examination was canceled.</exception>
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
            await SchemaChecks.CheckVersionAsync(connection, schema, cancellationToken).ConfigureAwait(false),
        ];
        foreach (
            IGrouping<string, DiagnosticCheck> group in Checks
                .Where(check => hasSchema || !check.NeedsSchema)
                .Where(check => schema.Version.GetValueOrDefault() >= check.SinceVersion)
                .GroupBy(check => check.Group)
        )
        {
            List<DoctorFinding> findings = [];
            foreach (DiagnosticCheck check in group)
                await RunAsync(connection, check, findings, cancellationToken).ConfigureAwait(false);
            checks.Add(new DoctorCheck(group.Key, findings));
        }
        // this SDK knows the grants of its own version only
        if (
            schema.Version == SqlPackage.Version
            && checks[0].Findings.All(finding => finding.Severity is not FindingSeverity.Danger)
        )
            checks.Add(await SchemaChecks.CheckGrantsAsync(connection, cancellationToken).ConfigureAwait(false));
        return new DoctorReport(server, schema.Version, maintained, checks);
    }

    static async Task RunAsync(
        NpgsqlConnection connection,
        DiagnosticCheck check,
        List<DoctorFinding> findings,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand command = new(check.Sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            findings.Add(new DoctorFinding(check.Code, check.Severity, reader.GetString(0), check.Remedy));
    }
}
