using System.Globalization;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>A relation that the application role may read, with the columns it may read.</summary>
sealed record DifferentialRelation(string Name, IReadOnlyList<DifferentialColumn> Columns)
{
    internal bool HasOrg => Columns.Any(column => column.Name == "org_id");
}

/// <summary>A column and its type.</summary>
sealed record DifferentialColumn(string Name, string Type);

/// <summary>A function that the application role may call, with the types of its arguments.</summary>
sealed record DifferentialFunction(string Name, IReadOnlyList<string> Arguments);

/// <summary>
/// The attack surface: the relations and functions that the role of the application may use, from the system catalogs,
/// and values of rows that it must not see.
/// </summary>
sealed class DifferentialSurface
{
    const int ValuesPerColumn = 6,
        SuffixLength = 12;

    readonly Dictionary<string, List<DifferentialValue>> _byColumn = new(StringComparer.Ordinal),
        _byType = new(StringComparer.Ordinal);

    DifferentialSurface(TestOrg own) => Own = own.Id.ToString();

    /// <summary>Gets the id of the org of the attacker.</summary>
    internal string Own { get; }

    internal IReadOnlyList<DifferentialRelation> Relations { get; private set; } = [];

    internal IReadOnlyList<DifferentialFunction> Functions { get; private set; } = [];

    /// <summary>Returns protected values for a column. Null if there are none.</summary>
    internal IReadOnlyList<DifferentialValue>? Pool(DifferentialColumn column) =>
        _byColumn.GetValueOrDefault($"{column.Name} {column.Type}");

    /// <summary>Returns protected values of a type. Null if there are none.</summary>
    internal IReadOnlyList<DifferentialValue>? Pool(string type) => _byType.GetValueOrDefault(type);

    /// <summary>Removes relations and functions whose name does not contain a text.</summary>
    internal void KeepOnly(string part)
    {
        Relations = [.. Relations.Where(r => r.Name.Contains(part, StringComparison.Ordinal))];
        Functions = [.. Functions.Where(f => f.Name.Contains(part, StringComparison.Ordinal))];
    }

    /// <summary>Reads the surface and the values.</summary>
    /// <param name="arena">The database and its victim.</param>
    /// <param name="own">The org of the attacker. Values of its hidden contact are protected as well.</param>
    /// <param name="random">
    /// Generates the values that do not exist, so that a seed repeats a run except for the ids of orgs.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<DifferentialSurface> ReadAsync(
        AttackArena arena,
        TestOrg own,
        SeededRandom random,
        CancellationToken cancellationToken
    )
    {
        DifferentialSurface surface = new(own);
        List<string[]> columns = await ReadRowsAsync(
                arena,
                """
                select n.nspname || '.' || c.relname, a.attname, format_type(a.atttypid, null)
                  from pg_catalog.pg_class c
                  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 where n.nspname in ('callintel', 'callintel_private') and c.relkind in ('r', 'p', 'v', 'm', 'f')
                   and has_schema_privilege('callintel_app', n.oid, 'usage')
                   and has_column_privilege('callintel_app', c.oid, a.attnum, 'select')
                 order by 1, a.attnum
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        surface.Relations =
        [
            .. columns
                .GroupBy(c => c[0])
                .Select(g => new DifferentialRelation(g.Key, [.. g.Select(c => new DifferentialColumn(c[1], c[2]))])),
        ];

        List<string[]> functions = await ReadRowsAsync(
                arena,
                """
                select n.nspname || '.' || p.proname,
                       (select string_agg(format_type(t, null), ';' order by o)
                          from unnest(p.proargtypes) with ordinality x (t, o))
                  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                 where n.nspname in ('callintel', 'callintel_private')
                   and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
                   and has_schema_privilege('callintel_app', n.oid, 'usage')
                   and has_function_privilege('callintel_app', p.oid, 'execute')
                 order by 1, 2
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        surface.Functions =
        [
            .. functions.Select(f => new DifferentialFunction(f[0], f[1].Length == 0 ? [] : f[1].Split(';'))),
        ];

        await surface.ReadValuesAsync(arena, own, random, cancellationToken).ConfigureAwait(false);
        return surface;
    }

    /// <summary>
    /// Reads values of rows of the victim in every table, and of rows of the attacker's hidden contact.
    /// </summary>
    async Task ReadValuesAsync(AttackArena arena, TestOrg own, SeededRandom random, CancellationToken cancellationToken)
    {
        List<string[]> sources = await ReadRowsAsync(
                arena,
                """
                select format('select distinct t.%1$I::text from %2$I.%3$I t where t.org_id = ',
                              a.attname, n.nspname, c.relname),
                       a.attname,
                       format_type(coalesce(nullif(d.typbasetype, 0), a.atttypid), null), format_type(a.atttypid, null),
                       case when h.attname is null then '' else 't.' || h.attname end
                  from pg_catalog.pg_class c
                  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  join pg_catalog.pg_type d on d.oid = a.atttypid
                  left join pg_catalog.pg_attribute h on h.attrelid = c.oid
                   and h.attname = case c.relname when 'contacts' then 'id' else 'contact_id' end
                 where n.nspname in ('callintel', 'callintel_private')
                   and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'staging%'
                   and exists (select from pg_catalog.pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id')
                 order by 1
                """,
                cancellationToken
            )
            .ConfigureAwait(false);
        string rules = await FindPrivacyRulesAsync(arena, cancellationToken).ConfigureAwait(false),
            hidden = $"(select r.contact_id from {rules} r where r.org_id = '{own.Id}' and r.level = 3)";
        foreach (string[] source in sources.Where(s => s[2] is "uuid" or "bytea" or "text"))
        {
            string values = $"({source[0]}'{arena.Victim.Id}' limit {ValuesPerColumn})";
            // ids and numbers of the hidden contact itself; values that other rows of the own org contain as well are
            // not protected
            bool ofContact =
                source[4].Length > 0
                && source[2] != "text"
                && source[1]
                    is not ("org_id" or "member_id" or "source_id" or "created_by" or "set_by" or "content_hash");
            if (ofContact)
                values += $" union ({source[0]}'{own.Id}' and {source[4]} in {hidden} limit {ValuesPerColumn})";
            foreach (string[] value in await ReadRowsAsync(arena, values, cancellationToken).ConfigureAwait(false))
                if (
                    value[0].Length > SuffixLength
                    && (source[2] != "text" || value[0].StartsWith("canary", StringComparison.Ordinal))
                )
                    Add(
                        source[1],
                        source[2],
                        source[3],
                        new DifferentialValue(source[2], value[0], Ghost(source[2], value[0], random))
                    );
        }
    }

    void Add(string column, string type, string declared, DifferentialValue value)
    {
        foreach (
            (Dictionary<string, List<DifferentialValue>> pools, string key) in new[]
            {
                (_byColumn, $"{column} {type}"),
                (_byColumn, $"{column} {declared}"),
                (_byType, type),
                (_byType, declared),
            }
        )
        {
            if (!pools.TryGetValue(key, out List<DifferentialValue>? pool))
                pools[key] = pool = [];
            if (!pool.Exists(other => other.Real == value.Real))
                pool.Add(value);
        }
    }

    /// <summary>
    /// Returns the value with other last characters, so that both have the same position in the order of the attacker's
    /// own values.
    /// </summary>
    static string Ghost(string type, string value, SeededRandom random)
    {
        string end = (random.Bits() >> 16).ToString("x12", CultureInfo.InvariantCulture);
        if (type != "text")
            return value[..^SuffixLength] + end;
        int dash = value.LastIndexOf('-');
        // canary0123456789ab-17: the random part is before the dash
        return dash > SuffixLength
            ? value[..(dash - SuffixLength)] + end + value[dash..]
            : value[..^SuffixLength] + end;
    }

    /// <summary>Returns the qualified name of the table, which <c>naive.sql</c> moves to another schema.</summary>
    static async Task<string> FindPrivacyRulesAsync(AttackArena arena, CancellationToken cancellationToken) =>
        (
            await ReadRowsAsync(
                    arena,
                    """
                    select n.nspname || '.' || c.relname
                      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                     where c.relname = 'privacy_rules' and c.relkind = 'r'
                       and n.nspname in ('callintel', 'callintel_private')
                    """,
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0][0];

    static async Task<List<string[]>> ReadRowsAsync(AttackArena arena, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = arena.Database.Admin.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<string[]> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add([
                .. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i)),
            ]);
        return rows;
    }
}
