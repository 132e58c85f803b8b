using System.Globalization;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>
/// A random statement that is run with values that exist and with values of the same form that do not.
/// </summary>
/// <param name="Settings">Statements that change settings of the transaction first.</param>
/// <param name="Sql">The statement. <c>$n</c> marks a bound parameter, <c>{n}</c> a literal.</param>
/// <param name="Values">The values. The first has the number 1.</param>
sealed record DifferentialPair(IReadOnlyList<string> Settings, string Sql, IReadOnlyList<DifferentialValue> Values);

/// <summary>
/// A value of the victim, and a value of the same form that does not exist. Both have the same position in the order of
/// the attacker's own values.
/// </summary>
sealed record DifferentialValue(string Type, string Real, string Ghost);

/// <summary>
/// Generates random statements over every relation and function that the role of the application may use. PostgreSQL
/// cannot evaluate them while it plans: each signal is a volatile sub-select, and values of the victim are parameters
/// as often as literals.
/// </summary>
sealed class DifferentialGrammar(SeededRandom random, DifferentialSurface surface)
{
    static readonly string[] Settings =
    [
        "enable_indexscan = off",
        "enable_seqscan = off",
        "enable_bitmapscan = off",
        "enable_indexonlyscan = off",
        "enable_hashjoin = off",
        "enable_nestloop = off",
        "enable_partition_pruning = off",
        "enable_hashagg = off",
        "random_page_cost = 1000",
        "cpu_operator_cost = 0",
        "cpu_tuple_cost = 0",
        "plan_cache_mode = force_generic_plan",
        "plan_cache_mode = force_custom_plan",
        "work_mem = '64kB'",
        "jit = off",
        "from_collapse_limit = 1",
        "join_collapse_limit = 1",
        "transform_null_equals = on",
        "search_path = callintel, pg_catalog",
        "min_parallel_table_scan_size = 0",
        "constraint_exclusion = on",
        "enable_partitionwise_join = on",
        "TimeZone = 'Pacific/Kiritimati'",
    ];

    readonly List<DifferentialValue> _values = [];

    /// <summary>Generates the next statement with at least one value: without one, both runs are the same.</summary>
    internal DifferentialPair Next()
    {
        DifferentialPair pair;
        do pair = Generate();
        while (pair.Values.Count == 0);
        return pair;
    }

    DifferentialPair Generate()
    {
        _values.Clear();
        string[] settings = [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"set local {Pick(Settings)}")];
        if (random.Next(3) == 0)
            settings =
            [
                .. settings,
                "set local enable_indexscan = off",
                "set local enable_bitmapscan = off",
                "set local enable_indexonlyscan = off",
            ];
        string sql = random.Next(10) switch
        {
            0 or 1 when surface.Functions.Count > 0 => Call(),
            2 => $"explain {Query()}",
            3 => $"explain (analyze, timing off, summary off, costs off) {Query()}",
            4 => Write(),
            _ => Query(),
        };
        return new DifferentialPair(settings, sql, [.. _values]);
    }

    string Query()
    {
        DifferentialRelation relation = Pick(surface.Relations);
        string where = Condition(relation, "t");
        string name = relation.Name,
            id = Pick(relation.Columns).Name;
        return random.Next(16) switch
        {
            0 => $"select count(*) from {name} t tablesample system (100) where {where}",
            1 => $"select t.{id} from {name} t where {where} order by 1 limit {random.Next(1, 4)}",
            2 => $"select 1 from generate_series(1, 2) n, lateral (select n, t.{id} from {name} t where {where}) x",
            3 => $"select count(t.{id}) from (select 1) one left join {name} t on {where}",
            4 => $"select 1 where exists (select from {name} t where {where})",
            5 => $"select 1 where not exists (select from {name} t where {where})",
            6 => $"with x as materialized (select t.{id} from {name} t where {where}) select count(*) from x",
            7 => $"select t.{id}, count(*) from {name} t where {where} group by 1 order by 1",
            8 or 9 or 10 => $"select count(*) from (select * from {name} x union all "
                + $"select * from {name} x where false and random() < 0) t where {where}",
            11 => $"select count(*) from {name} t join {Pick(surface.Relations).Name} o on {where}",
            12 when relation.HasOrg => LossyOr(relation),
            _ => $"select count(*) from {name} t where {where}",
        };
    }

    /// <summary>
    /// A condition that only rows of the victim meet, and one with a side effect that shows that it was evaluated.
    /// </summary>
    string Condition(DifferentialRelation relation, string alias)
    {
        string key = KeyCondition(relation, alias);
        return random.Next(6) switch
        {
            0 => key,
            1 => $"not ({key})",
            _ => $"{key} and {SignalCondition(relation, alias)}",
        };
    }

    string KeyCondition(DifferentialRelation relation, string alias)
    {
        DifferentialColumn[] known = [.. relation.Columns.Where(column => surface.Pool(column) is not null)];
        if (known.Length == 0)
            return "true";
        DifferentialColumn column =
            relation.HasOrg && random.Next(2) == 0 ? known.First(c => c.Name == "org_id") : Pick(known);
        string value = AddValue(Pick(surface.Pool(column)!));
        return random.Next(6) switch
        {
            0 => $"{alias}.{column.Name} = {value}",
            1 => $"{alias}.{column.Name} in ({value}, {value})",
            2 => $"{alias}.{column.Name} is not distinct from {value}",
            3 => $"{alias}.{column.Name} <= {value} and {alias}.{column.Name} >= {value}",
            4 => $"{alias}.{column.Name} = any (array[(select {value})])",
            _ => $"{alias}.{column.Name} = any (array[{value}])",
        };
    }

    string SignalCondition(DifferentialRelation relation, string alias)
    {
        string column = $"{alias}.{Pick(relation.Columns).Name}",
            signal = Signal();
        return random.Next(9) switch
        {
            0 => $"({column} is null or {signal})",
            1 => $"(not ({column} is null) and {signal}) is not true",
            2 => $"case when ('{{\"a\": 1}}'::jsonb)[{column}::text] is null then {signal} else false end",
            3 => $"({column} is distinct from null or {signal}) is not false",
            4 => $"1 = any (array[(select case when {signal} then 1 end)])",
            5 => $"({column}, 1) = ({column}, (select case when {signal} then 1 else 2 end))",
            6 => $"row({column}, 1) >= row({column}, (select case when {signal} then 1 else 2 end))",
            _ => $"case when {column} is not null then {signal} else false end",
        };
    }

    string Signal() =>
        Pick([
            "(select 1 / (random() * 0)::int = 1)",
            "(select ('x' || random())::int = 1)",
            "(select set_config('leak.seen', 'yes', true) is null)",
            "(select set_config('leak.seen', coalesce(current_setting('leak.seen', true), '') || 'x', true) is null)",
            "(select pg_try_advisory_xact_lock(4711, (random() * 1000)::int))",
            "(select pg_current_xact_id() is null)",
        ]);

    /// <summary>
    /// A condition with OR that is two index scans. PostgreSQL checks the rows of pages that do not fit into the bitmap
    /// one by one.
    /// </summary>
    string LossyOr(DifferentialRelation relation)
    {
        string org = AddValue(Pick(surface.Pool(relation.Columns.First(c => c.Name == "org_id"))!));
        DifferentialColumn? id = relation.Columns.FirstOrDefault(c =>
            c is { Type: "uuid", Name: "id" or "event_id" or "record_key" or "contact_id" }
        );
        if (id is null)
            return $"select count(*) from {relation.Name} t where t.org_id = {org}";
        string Between(string low, string high) =>
            $"t.{id.Name} >= (select '{low}'::uuid) and t.{id.Name} <= (select '{high}'::uuid)";
        string all = "00000000-0000-0000-0000-00000000000",
            end = "ffffffff-ffff-ffff-ffff-fffffffffff";
        return $"select count(*) from {relation.Name} t where t.org_id = '{surface.Own}' "
            + $"and {Between(all + "0", end + "f")} "
            + $"or (t.org_id, t.{id.Name}) >= ({org}, (select case when {Signal()} then gen_random_uuid() end)) "
            + $"and t.org_id <> {org} and {Between(all + "1", end + "e")}";
    }

    string Write()
    {
        DifferentialRelation relation = Pick(surface.Relations);
        string where = Condition(relation, "t"),
            column = Pick(relation.Columns).Name;
        return random.Next(4) switch
        {
            0 => $"update {relation.Name} t set {column} = t.{column} where {where}",
            1 => $"delete from {relation.Name} t where {where}",
            2 => $"insert into {relation.Name} ({column}) select t.{column} from {relation.Name} t where {where} "
                + "on conflict do nothing",
            _ => $"merge into {relation.Name} t using (select 1) one on {where} when matched then delete",
        };
    }

    string Call()
    {
        DifferentialFunction function = Pick(surface.Functions);
        string[] arguments = [.. function.Arguments.Select(Argument)];
        return $"select * from {function.Name}({string.Join(", ", arguments)})";
    }

    string Argument(string type)
    {
        if (random.Next(12) == 0)
            return $"null::{type}";
        if (type.EndsWith("[]", StringComparison.Ordinal))
            return $"array[{Argument(type[..^2])}]::{type}";
        if (surface.Pool(type) is { } pool)
            return AddValue(Pick(pool));
        return type switch
        {
            "timestamp with time zone" => Pick([
                "timestamptz '2026-01-10 10:00:00Z'",
                "timestamptz '2026-01-12 00:00:00Z'",
                "timestamptz '2027-03-01Z'",
            ]),
            "interval" => "interval '1 hour'",
            "boolean" => Pick(["true", "false"]),
            "smallint" or "integer" or "bigint" => random.Next(9).ToString(CultureInfo.InvariantCulture) + "::" + type,
            "text" => Pick(["'hour'", "'day'", "'UTC'", "'viewer'", "'person'", "'x'"]),
            "date" => "date '2026-01-01'",
            "numeric" or "double precision" or "real" => "1::" + type,
            _ => $"null::{type}",
        };
    }

    string AddValue(DifferentialValue value)
    {
        _values.Add(value);
        // parameters and literals are numbered together, because a statement can contain both
        return random.Next(2) == 0 ? $"${_values.Count}::{value.Type}" : $"{{{_values.Count}}}";
    }

    T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
