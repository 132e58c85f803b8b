using System.Text;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>The result of differential fuzzing.</summary>
/// <param name="Pairs">The number of statements, each run with values that exist and with values that do not.</param>
/// <param name="Answered">
/// The number of statements that succeeded. A run in which all statements fail proves nothing.
/// </param>
/// <param name="Differences">A description of each pair whose results differ, with its statement.</param>
sealed record DifferentialTally(int Pairs, int Answered, IReadOnlyList<string> Differences);

/// <summary>
/// Runs random statements twice in the same context: with ids and values of other orgs that exist, and with ids and
/// values of the same form that do not. Rows, errors, notices, settings, locks, transaction ids, row counts and
/// estimates must be the same.
/// </summary>
sealed partial class DifferentialFuzz
{
    readonly Attacker _attacker;
    readonly NpgsqlConnection _connection;
    readonly StringBuilder _notices = new();

    DifferentialFuzz(Attacker attacker, NpgsqlConnection connection)
    {
        _attacker = attacker;
        _connection = connection;
        connection.Notice += (_, e) =>
            _notices.Append(e.Notice.Severity).Append(' ').AppendLine(e.Notice.MessageText + e.Notice.Detail);
    }

    /// <summary>Runs the statements.</summary>
    /// <param name="arena">The database. Gets an attacking org.</param>
    /// <param name="pairs">The number of statements.</param>
    /// <param name="seed">The seed. The same seed generates the same statements.</param>
    /// <param name="lanes">The number of concurrent connections.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <param name="only">
    /// Uses only relations and functions whose name contains this text, to test the fuzzing itself. Null for all.
    /// </param>
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
        await arena.PrepareAsync(cancellationToken).ConfigureAwait(false);
        DifferentialSurface surface = await DifferentialSurface
            .ReadAsync(arena, own, new SeededRandom(seed), cancellationToken)
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
                        RunLaneAsync(
                            new Attacker(arena, own, ids, OrgRole.Viewer, "directly", source),
                            new DifferentialGrammar(new SeededRandom(seed + lane), surface),
                            new SeededRandom(~(seed + lane)),
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

    static async Task<DifferentialTally> RunLaneAsync(
        Attacker viewer,
        DifferentialGrammar grammar,
        SeededRandom random,
        int pairs,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlConnection connection = await viewer
            .Connections.OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        DifferentialFuzz withContext = new(viewer, connection),
            withoutContext = new(viewer.WithoutContext(), connection);
        List<string> differences = [];
        int answered = 0;
        for (int i = 0; i < pairs; i++)
        {
            DifferentialFuzz by = random.Next(4) == 0 ? withoutContext : withContext;
            DifferentialPair pair = grammar.Next();
            Observation real = await by.ObserveAsync(pair, v => v.Real, cancellationToken).ConfigureAwait(false);
            Observation ghost = await by.ObserveAsync(pair, v => v.Ghost, cancellationToken).ConfigureAwait(false);
            answered += real.SqlState is null ? 1 : 0;
            if (
                real.Text != ghost.Text
                && await by.IsReproducibleAsync(pair, real, ghost, cancellationToken).ConfigureAwait(false)
            )
            {
                (string realLines, string ghostLines) = Excerpts(real.Text, ghost.Text);
                differences.Add(
                    $"{by._attacker.Name}: {string.Join("; ", [.. pair.Settings, pair.Sql])}\n"
                        + $"  with {string.Join(", ", pair.Values.Select(v => v.Real))}\n"
                        + $"  if it exists: {realLines}\n  if it does not: {ghostLines}"
                );
            }
        }
        return new DifferentialTally(pairs, answered, differences);
    }

    /// <summary>Returns two lines of each result, from the first line that differs.</summary>
    static (string Real, string Ghost) Excerpts(string real, string ghost)
    {
        string[] one = real.Split('\n'),
            other = ghost.Split('\n');
        int same = one.Zip(other).TakeWhile(lines => lines.First == lines.Second).Count();
        return (string.Join('\n', one.Skip(same).Take(2)).Trim(), string.Join('\n', other.Skip(same).Take(2)).Trim());
    }

    /// <summary>
    /// Returns whether the difference is reproducible. Ids that functions generate, clocks and positions differ in each
    /// run; if they do, the results are compared without them.
    /// </summary>
    async Task<bool> IsReproducibleAsync(
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
        bool varies = real.Text != again.Text || ghost.Text != ghostAgain.Text;
        return !varies || Differ(real, ghost) && Differ(again, ghostAgain);

        // What differs between two runs of the same statement, such as the position in the change feed, says nothing
        // about the values.
        bool Differ(Observation one, Observation other)
        {
            string[][] runs = [.. new[] { one, other, real, again, ghost, ghostAgain }.Select(o => Words(o.Text))];
            return runs.Any(words => words.Length != runs[0].Length)
                ? Mask(one.Text) != Mask(other.Text)
                : Enumerable
                    .Range(0, runs[0].Length)
                    .Any(i =>
                        Mask(runs[0][i]) != Mask(runs[1][i]) && runs[2][i] == runs[3][i] && runs[4][i] == runs[5][i]
                    );
        }

        static string[] Words(string text) => text.Split([' ', '|', '\n', '(', ')', ',']);

        static bool IsTiming(Observation o) => o.SqlState is { } state && DifferentialExclusions.IsTiming(state);
    }

    async Task<Observation> ObserveAsync(
        DifferentialPair pair,
        Func<DifferentialValue, string> pick,
        CancellationToken cancellationToken
    )
    {
        StringBuilder seen = new();
        string? state = null;
        _notices.Clear();
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
            seen.Append(await ReadRemainsAsync(cancellationToken).ConfigureAwait(false));
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
        return new Observation(state, ReplaceValues(seen.Append(_notices).ToString(), pair));
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
            // bind every value, even if it is not used as a parameter, so that the numbers of the others do not change
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
            rows.Add(plan ? DifferentialExclusions.Strip(row) : row);
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

    /// <summary>
    /// Reads the effects of the statement on the transaction: settings, locks, a transaction id, the context.
    /// </summary>
    async Task<string> ReadRemainsAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            select 'setting ' || coalesce(current_setting('leak.seen', true), '') || ', locks '
                   || (select count(*) from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid())
                   || ', writes ' || (pg_current_xact_id_if_assigned() is not null)
                   || ', context ' || length(coalesce(current_setting('callintel.context', true), ''))
            """,
            _connection
        );
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>
    /// Replaces the values of the statement, which differ by design: an error or a plan can repeat values of the
    /// statement.
    /// </summary>
    static string ReplaceValues(string text, DifferentialPair pair)
    {
        // the longest first, because one value can be the beginning of another
        foreach (
            (string value, int i) in pair
                .Values.SelectMany((v, i) => new[] { (v.Real, i), (v.Ghost, i) })
                .OrderByDescending(v => v.Item1.Length)
        )
            text = text.Replace(value, $"<{i}>", StringComparison.OrdinalIgnoreCase);
        return text;
    }

    static string Mask(string text) => Varying().Replace(text, "#");

    [GeneratedRegex(
        @"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\x[0-9a-f]+"
            + @"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d+]*|0\.\d+"
    )]
    private static partial Regex Varying();

    sealed record Observation(string? SqlState, string Text);
}
