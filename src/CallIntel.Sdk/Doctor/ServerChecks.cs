using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Checks the version of the server, the extension vector, and settings that leak or lose data.</summary>
static class ServerChecks
{
    const string Version = "Server version",
        Extensions = "Extensions",
        Settings = "Settings";

    internal static readonly DiagnosticCheck[] All =
    [
        new(
            Version,
            ErrorCodes.ServerTooOld,
            FindingSeverity.Danger,
            "Use PostgreSQL 15 to 18. PostgreSQL 17 is the reference version.",
            """
            select 'The server is PostgreSQL ' || current_setting('server_version') || '.'
             where current_setting('server_version_num')::integer < 150000
            """
        )
        {
            NeedsSchema = false,
        },
        // CVE-2025-8713: optimizer statistics can show values of rows that row-level security hides
        new(
            Version,
            ErrorCodes.ServerTooOld,
            FindingSeverity.Warning,
            "Install the newest minor release.",
            """
            select 'PostgreSQL ' || current_setting('server_version')
                   || ' can show values that row-level security hides (CVE-2025-8713). The fix is in '
                   || f.fixed / 10000 || '.' || f.fixed % 10000 || '.'
              from (values (150014), (160010), (170006)) as f (fixed)
             where f.fixed / 10000 = current_setting('server_version_num')::integer / 10000
               and current_setting('server_version_num')::integer < f.fixed
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Extensions,
            ErrorCodes.NoVector,
            FindingSeverity.Danger,
            "Install pgvector on the server, and then run callintel migrate.",
            """
            select case when a.name is null
                        then 'The extension vector (pgvector) is not available on the server.'
                        else 'The extension vector (pgvector) is not installed in this database.' end
              from (select 'vector') as v (name)
              left join pg_catalog.pg_available_extensions a on a.name = v.name
             where not exists (select from pg_catalog.pg_extension e where e.extname = 'vector')
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Extensions,
            ErrorCodes.NoVector,
            FindingSeverity.Advice,
            "Run alter extension vector update;",
            """
            select 'The extension vector has version ' || a.installed_version
                   || '; the server offers version ' || a.default_version || '.'
              from pg_catalog.pg_available_extensions a
             where a.name = 'vector' and a.installed_version <> a.default_version
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Danger,
            "Set it to on. Otherwise a crash can lose records that were reported as stored.",
            """
            select 'The setting ' || s.name || ' is off.'
              from pg_catalog.pg_settings s
             where s.name in ('fsync', 'full_page_writes') and s.setting = 'off'
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "Set log_parameter_max_length and log_parameter_max_length_on_error to 0: session tokens and personal "
                + "data are sent as parameters.",
            """
            select 'The server logs statements with their parameters (log_parameter_max_length is '
                   || current_setting('log_parameter_max_length') || ').'
             where current_setting('log_parameter_max_length') <> '0'
               and (current_setting('log_statement') <> 'none' or current_setting('log_min_duration_statement') <> '-1'
                    or current_setting('log_min_duration_sample') <> '-1'
                    or current_setting('log_transaction_sample_rate')::float8 > 0)
            union all
            select 'The server logs failed statements with their parameters (log_parameter_max_length_on_error is '
                   || current_setting('log_parameter_max_length_on_error') || ').'
             where current_setting('log_parameter_max_length_on_error') <> '0'
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "Run alter role callintel_app set plan_cache_mode = 'force_generic_plan';",
            $"""
            select 'The setting plan_cache_mode of callintel_app is not force_generic_plan: '
                   || 'PostgreSQL plans each statement again.'
             where ({ApplicationSetting("plan_cache_mode")}) is distinct from 'force_generic_plan'
            """
        ),
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "Run alter role callintel_app reset synchronous_commit;",
            $"""
            select 'The setting synchronous_commit of callintel_app is off: '
                   || 'a crash can lose records that were reported as stored.'
             where ({ApplicationSetting("synchronous_commit")}) = 'off'
            """
        ),
        // a role may change its own defaults; settings that only a superuser may change are left to superusers
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "Find out who set it, and run alter role callintel_app reset ...; if the finding names a database, "
                + "alter role callintel_app in database ... reset ...;",
            """
            select 'The role callintel_app has a default for ' || n.name
                   || case when x.setdatabase <> 0 then ' in database ' || d.datname else '' end
                   || ' that the SQL package does not set.'
              from pg_catalog.pg_db_role_setting x
              left join pg_catalog.pg_database d on d.oid = x.setdatabase,
                   unnest(x.setconfig) as c (entry), lateral (select split_part(c.entry, '=', 1) as name) n
              left join pg_catalog.pg_settings s on s.name = n.name
             where x.setrole = to_regrole('callintel_app')::oid
               and (x.setdatabase = 0 or d.datname = current_database())
               and coalesce(s.context, 'user') = 'user' and c.entry <> 'plan_cache_mode=force_generic_plan'
               and n.name not in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
                                  'idle_session_timeout', 'transaction_timeout')
             order by 1
            """
        ),
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Advice,
            "Set statement_timeout and idle_in_transaction_session_timeout with alter role callintel_app set ...; "
                + "allow enough time to ingest a batch.",
            $"""
            select 'The setting ' || s.name || ' of callintel_app is not set: one session can block the others.'
              from (values ('statement_timeout', ({ApplicationSetting("statement_timeout")})),
                           ('idle_in_transaction_session_timeout',
                            ({ApplicationSetting("idle_in_transaction_session_timeout")}))) as s (name, value)
             where s.value ~ '^0[a-z]*$'
            """
        ),
    ];

    /// <summary>
    /// Returns a query for the value of a setting in a session of <c>callintel_app</c>: the default for the role in the
    /// database, for the role, for the database or of the server, whichever is the first that is set.
    /// </summary>
    static string ApplicationSetting(string setting) =>
        $"""
            select coalesce((select substr(c.entry, length('{setting}=') + 1)
                               from pg_catalog.pg_db_role_setting x, unnest(x.setconfig) as c (entry)
                              where x.setrole in (0, to_regrole('callintel_app')::oid)
                                and x.setdatabase in (0, (select d.oid from pg_catalog.pg_database d
                                                           where d.datname = current_database()))
                                and c.entry like '{setting}=%'
                              order by x.setrole <> 0 desc, x.setdatabase <> 0 desc limit 1),
                            (select p.reset_val from pg_catalog.pg_settings p where p.name = '{setting}'))
            """;
}
