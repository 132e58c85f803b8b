using System.Globalization;
using System.Security.Cryptography;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>
/// A database with one org that is attacked, whose rows contain canaries, and any number of attacking orgs.
/// </summary>
sealed class AttackArena : IAsyncDisposable
{
    const int VictimEvents = 2_000;

    /// <summary>Six events for each contact, because dashboards do not count fewer than five hidden events.</summary>
    const int AttackerEvents = 24;

    /// <summary>
    /// The names of privacy levels 1 to 3 in placeholders: <c>{own_hidden}</c>, <c>{own_hidden_event}</c>,
    /// <c>{own_hidden_number}</c>.
    /// </summary>
    static readonly string[] RestrictedLevels = ["withheld", "restricted", "hidden"];

    string _checksumSql = "";

    AttackArena(TestDatabase database, TestOrg victim, bool naive)
    {
        Database = database;
        Victim = victim;
        IsNaive = naive;
    }

    internal TestDatabase Database { get; }

    /// <summary>Gets the attacked org.</summary>
    internal TestOrg Victim { get; }

    /// <summary>Gets whether a plain setting, instead of a verified context, separates the orgs.</summary>
    internal bool IsNaive { get; }

    /// <summary>Gets the name of the setting that contains the org.</summary>
    internal string Setting => IsNaive ? "app.org" : "callintel.context";

    /// <summary>Gets the ids of rows of the victim that an attacker may know, by placeholder.</summary>
    internal IReadOnlyDictionary<string, string> Known { get; private set; } = new Dictionary<string, string>();

    /// <summary>Gets values in rows of the victim and in tables of keys that must never reach an attacker.</summary>
    internal IReadOnlyList<string> Canaries { get; private set; } = [];

    /// <summary>Creates the database and the attacked org.</summary>
    /// <param name="template">A template with partitions for January and February 2026.</param>
    /// <param name="naive">Whether a plain setting, instead of a verified context, separates the orgs.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<AttackArena> CreateAsync(
        MigratedTemplate template,
        bool naive = false,
        CancellationToken cancellationToken = default
    )
    {
        TestDatabase database = await template.CloneAsync(cancellationToken).ConfigureAwait(false);
        // The first reader of the change feed in a copied database begins a new generation. It is not an attack.
        await using (
            NpgsqlCommand generation = database.Admin.CreateCommand("select callintel_private.ensure_generation()")
        )
            await generation.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            AttackArena arena = new(
                database,
                await database.CreateOrgAsync("victim", cancellationToken).ConfigureAwait(false),
                naive
            );
            string mark = $"canary{RandomHex(12)}",
                bytes = RandomHex(16);
            await arena.SeedAsync(arena.Victim, mark, bytes, VictimEvents, cancellationToken).ConfigureAwait(false);
            arena.Known = await arena.ReadIdsAsync(arena.Victim, "foreign", cancellationToken).ConfigureAwait(false);
            arena.Canaries = [mark, bytes, .. await arena.ReadSecretsAsync(cancellationToken).ConfigureAwait(false)];
            arena._checksumSql = await arena.BuildChecksumAsync(cancellationToken).ConfigureAwait(false);
            return arena;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates an attacking org. Returns its ids by placeholder and the mark that its texts contain.</summary>
    internal async Task<(TestOrg Org, IReadOnlyDictionary<string, string> Ids, string Mark)> AddOrgAsync(
        CancellationToken cancellationToken
    )
    {
        TestOrg org = await Database.CreateOrgAsync("attacker", cancellationToken).ConfigureAwait(false);
        string mark = $"own{RandomHex(12)}";
        await SeedAsync(org, mark, RandomHex(16), AttackerEvents, cancellationToken).ConfigureAwait(false);
        return (org, await ReadIdsAsync(org, "own", cancellationToken).ConfigureAwait(false), mark);
    }

    /// <summary>
    /// Collects statistics, as autovacuum does on every server, and removes the protection if the arena is naive. Call
    /// it before the first attack.
    /// </summary>
    internal async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await AdminAsync("analyze", cancellationToken).ConfigureAwait(false);
        if (!IsNaive)
            return;
        await AdminAsync(await ReadAsync("naive.sql").ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        _checksumSql = await BuildChecksumAsync(cancellationToken).ConfigureAwait(false); // naive.sql moves the tables
    }

    /// <summary>
    /// Gives every org a row on each of 1,300 pages that all orgs share, in the larger tables. A bitmap of that many
    /// pages does not fit into the smallest work_mem, so that PostgreSQL checks the rows of lossy pages one by one.
    /// Call it before <see cref="PrepareAsync"/>.
    /// </summary>
    internal async Task SpreadAsync(CancellationToken cancellationToken) =>
        await AdminAsync(await ReadAsync("spread.sql").ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Returns whether a placeholder names a contact of the own org that a privacy rule restricts, or a value of such a
    /// contact.
    /// </summary>
    internal static bool IsRestricted(string placeholder) =>
        RestrictedLevels.Any(level => placeholder.StartsWith($"own_{level}", StringComparison.Ordinal));

    /// <summary>
    /// Returns a digest of all rows of the victim, and of everything that does not belong to an org: keys, permissions
    /// of roles, policies.
    /// </summary>
    internal async Task<string> ChecksumAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(_checksumSql);
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Database.DisposeAsync();

    async Task SeedAsync(TestOrg org, string mark, string bytes, int events, CancellationToken cancellationToken)
    {
        string sql = (await ReadAsync("seed.sql").ConfigureAwait(false))
            .Replace("{org}", org.Id.ToString(), StringComparison.Ordinal)
            .Replace("{member}", org.Members[OrgRole.Member].ToString(), StringComparison.Ordinal)
            .Replace("{admin}", org.Members[OrgRole.Admin].ToString(), StringComparison.Ordinal)
            .Replace("{mark}", mark, StringComparison.Ordinal)
            .Replace("{bytes}", bytes, StringComparison.Ordinal)
            .Replace("{events}", events.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await AdminAsync($"begin; {sql}; commit", cancellationToken).ConfigureAwait(false);
    }

    async Task<IReadOnlyDictionary<string, string>> ReadIdsAsync(
        TestOrg org,
        string prefix,
        CancellationToken cancellationToken
    )
    {
        List<(string Name, string Value)> ids = await ListAsync(
                $$"""
            select 'contact', (select min(n.contact_id::text) from callintel_private.contact_numbers n
                                where n.org_id = '{{org.Id}}')
            union all select 'number', (select n.number_index::text from callintel_private.contact_numbers n
                                         where n.org_id = '{{org.Id}}' order by n.contact_id::text limit 1)
            {{string.Join('\n', RestrictedLevels.Select((name, level) => $$"""
            union all
            select '{{name}}', (select min(r.contact_id::text) from callintel_private.privacy_rules r
                                 where r.org_id = '{{org.Id}}' and r.level = {{level + 1}})
            union all
            select '{{name}}_event', (select min(e.id::text) from callintel_private.events e
                                        join callintel_private.privacy_rules r
                                          on r.org_id = e.org_id and r.contact_id = e.contact_id
                                       where e.org_id = '{{org.Id}}' and r.level = {{level + 1}})
            union all
            select '{{name}}_name', (select e.external_id from callintel_private.events e
                                       join callintel_private.privacy_rules r
                                         on r.org_id = e.org_id and r.contact_id = e.contact_id
                                      where e.org_id = '{{org.Id}}' and r.level = {{level + 1}}
                                      order by e.id::text limit 1)
            union all
            select '{{name}}_number', (select min(n.number_index::text) from callintel_private.contact_numbers n
                                         join callintel_private.privacy_rules r
                                           on r.org_id = n.org_id and r.contact_id = n.contact_id
                                        where n.org_id = '{{org.Id}}' and r.level = {{level + 1}})
            """))}}
            union all select 'event', (select min(e.id::text) from callintel_private.events e
                                        where e.org_id = '{{org.Id}}')
            union all select 'source', (select min(s.id::text) from callintel_private.sync_sources s
                                         where s.org_id = '{{org.Id}}')
            union all select 'stream', (select min(s.id::text) from callintel_private.sync_streams s
                                         where s.org_id = '{{org.Id}}')
            union all select 'run', (select min(r.id::text) from callintel_private.sync_runs r
                                      where r.org_id = '{{org.Id}}')
            union all select 'invitation', (select min(i.id::text) from callintel_private.invitations i
                                             where i.org_id = '{{org.Id}}')
            union all select 'line', (select min(l.line_id::text) from callintel_private.lines l
                                       where l.org_id = '{{org.Id}}')
            union all select 'team', (select min(t.team_id::text) from callintel_private.teams t
                                       where t.org_id = '{{org.Id}}')
            union all select 'request', (select min(r.request_id::text) from callintel_private.subject_requests r
                                          where r.org_id = '{{org.Id}}')
            union all select 'rule', (select min(r.rule_id::text) from callintel_private.subject_request_rules r
                                       where r.org_id = '{{org.Id}}')
            union all select 'key', (select min('\x' || encode(k.key_id, 'hex')) from callintel_private.data_keys k
                                      where k.org_id = '{{org.Id}}')
            """,
                row => (row.GetString(0), row.GetString(1)),
                cancellationToken
            )
            .ConfigureAwait(false);
        Dictionary<string, string> known = ids.ToDictionary(
            id => $"{prefix}_{id.Name}",
            id => id.Value,
            StringComparer.Ordinal
        );
        known[prefix] = org.Id.ToString();
        known[$"{prefix}_owner"] = org.Members[OrgRole.Owner].ToString();
        known[$"{prefix}_member"] = org.Members[OrgRole.Member].ToString();
        return known;
    }

    /// <summary>
    /// Reads the ids of the victim in some rows of each table, except those that placeholders reveal, and the keys of
    /// contexts and tokens.
    /// </summary>
    async Task<List<string>> ReadSecretsAsync(CancellationToken cancellationToken)
    {
        List<string> queries = await ListAsync(
                """
                select format('(select t.%I::text from %I.%I t where t.org_id = %L order by 1 limit 20)',
                              a.attname, n.nspname, c.relname, $org$)
                  from pg_catalog.pg_class c
                  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  join pg_catalog.pg_attribute a on a.attrelid = c.oid
                   and a.atttypid in ('uuid'::regtype, 'bytea'::regtype)
                 where n.nspname in ('callintel', 'callintel_private')
                   and c.relkind in ('r', 'p') and not c.relispartition
                   and exists (select from pg_catalog.pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id')
                """.Replace("$org$", $"'{Victim.Id}'", StringComparison.Ordinal),
                row => row.GetString(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        List<string> secrets = await ListAsync(
                $"""
                select v from ({string.Join(" union ", queries)}) as found (v) where v is not null
                union select encode(pad, 'hex') from callintel_private.context_key
                union select encode(inner_pad, 'hex') from callintel_private.signing_keys
                """,
                row => row.GetString(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        return
        [
            .. secrets
                .Select(s => s.StartsWith(@"\x", StringComparison.Ordinal) ? s[2..] : s)
                // The nil UUID stands for nobody in every org.
                .Where(s => s != Guid.Empty.ToString())
                .Where(s => !Known.Values.Any(k => k.EndsWith(s, StringComparison.Ordinal))),
        ];
    }

    async Task<string> BuildChecksumAsync(CancellationToken cancellationToken)
    {
        List<string> parts = await ListAsync(
                $"""
                select format('(select %L || coalesce(sum(hashtextextended(t::text, 0)), 0) || count(*) '
                              'from %I.%I t %s)',
                              c.relname, n.nspname, c.relname,
                              case when exists (select from pg_catalog.pg_attribute o
                                                 where o.attrelid = c.oid and o.attname = 'org_id')
                                   then 'where t.org_id = ''{Victim.Id}''' end)
                  from pg_catalog.pg_class c
                  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                 where n.nspname in ('callintel', 'callintel_private')
                   and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'staging%'
                 order by 1
                """,
                row => row.GetString(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        return $"select md5({string.Join(" || ", parts)} "
            + "|| (select string_agg(p::text, '' order by p.oid) from pg_catalog.pg_policy p))";
    }

    internal async Task AdminAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Database.Admin.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<T> values = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            values.Add(map(reader));
        return values;
    }

    static async Task<string> ReadAsync(string name)
    {
        await using Stream stream = typeof(AttackArena).Assembly.GetManifestResourceStream($"attacks/{name}")!;
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync().ConfigureAwait(false);
    }

    static string RandomHex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
