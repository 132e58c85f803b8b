using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Is the server new enough, and set up so that nothing leaks or is lost?</summary>
static class ServerQuestions
{
    const string Version = "Server version",
        Extensions = "Extensions",
        Settings = "Settings";

    internal static readonly DoctorQuestion[] All =
    [
        new(
            Version,
            ErrorCodes.ServerTooOld,
            FindingSeverity.Danger,
            "Use PostgreSQL 15 to 18; 17 is the reference.",
            """
            select 'The server is PostgreSQL ' || current_setting('server_version') || '.' where current_setting('server_version_num')::integer < 150000
            """
        )
        {
            NeedsSchema = false,
        },
        // CVE-2025-8713: statistics of the optimizer showed values of rows that row-level security hides
        new(
            Version,
            ErrorCodes.ServerTooOld,
            FindingSeverity.Warning,
            "Install the newest minor release.",
            """
            select 'PostgreSQL ' || current_setting('server_version') || ' lets values past row-level security (CVE-2025-8713); fixed in ' || f.fixed / 10000 || '.' || f.fixed % 10000 || '.'
              from (values (150014), (160010), (170006)) as f (fixed)
             where f.fixed / 10000 = current_setting('server_version_num')::integer / 10000 and current_setting('server_version_num')::integer < f.fixed
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Extensions,
            ErrorCodes.NoVector,
            FindingSeverity.Danger,
            "Install pgvector on the server, then run callintel migrate.",
            """
            select case when a.name is null then 'The extension vector (pgvector) is not available on the server.' else 'The extension vector (pgvector) is not installed in this database.' end
              from (select 'vector') as v (name) left join pg_catalog.pg_available_extensions a on a.name = v.name
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
            "alter extension vector update;",
            """
            select 'The extension vector has version ' || a.installed_version || ', and ' || a.default_version || ' is there.'
              from pg_catalog.pg_available_extensions a where a.name = 'vector' and a.installed_version <> a.default_version
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Danger,
            "Set it back to on: what was reported as stored must be there after a crash.",
            """
            select 'The setting ' || s.name || ' is off.' from pg_catalog.pg_settings s where s.name in ('fsync', 'full_page_writes') and s.setting = 'off'
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "Set log_parameter_max_length and log_parameter_max_length_on_error to 0: session tokens and people's data are parameters.",
            """
            select 'Statements are logged with their parameters (log_parameter_max_length is ' || current_setting('log_parameter_max_length') || ').'
             where current_setting('log_parameter_max_length') <> '0'
               and (current_setting('log_statement') <> 'none' or current_setting('log_min_duration_statement') <> '-1'
                    or current_setting('log_min_duration_sample') <> '-1' or current_setting('log_transaction_sample_rate')::float8 > 0)
            union all
            select 'Statements that fail are logged with their parameters (log_parameter_max_length_on_error is ' || current_setting('log_parameter_max_length_on_error') || ').'
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
            "alter role callintel_app set plan_cache_mode = 'force_generic_plan';",
            $"""
            select 'The setting plan_cache_mode of callintel_app is not force_generic_plan: each statement is planned anew.'
             where ({OfApplication("plan_cache_mode")}) is distinct from 'force_generic_plan'
            """
        ),
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "alter role callintel_app reset synchronous_commit;",
            $"""
            select 'The setting synchronous_commit of callintel_app is off: what was reported as stored can be lost in a crash.'
             where ({OfApplication("synchronous_commit")}) = 'off'
            """
        ),
        // a role may change its own defaults; what only a superuser may set, a superuser has set
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Warning,
            "Find out who set it. Take it back: alter role callintel_app reset ..., with in database ... where it is named.",
            """
            select 'The role callintel_app has a default of its own for ' || n.name || case when x.setdatabase <> 0 then ' in database ' || d.datname else '' end || ', which the SQL package does not set.'
              from pg_catalog.pg_db_role_setting x
              left join pg_catalog.pg_database d on d.oid = x.setdatabase,
                   unnest(x.setconfig) as c (entry), lateral (select split_part(c.entry, '=', 1) as name) n
              left join pg_catalog.pg_settings s on s.name = n.name
             where x.setrole = to_regrole('callintel_app')::oid and (x.setdatabase = 0 or d.datname = current_database())
               and coalesce(s.context, 'user') = 'user' and c.entry <> 'plan_cache_mode=force_generic_plan'
               and n.name not in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')
             order by 1
            """
        ),
        new(
            Settings,
            ErrorCodes.SettingUnsafe,
            FindingSeverity.Advice,
            "alter role callintel_app set statement_timeout and idle_in_transaction_session_timeout; leave ingestion time for a batch.",
            $"""
            select 'The setting ' || s.name || ' of callintel_app is not set: one session can hold the others up.'
              from (values ('statement_timeout', ({OfApplication("statement_timeout")})),
                           ('idle_in_transaction_session_timeout', ({OfApplication(
                "idle_in_transaction_session_timeout"
            )}))) as s (name, value)
             where s.value ~ '^0[a-z]*$'
            """
        ),
    ];

    /// <summary>A setting as a session of the application gets it: of role and database, of the role, of the database, of the server.</summary>
    static string OfApplication(string setting) =>
        $"""
            select coalesce((select substr(c.entry, length('{setting}=') + 1)
                               from pg_catalog.pg_db_role_setting x, unnest(x.setconfig) as c (entry)
                              where x.setrole in (0, to_regrole('callintel_app')::oid) and x.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
                                and c.entry like '{setting}=%'
                              order by x.setrole <> 0 desc, x.setdatabase <> 0 desc limit 1),
                            (select p.reset_val from pg_catalog.pg_settings p where p.name = '{setting}'))
            """;
}
