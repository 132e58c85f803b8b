using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Checks that autovacuum, or the operator, maintains the database.</summary>
static class MaintenanceChecks
{
    const string Group = "Maintenance";

    internal static readonly DiagnosticCheck[] All =
    [
        new(
            Group,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Warning,
            "Set autovacuum to on.",
            """
            select 'Autovacuum is off.' where current_setting('autovacuum') = 'off'
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Group,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Danger,
            "Run vacuum freeze, and find what blocks autovacuum: old transactions, replication slots or prepared "
                + "transactions.",
            """
            select 'The database has used ' || age(d.datfrozenxid)
                   || ' of 2,147,483,648 transaction ids. When they are used up, the server refuses to write.'
              from pg_catalog.pg_database d
             where d.datname = current_database() and age(d.datfrozenxid) > 1200000000
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Group,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Warning,
            "Run vacuum analyze on the table, and give autovacuum more resources.",
            """
            select 'The table ' || s.relid::regclass || ' was '
                   || coalesce('last vacuumed on ' || to_char(v.at, 'YYYY-MM-DD'), 'never vacuumed')
                   || ' and has ' || s.n_dead_tup || ' dead rows.'
              from pg_catalog.pg_stat_user_tables s,
                   lateral (select greatest(s.last_vacuum, s.last_autovacuum) as at) v
             where s.schemaname in ('callintel', 'callintel_private')
               and s.n_dead_tup > 100000 and s.n_dead_tup > s.n_live_tup / 2
               and (v.at is null or v.at < now() - interval '7 days')
            """
        ),
        new(
            Group,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Warning,
            "Run analyze on the table, and give autovacuum more resources.",
            """
            select 'The table ' || s.relid::regclass || ' was '
                   || coalesce('last analyzed on ' || to_char(v.at, 'YYYY-MM-DD'), 'never analyzed')
                   || ', and ' || s.n_mod_since_analyze || ' rows have changed since.'
              from pg_catalog.pg_stat_user_tables s,
                   lateral (select greatest(s.last_analyze, s.last_autoanalyze) as at) v
             where s.schemaname in ('callintel', 'callintel_private')
               and s.n_mod_since_analyze > 100000 and s.n_mod_since_analyze > s.n_live_tup / 2
               and (v.at is null or v.at < now() - interval '7 days')
            """
        ),
    ];
}
