using System.Globalization;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Migrations;

/// <summary>
/// Installs and upgrades the SQL package. The SDK never runs migrations on its own when an application starts.
/// </summary>
/// <remarks>
/// All pending files run in one transaction under an advisory lock. Several migrators can start at the same time: one
/// migrates and the others wait. A failure leaves the database unchanged. The first migration requires a role that can
/// create roles (a superuser, or <c>postgres</c> on Supabase). Works with a direct connection and with a pooler in any
/// mode.
/// </remarks>
public sealed class SchemaMigrator
{
    /// <summary>
    /// V0001 revokes CREATE and TEMPORARY on the database from PUBLIC, because a privilege of PUBLIC cannot be withheld
    /// from callintel_app alone. This statement first grants both to the roles of other applications in the database
    /// that have them through PUBLIC: roles that own objects here or were granted privileges on them.
    /// </summary>
    const string KeepTemporarySql = """
        do $$
        declare
            kept record;
        begin
            for kept in
                select r.rolname, p.verb
                  from pg_catalog.pg_roles r, unnest(array['temporary', 'create']) as p (verb), pg_catalog.pg_database d
                 where d.datname = pg_catalog.current_database() and r.rolname !~ '^(pg|callintel)_'
                   and not r.rolsuper and r.oid <> d.datdba
                   and exists (select from pg_catalog.aclexplode(
                                               coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
                                where a.grantee = 0 and lower(a.privilege_type) = p.verb)
                   and exists (select from pg_catalog.pg_shdepend x
                                where x.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and x.refobjid = r.oid
                                  and (x.dbid = d.oid
                                       or x.classid = 'pg_catalog.pg_database'::pg_catalog.regclass
                                          and x.objid = d.oid))
            loop
                execute pg_catalog.format('grant %s on database %I to %I',
                                          kept.verb, pg_catalog.current_database(), kept.rolname);
            end loop;
        end $$
        """;

    readonly NpgsqlDataSource _source;
    readonly SchemaMigratorOptions _options;

    /// <summary>Creates a migrator.</summary>
    /// <param name="source">Opens connections with the role that owns the schema or can create it.</param>
    /// <param name="options">The options. Default: the schema only, without Supabase mode.</param>
    public SchemaMigrator(NpgsqlDataSource source, SchemaMigratorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _options = options ?? new SchemaMigratorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(
            _options.LockTimeout,
            TimeSpan.FromMilliseconds(1),
            nameof(options)
        );
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.LockAttempts, 1, nameof(options));
    }

    /// <summary>The schema version that this SDK installs.</summary>
    public static int TargetVersion => SqlPackage.Version;

    /// <summary>
    /// The oldest schema version that this SDK supports.
    /// </summary>
    /// <remarks>
    /// The SDK supports schemas from this version to <see cref="TargetVersion"/>, and newer schemas as long as they
    /// support the SDK; see <c>docs/guides/operations.md</c>, "Rolling upgrades".
    /// </remarks>
    public static int OldestVersion => SchemaCompatibility.OldestSchema;

    /// <summary>Migrates the database to <see cref="TargetVersion"/>.</summary>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. A canceled migration leaves the database unchanged.
    /// </param>
    /// <exception cref="CallIntelException">
    /// <c>CI0014</c> the schema is newer than this SDK; <c>CI0015</c> the server is too old; <c>CI0016</c> pgvector is
    /// not available; <c>CI0242</c> the role may not create the extension pgvector; <c>CI0017</c> an applied file was
    /// edited; <c>CI0018</c> the schema was installed by another tool; <c>CI0244</c> other transactions blocked the
    /// migration; <c>CI0010</c> the server cannot be reached; <c>CI0011</c> the login was refused; in Supabase mode
    /// also <c>CI0192</c>, <c>CI0193</c> and <c>CI0194</c>.
    /// </exception>
    public async Task<MigrationReport> MigrateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return await MigrateOnceAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException e) when (IsLostToOthers(e))
                {
                    if (attempt >= _options.LockAttempts)
                        throw new CallIntelException(
                            ErrorCodes.MigrationBlocked,
                            $"The migration waited {_options.LockAttempts} times for a lock on a table that other "
                                + "transactions hold. Nothing was changed.",
                            "Migrate again when long transactions are over; pg_stat_activity shows them.",
                            e
                        )
                        {
                            IsTransient = true,
                        };
                }
                // Meanwhile, statements that queued behind the migration can run.
                await Task.Delay(_options.LockTimeout, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    /// <summary>
    /// Whether an error was caused by concurrent transactions: by locks, or by roles, which belong to the whole cluster
    /// and may be changed by the migration of another database.
    /// </summary>
    static bool IsLostToOthers(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
        || e.SqlState is PostgresErrorCodes.InternalError
            && e.MessageText.Contains("concurrently updated", StringComparison.Ordinal);

    async Task<MigrationReport> MigrateOnceAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _source
            .OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection
            .BeginTransactionAsync(cancellationToken)
            .ConfigureAwait(false);
        MigrationReport report = await MigrateAsync(connection, _options, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>
    /// Generates a script for <c>psql -f</c> as an alternative to <see cref="MigrateAsync(CancellationToken)"/>: all
    /// versioned files after <paramref name="from"/> up to <paramref name="to"/>, and all repeatable files.
    /// </summary>
    /// <param name="from">The installed version; 0 for an empty database.</param>
    /// <param name="to">The version to upgrade to, at most <see cref="TargetVersion"/>.</param>
    /// <param name="options">
    /// The options. Every script for a database in Supabase mode must set this mode. Default: the schema only.
    /// </param>
    public static string GenerateScript(int from, int to, SchemaMigratorOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, TargetVersion);
        StringBuilder script = new();
        script.Append(
            CultureInfo.InvariantCulture,
            $"-- CallIntel SQL package, version {from} to {to}\nbegin;\n"
                + $"select pg_advisory_xact_lock({AdvisoryLocks.Migration} /* migration */);\n"
                + $"{LockTimeoutStatement(options ?? new SchemaMigratorOptions())};\n\n"
        );
        if (from == 0)
            script.Append(KeepTemporarySql).Append(";\n\n");
        IEnumerable<SqlScript> files = SqlPackage.Scripts.Where(s =>
            s.Version is null ? to == TargetVersion : s.Version > from && s.Version <= to
        );
        foreach (
            SqlScript file in options is { Supabase: true } && to == TargetVersion
                ? files.Concat(SqlPackage.SupabaseScripts)
                : files
        )
            script.Append(CultureInfo.InvariantCulture, $"-- {file.Name}\n{file.Text}\n{JournalStatement(file)};\n\n");
        return script.Append("commit;\n").ToString();
    }

    static async Task<MigrationReport> MigrateAsync(
        NpgsqlConnection connection,
        SchemaMigratorOptions options,
        CancellationToken cancellationToken
    )
    {
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({AdvisoryLocks.Migration})", cancellationToken)
            .ConfigureAwait(false);
        // Set the time-out only after taking the advisory lock, because migrators wait for each other without a limit.
        await ExecuteAsync(connection, LockTimeoutStatement(options), cancellationToken).ConfigureAwait(false);
        Dictionary<string, string>? journal = await ReadJournalAsync(connection, cancellationToken)
            .ConfigureAwait(false);
        int found = journal?.Keys.Max(VersionIn) ?? 0;
        if (found > TargetVersion)
            throw new CallIntelException(
                ErrorCodes.SchemaTooNew,
                $"The database has schema version {found}; this SDK installs {TargetVersion}.",
                "Update the CallIntel.Sdk package."
            );
        if (journal is null)
        {
            await CheckServerAsync(connection, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, KeepTemporarySql, cancellationToken).ConfigureAwait(false);
        }

        List<string> applied = [];
        foreach (SqlScript script in SqlPackage.Scripts)
        {
            if (journal is not null && journal.TryGetValue(script.Name, out string? checksum))
            {
                if (checksum == script.Checksum)
                    continue;
                if (script.Version is not null)
                    throw new CallIntelException(
                        ErrorCodes.SchemaEdited,
                        $"The file {script.Name} is not the one that was applied to this database.",
                        "Restore the file, and make changes in a new versioned file."
                    );
            }
            await ApplyAsync(script).ConfigureAwait(false);
        }
        // A policy that was created again no longer has Supabase's role, and a new table does not have it yet.
        if (
            options.Supabase
            || SqlPackage.SupabaseScripts.Any(s =>
                journal?.TryGetValue(s.Name, out string? checksum) is true
                && (applied.Count > 0 || checksum != s.Checksum)
            )
        )
            foreach (SqlScript script in SqlPackage.SupabaseScripts)
                await ApplyAsync(script).ConfigureAwait(false);
        return new MigrationReport(found, TargetVersion, applied);

        async Task ApplyAsync(SqlScript script)
        {
            await ExecuteAsync(connection, script.Text, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, JournalStatement(script), cancellationToken).ConfigureAwait(false);
            applied.Add(script.Name);
        }
    }

    /// <returns>The name and checksum of every applied file; null if the schema is not installed.</returns>
    static async Task<Dictionary<string, string>?> ReadJournalAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using (
            NpgsqlCommand exists = new("select to_regclass('callintel_private.schema_journal') is not null", connection)
        )
        {
            if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
                return null;
        }
        Dictionary<string, string> journal = [];
        await using (
            NpgsqlCommand read = new(
                "set role callintel_owner; select name, checksum from callintel_private.schema_journal; reset role",
                connection
            )
        )
        await using (NpgsqlDataReader reader = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                journal.Add(reader.GetString(0), reader.GetString(1));
        }
        return journal.Count > 0
            ? journal
            : throw new CallIntelException(
                ErrorCodes.SchemaForeign,
                "The schema was installed without its journal, by psql or another migration tool.",
                "Use the same tool to upgrade it."
            );
    }

    static async Task CheckServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        ServerVersion.ThrowIfTooOld(connection);
        const string Sql = """
            select exists (select from pg_catalog.pg_available_extensions where name = 'vector'),
                   exists (select from pg_catalog.pg_extension where extname = 'vector')
            """;
        bool available,
            installed;
        await using (NpgsqlCommand vector = new(Sql, connection))
        await using (NpgsqlDataReader reader = await vector.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            (available, installed) = (reader.GetBoolean(0), reader.GetBoolean(1));
        }
        if (!available)
            throw new CallIntelException(
                ErrorCodes.NoVector,
                "The extension pgvector is not available on the server.",
                "Install it there (Debian and Ubuntu: postgresql-17-pgvector; Docker: pgvector/pgvector)."
            );
        if (installed)
            return;
        try
        {
            // Create the extension before everything else: whether the role may create it cannot be determined from the
            // catalog alone, especially on managed servers.
            await ExecuteAsync(connection, "create extension if not exists vector", cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.FeatureNotSupported)
        {
            throw new CallIntelException(
                ErrorCodes.ExtensionRefused,
                "The connected role may not create the extension vector (pgvector) in this database.",
                "Let a superuser run \"create extension vector;\" in this database "
                    + "(on Azure, allow the extension first), then migrate again.",
                e
            );
        }
    }

    static string LockTimeoutStatement(SchemaMigratorOptions options) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"set local lock_timeout = {Math.Max(1, (long)options.LockTimeout.TotalMilliseconds)}"
        );

    static string JournalStatement(SqlScript script) =>
        $"""
            set role callintel_owner;
            insert into callintel_private.schema_journal (name, checksum) values ('{script.Name}', '{script.Checksum}')
            on conflict (name) do update
                set checksum = excluded.checksum, applied_at = now(), applied_by = session_user;
            reset role
            """;

    static int VersionIn(string name) =>
        name.StartsWith("schema/V", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(8, 4), CultureInfo.InvariantCulture, out int version)
            ? version
            : 0;

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
