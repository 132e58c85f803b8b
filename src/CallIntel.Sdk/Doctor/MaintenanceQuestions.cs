using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Is the database being looked after?</summary>
static class MaintenanceQuestions
{
    const string Check = "Maintenance";

    internal static readonly DoctorQuestion[] All =
    [
        new(
            Check,
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
            Check,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Danger,
            "Run vacuum freeze, and find what holds autovacuum up: old transactions, replication slots, prepared transactions.",
            """
            select 'The database has used ' || age(d.datfrozenxid) || ' of 2,147,483,648 transaction ids: it stops writing at the end of them.'
              from pg_catalog.pg_database d where d.datname = current_database() and age(d.datfrozenxid) > 1200000000
            """
        )
        {
            NeedsSchema = false,
        },
        new(
            Check,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Warning,
            "Run vacuum analyze on it, and give autovacuum more room.",
            """
            select 'The table ' || s.relid::regclass || ' was ' || coalesce('last vacuumed on ' || to_char(v.at, 'YYYY-MM-DD'), 'never vacuumed') || ' and has ' || s.n_dead_tup || ' dead rows.'
              from pg_catalog.pg_stat_user_tables s, lateral (select greatest(s.last_vacuum, s.last_autovacuum) as at) v
             where s.schemaname in ('callintel', 'callintel_private') and s.n_dead_tup > 100000 and s.n_dead_tup > s.n_live_tup / 2
               and (v.at is null or v.at < now() - interval '7 days')
            """
        ),
        new(
            Check,
            ErrorCodes.MaintenanceOverdue,
            FindingSeverity.Warning,
            "Run analyze on it, and give autovacuum more room.",
            """
            select 'The table ' || s.relid::regclass || ' was ' || coalesce('last analyzed on ' || to_char(v.at, 'YYYY-MM-DD'), 'never analyzed') || ' and has changed by ' || s.n_mod_since_analyze || ' rows.'
              from pg_catalog.pg_stat_user_tables s, lateral (select greatest(s.last_analyze, s.last_autoanalyze) as at) v
             where s.schemaname in ('callintel', 'callintel_private') and s.n_mod_since_analyze > 100000 and s.n_mod_since_analyze > s.n_live_tup / 2
               and (v.at is null or v.at < now() - interval '7 days')
            """
        ),
    ];
}
