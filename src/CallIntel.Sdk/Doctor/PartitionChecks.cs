using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// Checks that partitions for this month and the next exist, and that the default partitions are empty.
/// </summary>
static class PartitionChecks
{
    const string Group = "Partitions";

    internal static readonly DiagnosticCheck[] All =
    [
        new(
            Group,
            ErrorCodes.PartitionsMissing,
            FindingSeverity.Warning,
            "Run callintel partitions ensure, now and on a schedule.",
            """
            select 'There is no partition of ' || c.relname || ' for ' || to_char(m.month, 'YYYY-MM') || '.'
              from pg_catalog.pg_class c,
                   generate_series(date_trunc('month', now() at time zone 'UTC'),
                                   now() at time zone 'UTC' + interval '1 month', interval '1 month') as m (month)
             where c.relnamespace = to_regnamespace('callintel_private') and c.relkind = 'p'
               and to_regclass(format('callintel_private.%I',
                                      c.relname || to_char(m.month, '"_"YYYY"_"MM'))) is null
             order by m.month, c.relname
            """
        ),
        // Row-level security is forced, so only a superuser can count the rows. For other roles the count is the
        // estimate of the planner or of the cumulative statistics.
        new(
            Group,
            ErrorCodes.DefaultPartitionHasRows,
            FindingSeverity.Warning,
            "Run callintel partitions ensure --from YYYY-MM with the oldest month of your records. It moves the rows "
                + "under an exclusive lock.",
            """
            select 'The default partition ' || c.oid::regclass || ' holds '
                   || case when r.bypasses then '' else 'about ' end || n.rows
                   || case when n.rows > 100000 then ' rows or more.' else ' rows.' end
              from pg_catalog.pg_class c join pg_catalog.pg_inherits i on i.inhrelid = c.oid,
                   (select x.rolsuper or x.rolbypassrls as bypasses
                      from pg_catalog.pg_roles x where x.rolname = current_user) r,
                   lateral (select case
                                when r.bypasses then (xpath('/row/n/text()', query_to_xml(
                                    format('select count(*) as n from (select from %s limit 100001) x',
                                           c.oid::regclass), false, true, '')))[1]::text::bigint
                                else greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))::bigint
                            end as rows) n
             where c.relnamespace = to_regnamespace('callintel_private')
               and pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' and n.rows > 0
             order by c.relname
            """
        ),
        // query_to_xml takes the query as text, because a database of an earlier version does not have this table
        new(
            Group,
            ErrorCodes.EventsMisplaced,
            FindingSeverity.Warning,
            "Read the rows as callintel_ops. Delete the wrong ones, and store the others again with the time that "
                + "their id contains.",
            """
            select 'There are events whose time is outside the month of their id in '
                   || 'callintel_private.misplaced_events: ' || n.rows || '.'
              from (select to_regclass('callintel_private.misplaced_events') as oid) c,
                   lateral (select case when has_table_privilege(c.oid, 'select') then
                                       (xpath('/row/n/text()', query_to_xml(
                                           format('select count(*) as n from %s', c.oid), false, true, ''
                                       )))[1]::text::bigint end as rows) n
             where n.rows > 0
            """
        ),
    ];
}
