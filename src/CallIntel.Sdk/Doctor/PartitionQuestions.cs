using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>Is there a partition for what comes, and is the default empty?</summary>
static class PartitionQuestions
{
    const string Check = "Partitions";
    const string Ensure = "Run callintel partitions ensure, and on a schedule.";

    internal static readonly DoctorQuestion[] All =
    [
        new(
            Check,
            ErrorCodes.PartitionsMissing,
            FindingSeverity.Warning,
            Ensure,
            """
            select 'There is no partition of ' || c.relname || ' for ' || to_char(m.month, 'YYYY-MM') || '.'
              from pg_catalog.pg_class c, generate_series(date_trunc('month', now() at time zone 'UTC'), now() at time zone 'UTC' + interval '1 month', interval '1 month') as m (month)
             where c.relnamespace = to_regnamespace('callintel_private') and c.relkind = 'p'
               and to_regclass(format('callintel_private.%I', c.relname || to_char(m.month, '"_"YYYY"_"MM'))) is null
             order by m.month, c.relname
            """
        ),
        // Row-level security lets nobody but superusers count; the planner's and the statistics collector's figures are for the others.
        new(
            Check,
            ErrorCodes.DefaultPartitionHasRows,
            FindingSeverity.Warning,
            "Run callintel partitions ensure --from the oldest month of your records: it moves them, under an exclusive lock.",
            """
            select 'The default partition ' || c.oid::regclass || ' holds ' || case when r.bypasses then '' else 'about ' end || n.rows || case when n.rows > 100000 then ' rows or more.' else ' rows.' end
              from pg_catalog.pg_class c join pg_catalog.pg_inherits i on i.inhrelid = c.oid,
                   (select x.rolsuper or x.rolbypassrls as bypasses from pg_catalog.pg_roles x where x.rolname = current_user) r,
                   lateral (select case
                                when r.bypasses then (xpath('/row/n/text()', query_to_xml(
                                    format('select count(*) as n from (select from %s limit 100001) x', c.oid::regclass), false, true, '')))[1]::text::bigint
                                else greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))::bigint end as rows) n
             where c.relnamespace = to_regnamespace('callintel_private') and pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' and n.rows > 0
             order by c.relname
            """
        ),
        // text, because a database of an earlier version has no such table
        new(
            Check,
            ErrorCodes.EventsMisplaced,
            FindingSeverity.Warning,
            "Look at the rows as callintel_ops: delete those that are wrong, and store the others again with the time that their id tells.",
            """
            select 'Events whose time is not in the month of their id are in callintel_private.misplaced_events: ' || n.rows || '.'
              from (select to_regclass('callintel_private.misplaced_events') as oid) c,
                   lateral (select case when has_table_privilege(c.oid, 'select') then (xpath('/row/n/text()', query_to_xml(
                                       format('select count(*) as n from %s', c.oid), false, true, '')))[1]::text::bigint end as rows) n
             where n.rows > 0
            """
        ),
    ];
}
