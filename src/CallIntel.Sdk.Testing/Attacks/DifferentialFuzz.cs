using System.Text;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>What differential fuzzing came to.</summary>
/// <param name="Pairs">How many statements were tried, each with values that exist and with values that do not.</param>
/// <param name="Answered">How many of them were not refused: a grammar whose statements are all refused proves nothing.</param>
/// <param name="Differences">Each pair that came to something else, with its statement.</param>
internal sealed record DifferentialTally(int Pairs, int Answered, IReadOnlyList<string> Differences);

/// <summary>
/// Runs random statements twice in the same context: with foreign ids and values that exist, and with ids and values of the same shape that do not. Rows,
/// errors, notices, settings, locks, transaction numbers, row counts and estimates must be the same.
/// </summary>
internal sealed partial class DifferentialFuzz
{
    readonly Attacker _attacker;
    readonly NpgsqlConnection _connection;
    readonly StringBuilder _heard = new();

    DifferentialFuzz(Attacker attacker, NpgsqlConnection connection)
    {
        _attacker = attacker;
        _connection = connection;
        connection.Notice += (_, e) =>
            _heard.Append(e.Notice.Severity).Append(' ').AppendLine(e.Notice.MessageText + e.Notice.Detail);
    }

    /// <param name="arena">With one org to be attacked; gets one that attacks.</param>
    /// <param name="pairs">How many statements.</param>
    /// <param name="seed">The same seed draws the same statements.</param>
    /// <param name="lanes">How many connections try at once.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="only">A part of a relation's or function's name, for tests of the fuzzing itself. Default: all of them.</param>
    internal static async Task<DifferentialTally> RunAsync(
        AttackArena arena,
        int pairs,
        int seed,
        int lanes,
        CancellationToken cancellationToken,
        string? only = null
    )
    {
        (TestOrg own, IReadOnlyDictionary<string, string> ids, _) = await arena
            .AddOrgAsync(cancellationToken)
            .ConfigureAwait(false);
        await arena.SpreadAsync(cancellationToken).ConfigureAwait(false);
        await arena.OpenAsync(cancellationToken).ConfigureAwait(false);
        DifferentialSurface surface = await DifferentialSurface
            .ReadAsync(arena, own, new SeededDraws(seed), cancellationToken)
            .ConfigureAwait(false);
        if (only is not null)
            surface.KeepOnly(only);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(arena.Database.AppConnectionString)
            {
                IncludeErrorDetail = true,
                Options = "-c jit=off -c statement_timeout=3s -c lock_timeout=1s",
            }.ConnectionString
        );
        DifferentialTally[] parts = await Task.WhenAll(
                Enumerable
                    .Range(0, lanes)
                    .Select(lane =>
                        LaneAsync(
                            new Attacker(arena, own, ids, OrgRole.Viewer, "directly", source),
                            new DifferentialGrammar(new SeededDraws(seed + lane), surface),
                            new SeededDraws(~(seed + lane)),
                            pairs / lanes,
                            cancellationToken
                        )
                    )
            )
            .ConfigureAwait(false);
        return new DifferentialTally(
            parts.Sum(p => p.Pairs),
            parts.Sum(p => p.Answered),
            [.. parts.SelectMany(p => p.Differences)]
        );
    }

    static async Task<DifferentialTally> LaneAsync(
        Attacker viewer,
        DifferentialGrammar grammar,
        SeededDraws random,
        int pairs,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlConnection connection = await viewer
            .Connections.OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        DifferentialFuzz member = new(viewer, connection),
            nobody = new(viewer.WithoutContext(), connection);
        List<string> differences = [];
        int answered = 0;
        for (int i = 0; i < pairs; i++)
        {
            DifferentialFuzz by = random.Next(4) == 0 ? nobody : member;
            DifferentialPair pair = grammar.Next();
            Observation real = await by.ObserveAsync(pair, v => v.Real, cancellationToken).ConfigureAwait(false);
            Observation ghost = await by.ObserveAsync(pair, v => v.Ghost, cancellationToken).ConfigureAwait(false);
            answered += real.SqlState is null ? 1 : 0;
            if (
                real.Text != ghost.Text
                && await by.IsSteadyAsync(pair, real, ghost, cancellationToken).ConfigureAwait(false)
            )
            {
                (string exists, string not) = Differing(real.Text, ghost.Text);
                differences.Add(
                    $"{by._attacker.Who}: {string.Join("; ", [.. pair.Settings, pair.Sql])}\n  with {string.Join(", ", pair.Values.Select(v => v.Real))}\n"
                        + $"  exists: {exists}\n  does not: {not}"
                );
            }
        }
        return new DifferentialTally(pairs, answered, differences);
    }

    /// <summary>The lines of two answers from the first that differs on.</summary>
    static (string Real, string Ghost) Differing(string real, string ghost)
    {
        string[] one = real.Split('\n'),
            other = ghost.Split('\n');
        int same = one.Zip(other).TakeWhile(lines => lines.First == lines.Second).Count();
        return (string.Join('\n', one.Skip(same).Take(2)).Trim(), string.Join('\n', other.Skip(same).Take(2)).Trim());
    }

    /// <summary>Whether the difference comes again: ids that functions draw and clocks differ each time, and are left out then.</summary>
    async Task<bool> IsSteadyAsync(
        DifferentialPair pair,
        Observation real,
        Observation ghost,
        CancellationToken cancellationToken
    )
    {
        if (IsTiming(real) || IsTiming(ghost))
            return false;
        Observation again = await ObserveAsync(pair, v => v.Real, cancellationToken).ConfigureAwait(false);
        Observation ghostAgain = await ObserveAsync(pair, v => v.Ghost, cancellationToken).ConfigureAwait(false);
        bool drawn = real.Text != again.Text || ghost.Text != ghostAgain.Text;
        return drawn
            ? Undrawn(real.Text) != Undrawn(ghost.Text) && Undrawn(again.Text) != Undrawn(ghostAgain.Text)
            : true;

        static bool IsTiming(Observation o) => o.SqlState is { } state && DifferentialResidue.IsTiming(state);
    }

    async Task<Observation> ObserveAsync(
        DifferentialPair pair,
        Func<DifferentialValue, string> pick,
        CancellationToken cancellationToken
    )
    {
        StringBuilder seen = new();
        string? state = null;
        _heard.Clear();
        await using (NpgsqlBatch begin = new(_connection) { BatchCommands = { new("begin") } })
        {
            if (_attacker.HasContext)
                begin.BatchCommands.Add(_attacker.Begin(victim: false));
            foreach (string setting in pair.Settings)
                begin.BatchCommands.Add(new NpgsqlBatchCommand(setting));
            await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        try
        {
            await ReadAsync(pair, pick, seen, cancellationToken).ConfigureAwait(false);
            seen.Append(await LeftBehindAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (PostgresException e)
        {
            state = e.SqlState;
            seen.Append("error ")
                .Append(e.SqlState)
                .Append(' ')
                .Append(e.MessageText)
                .Append(' ')
                .Append(e.Detail)
                .Append(' ')
                .Append(e.Where);
        }
        await using (NpgsqlCommand end = new("rollback", _connection))
            await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return new Observation(state, Named(seen.Append(_heard).ToString(), pair));
    }

    async Task ReadAsync(
        DifferentialPair pair,
        Func<DifferentialValue, string> pick,
        StringBuilder seen,
        CancellationToken cancellationToken
    )
    {
        string sql = pair.Sql;
        await using NpgsqlCommand command = new() { Connection = _connection, AllResultTypesAreUnknown = true };
        for (int i = 0; i < pair.Values.Count; i++)
        {
            string written = $"{{{i + 1}}}",
                bound = $"${i + 1}::";
            sql = sql.Replace(written, $"'{pick(pair.Values[i])}'::{pair.Values[i].Type}", StringComparison.Ordinal);
            // every value is bound, used or not: the numbers of the others stay as they are
            command.Parameters.Add(
                new NpgsqlParameter { Value = pick(pair.Values[i]), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
            );
            sql = sql.Replace(bound, $"${i + 1}::text::", StringComparison.Ordinal);
        }
        command.CommandText = sql;
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        bool plan = pair.Sql.StartsWith("explain", StringComparison.Ordinal);
        List<string> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            string row = string.Join(
                '|',
                Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetString(i))
            );
            rows.Add(plan ? DifferentialResidue.Strip(row) : row);
        }
        if (!plan)
            rows.Sort(StringComparer.Ordinal);
        await reader.CloseAsync().ConfigureAwait(false);
        seen.AppendJoin('\n', rows)
            .Append(" (")
            .Append(rows.Count)
            .Append(" rows, ")
            .Append(reader.RecordsAffected)
            .Append(" affected) ");
    }

    /// <summary>What the statement left in the transaction: a setting, locks, a transaction number, the context.</summary>
    async Task<string> LeftBehindAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            select 'setting ' || coalesce(current_setting('leak.seen', true), '') || ', locks '
                   || (select count(*) from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid()) || ', writes '
                   || (pg_current_xact_id_if_assigned() is not null) || ', context ' || length(coalesce(current_setting('callintel.context', true), ''))
            """,
            _connection
        );
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Without the values that differ by design: an error or a plan may say again what the statement said.</summary>
    static string Named(string text, DifferentialPair pair)
    {
        // the longest first: one value may be the beginning of another
        foreach (
            (string value, int i) in pair
                .Values.SelectMany((v, i) => new[] { (v.Real, i), (v.Ghost, i) })
                .OrderByDescending(v => v.Item1.Length)
        )
            text = text.Replace(value, $"<{i}>", StringComparison.OrdinalIgnoreCase);
        return text;
    }

    static string Undrawn(string text) => Drawn().Replace(text, "#");

    [GeneratedRegex(
        @"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\x[0-9a-f]+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d+]*|0\.\d+"
    )]
    private static partial Regex Drawn();

    sealed record Observation(string? SqlState, string Text);
}
