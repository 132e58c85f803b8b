using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>
/// Generates random statements of an attacker who searches for rows of other orgs. They return only columns, so every
/// returned value of another org is a leak.
/// </summary>
sealed class StatementGrammar(Random random, IReadOnlyList<TestOrg> orgs)
{
    static readonly (string Table, string[] Columns)[] Tables =
    [
        ("orgs", ["name"]),
        ("org_roles", ["member_id", "role"]),
        ("contacts", ["id", "created_by"]),
        ("contact_numbers", ["number_index", "contact_id", "number"]),
        ("contact_profiles", ["contact_id", "display_name"]),
        ("privacy_rules", ["contact_id", "level"]),
        ("events", ["id", "external_id", "contact_id", "occurred_at"]),
        ("event_contents", ["event_id", "body"]),
        ("event_embeddings", ["event_id", "embedding"]),
        ("sync_sources", ["id", "name"]),
        ("sync_streams", ["id", "cursor"]),
        ("sync_runs", ["id", "error_code"]),
        ("ingest_rejects", ["reason", "raw"]),
        ("event_details", ["event_id", "status", "own_number"]),
        ("event_parts", ["event_id", "reference"]),
        ("event_participants", ["party_id", "status"]),
        ("audit_log", ["id", "detail"]),
    ];

    static readonly string[] Settings =
    [
        "enable_indexscan = off",
        "enable_seqscan = off",
        "enable_bitmapscan = off",
        "enable_hashjoin = off",
        "enable_nestloop = off",
        "enable_material = off",
        "plan_cache_mode = force_generic_plan",
        "plan_cache_mode = force_custom_plan",
        "parallel_setup_cost = 0",
        "min_parallel_table_scan_size = 0",
        "parallel_tuple_cost = 0",
        "enable_partition_pruning = off",
        "enable_partitionwise_join = on",
        "constraint_exclusion = on",
        "work_mem = '64kB'",
        "search_path = callintel, pg_catalog",
        "join_collapse_limit = 1",
        "from_collapse_limit = 1",
        "enable_memoize = off",
    ];

    internal string Statement() =>
        random.Next(20) switch
        {
            0 => $"set local {Pick(Settings)}",
            1 => $"select set_config('callintel.context', {Pick(Contexts())}, true) is not null",
            2 => $"savepoint s{random.Next(3)}",
            3 => $"rollback to savepoint s{random.Next(3)}",
            4 or 5 => Write(),
            6 => Call(),
            7 => $"do $$ declare r record; begin for r in {Query(1)} loop null; end loop; end $$",
            8 => $"with x as materialized ({Query(1)}) select * from x",
            9 => $"({Query(1)}) limit {random.Next(100)} offset {random.Next(5)}",
            10 => $"select x.* from generate_series(1, 3) n, lateral ({Query(1)}) x",
            _ => Query(2),
        };

    string Query(int depth)
    {
        (string table, string[] columns) = Pick(Tables);
        string column = Pick(columns);
        string from = $"callintel.{table} t";
        if (depth > 1 && random.Next(3) == 0)
        {
            (string other, _) = Pick(Tables);
            string join = Pick(["join", "left join"]),
                condition = Pick(["true", "o.org_id = t.org_id", "o.org_id <> t.org_id", $"o.org_id = '{Any().Id}'"]);
            // limited, because the sequences insert rows, which would make every join of two tables slower
            from += $" {join} (select * from callintel.{other} limit 20) o on {condition}";
        }
        string rows = random.Next(4) switch
        {
            0 => $"min(t.org_id::text) as org_id, string_agg(t.{column}::text, ',') as v",
            1 => $"t.org_id, lag(t.{column}::text) over (order by t.org_id) as v",
            _ => $"t.org_id, t.{column}::text as v",
        };
        string where = depth > 0 && random.Next(4) > 0 ? $" where {Predicate(column, depth)}" : "";
        return $"select {rows} from {from}{where}";
    }

    string Predicate(string column, int depth) =>
        random.Next(12) switch
        {
            0 => "true",
            1 => $"t.org_id = '{Any().Id}' or true",
            2 => $"t.org_id <> '{Any().Id}'",
            3 => $"t.org_id in ('{orgs[0].Id}', '{orgs[1].Id}', '{orgs[2].Id}')",
            4 => $"t.org_id >= '{Any().Id}' and t.org_id <= '{Any().Id}'",
            5 => $"t.{column}::text like '%own%'",
            6 => $"case when t.org_id = '{Any().Id}' then 1 / 0 > 0 else true end",
            7 => $"t.{column}::text::int > 0",
            8 when depth > 1 => $"exists ({Query(1)})",
            9 => $"t.tableoid is not null and t.ctid is not null",
            10 => $"set_config('fuzz.seen', t.{column}::text, true) is not null",
            _ => $"not (t.org_id = '{Any().Id}') is null",
        };

    string Write() =>
        random.Next(7) switch
        {
            0 => $"update callintel.contact_numbers t set kind = {random.Next(1, 5)} "
                + $"where {Predicate("contact_id", 1)} returning org_id, number::text as v",
            1 => $"update callintel.contact_profiles t set updated_at = now() where {Predicate("contact_id", 1)} "
                + "returning org_id, display_name::text as v",
            2 => "insert into callintel.contacts (org_id, id, created_by) "
                + $"select '{Any().Id}', gen_random_uuid(), gen_random_uuid() returning org_id",
            3 => $"delete from callintel.privacy_rule_members t where {Predicate("contact_id", 1)} returning org_id",
            4 => $"update callintel.contact_numbers t set org_id = '{Any().Id}' "
                + $"where {Predicate("contact_id", 1)} returning org_id",
            5 => "merge into callintel.contact_profiles t using callintel.orgs o "
                + $"on {Pick(["true", "t.org_id <> o.org_id", $"t.org_id = '{Any().Id}'"])} "
                + "when matched then update set updated_at = now()",
            _ => $"update callintel.orgs t set name = name where {Predicate("name", 1)} returning org_id, name as v",
        };

    string Call() =>
        random.Next(7) switch
        {
            0 => $"select query_to_xml('{Query(1).Replace("'", "''", StringComparison.Ordinal)}', true, false, '')"
                + "::text as v",
            1 => "select e.org_id, e::text as v from callintel.contacts c, callintel.events_of(c.id) e",
            2 => "select e.org_id "
                + $"from callintel.events_between(now() - interval '{random.Next(1, 1 << 9)} days', now()) e",
            3 => $"explain (analyze, costs off, timing off, summary off) {Query(1)}",
            4 => $"select source_id from callintel.start_run('fuzz {random.Next(5)}', 'fuzz', 'fuzz')",
            5 => "select contact_id from callintel.find_contacts("
                + "(select array_agg(number_index) from callintel.contact_numbers))",
            _ => "select source as v, org_id from callintel.sync_health",
        };

    string[] Contexts() => ["''", "repeat('00', 82)", "reverse(current_setting('callintel.context'))", $"'{Any().Id}'"];

    TestOrg Any() => orgs[random.Next(orgs.Count)];

    T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
