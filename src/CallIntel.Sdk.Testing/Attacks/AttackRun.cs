using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>The result of an attack.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Outcome">The SQLSTATE of the first error, <c>own rows</c> or <c>no rows</c>.</param>
/// <param name="Breaches">
/// Descriptions of the protected values that the attacker got. Empty if the attack failed.
/// </param>
/// <param name="Fingerprint">
/// Errors, numbers of rows, notices and remaining settings, without ids. It must not depend on whether a row of the
/// victim exists.
/// </param>
sealed record AttackResult(Attack Attack, string Outcome, IReadOnlyList<string> Breaches, string Fingerprint);

/// <summary>
/// Runs one attack by one attacker: sends the steps, and inspects everything that the server returns.
/// </summary>
sealed partial class AttackRun : IAsyncDisposable
{
    const int TimeoutSeconds = 20;

    readonly Attacker _attacker;
    readonly Attack _attack;
    readonly Dictionary<string, string> _values;
    readonly Dictionary<string, (NpgsqlConnection Connection, AttackStep? Open)> _connections = new(
        StringComparer.Ordinal
    );
    readonly List<string> _breaches = [];
    readonly StringBuilder _fingerprint = new();
    readonly StringBuilder _notices = new();
    string? _error;
    bool _victimIsRunning;
    bool _anyRows;

    AttackRun(Attacker attacker, Attack attack, bool ghost)
    {
        _attacker = attacker;
        _attack = attack;
        _values = attacker.Placeholders(ghost);
    }

    /// <summary>Runs an attack.</summary>
    /// <param name="attacker">The attacker.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="ghost">Whether to fill placeholders with ids that do not exist.</param>
    /// <param name="cancellationToken">Cancels the attack.</param>
    internal static async Task<AttackResult> RunAsync(
        Attacker attacker,
        Attack attack,
        bool ghost,
        CancellationToken cancellationToken
    )
    {
        await using AttackRun run = new(attacker, attack, ghost);
        foreach (AttackStep step in attack.Steps)
            await run.RunStepAsync(step, cancellationToken).ConfigureAwait(false);
        foreach (string name in run._connections.Keys.ToArray())
            await run.EndAsync(name, cancellationToken).ConfigureAwait(false);
        run.InspectNotices();
        run._fingerprint.Append(run.RemoveIds(run._notices.ToString()));
        string outcome = run._error ?? (run._anyRows ? AttackExpectation.OwnRows : AttackExpectation.NoRows);
        return new AttackResult(attack, outcome, run._breaches, run._fingerprint.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((NpgsqlConnection connection, _) in _connections.Values)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    async Task RunStepAsync(AttackStep step, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await OpenConnectionAsync(step.Connection, cancellationToken)
            .ConfigureAwait(false);
        if (step.Kind is not AttackStepKind.Next)
            await EndAsync(step.Connection, cancellationToken).ConfigureAwait(false);
        _victimIsRunning = step.ByVictim;
        if (!step.ByVictim)
            _anyRows = false;
        try
        {
            if (step.Kind is AttackStepKind.Transaction or AttackStepKind.CopyOut or AttackStepKind.CopyIn)
            {
                _connections[step.Connection] = (connection, step);
                await using NpgsqlBatch begin = new(connection) { BatchCommands = { new("begin") } };
                if (step.WithContext && (step.ByVictim || _attacker.HasContext))
                    begin.BatchCommands.Add(_attacker.Begin(step.ByVictim));
                await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            await SendAsync(connection, step, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            RecordError(
                step,
                e.SqlState,
                $"{e.MessageText} {e.Detail} {e.Hint} {e.Where} {e.InternalQuery} {e.ConstraintName}"
            );
        }
        catch (NpgsqlException e)
        {
            RecordError(step, "broken", e.Message);
        }
        finally
        {
            _victimIsRunning = false;
        }
    }

    async Task SendAsync(NpgsqlConnection connection, AttackStep step, CancellationToken cancellationToken)
    {
        string sql = FillPlaceholders(step.Sql);
        switch (step.Kind)
        {
            case AttackStepKind.CopyOut:
                using (
                    TextReader copy = await connection
                        .BeginTextExportAsync(sql, cancellationToken)
                        .ConfigureAwait(false)
                )
                    Inspect("copied", await copy.ReadToEndAsync(cancellationToken).ConfigureAwait(false), step);
                return;
            case AttackStepKind.CopyIn:
                string[] parts = sql.Split(";\n", 2);
                await using (
                    TextWriter copy = await connection
                        .BeginTextImportAsync(parts[0], cancellationToken)
                        .ConfigureAwait(false)
                )
                    await copy.WriteAsync(parts[1] + "\n").ConfigureAwait(false);
                return;
            default:
                await using (
                    NpgsqlCommand command = new(sql, connection)
                    {
                        AllResultTypesAreUnknown = true,
                        CommandTimeout = TimeoutSeconds,
                    }
                )
                await using (
                    NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false)
                )
                    await ReadAsync(reader, step, cancellationToken).ConfigureAwait(false);
                return;
        }
    }

    async Task ReadAsync(NpgsqlDataReader reader, AttackStep step, CancellationToken cancellationToken)
    {
        string? first = null;
        do
        {
            int rows = 0;
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                for (int i = 0; i < reader.FieldCount; i++)
                {
                    string value = reader.IsDBNull(i) ? "" : reader.GetString(i);
                    if (rows == 0 && i == 0)
                        first = value;
                    Inspect(reader.GetName(i), value, step);
                }
                rows++;
            }
            if (!step.ByVictim)
            {
                _anyRows |= rows > 0;
                _fingerprint.Append(rows).Append(' ');
            }
        } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        if (!step.ByVictim && reader.RecordsAffected > 0)
        {
            _anyRows = true;
            _fingerprint.Append('+').Append(reader.RecordsAffected).Append(' ');
        }
        if (step.Keep is { } keep)
            _values[keep] = first ?? "";
    }

    /// <summary>
    /// Inspects a value that the server returned. A value in a column named breach proves a breach unless it is null,
    /// false or zero, and so does every value that contains a canary.
    /// </summary>
    void Inspect(string column, string value, AttackStep step)
    {
        if (step.ByVictim)
            return;
        if (column == "breach" && value is not ("" or "0" or "f"))
            _breaches.Add($"breach = {(value.Length > 60 ? value[..60] : value)}");
        foreach (string canary in _attacker.Arena.Canaries)
            if (value.Contains(canary, StringComparison.OrdinalIgnoreCase))
            {
                _breaches.Add($"a value of the victim in {column}");
                return;
            }
    }

    void RecordError(AttackStep step, string state, string text)
    {
        if (step.ByVictim)
            throw new InvalidOperationException($"A step of the victim in {_attack.Id} failed: {state} {text}");
        _error ??= state;
        _fingerprint.Append(state).Append(' ');
        Inspect("an error", text, step);
    }

    /// <summary>Inspects notices and notifications. One that contains "breach:" or a canary proves a breach.</summary>
    void InspectNotices()
    {
        string notices = _notices.ToString();
        if (notices.Contains("breach:", StringComparison.Ordinal))
            _breaches.Add("a notice reports a breach");
        foreach (string canary in _attacker.Arena.Canaries)
            if (notices.Contains(canary, StringComparison.OrdinalIgnoreCase))
                _breaches.Add("a value of the victim in a notice or notification");
    }

    async Task<NpgsqlConnection> OpenConnectionAsync(string name, CancellationToken cancellationToken)
    {
        if (_connections.TryGetValue(name, out (NpgsqlConnection Connection, AttackStep? Open) known))
            return known.Connection;
        NpgsqlConnection connection = await _attacker
            .Connections.OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        connection.Notice += (_, e) => RecordNotice(e.Notice.MessageText + e.Notice.Detail);
        connection.Notification += (_, e) => RecordNotice(e.Payload);
        _connections[name] = (connection, null);
        return connection;
    }

    void RecordNotice(string text)
    {
        if (!_victimIsRunning)
            _notices.AppendLine(text);
    }

    async Task EndAsync(string name, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, AttackStep? open) = _connections[name];
        if (open is null)
            return;
        _connections[name] = (connection, null);
        try
        {
            if (!open.ByVictim)
                await RecordSettingsAsync(connection, cancellationToken).ConfigureAwait(false);
            await using NpgsqlCommand end = new(open.RollsBack || open.ByVictim ? "rollback" : "commit", connection);
            await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            RecordError(open, e.SqlState, $"{e.MessageText} {e.Detail}"); // a deferred constraint
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // the attack ended its own connection
        }
    }

    /// <summary>
    /// Adds to the fingerprint the settings that the attack defined and that exist at the end of a transaction. After
    /// an error there are none.
    /// </summary>
    async Task RecordSettingsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string[] names =
        [
            .. _attack
                .Steps.SelectMany(step => OwnSetting().Matches(step.Sql))
                .Select(match => match.Groups["name"].Value)
                .Distinct(),
        ];
        if (names.Length == 0)
            return;
        try
        {
            await using NpgsqlCommand command = new(
                "select string_agg(n || '=' || nullif(current_setting(n, true), ''), ' ' order by n) from unnest($1) n",
                connection
            );
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string settings)
                _fingerprint.Append(RemoveIds(settings)).Append(' ');
        }
        catch (PostgresException)
        {
            // the transaction failed, so its settings are gone
        }
    }

    /// <summary>Replaces the ids and texts that differ between values that exist and values that do not.</summary>
    string RemoveIds(string text)
    {
        foreach ((string name, string value) in _values.OrderByDescending(v => v.Value.Length))
            // the name of an event can be the beginning of the name of another
            if (value.Length > 8 && !name.EndsWith("_name", StringComparison.Ordinal))
                text = text.Replace(value, $"{{{name}}}", StringComparison.OrdinalIgnoreCase);
        return Id().Replace(text, "{id}");
    }

    [GeneratedRegex(@"set_config\('(?<name>(?!callintel\.|app\.)[a-z]+\.[a-z]+)'")]
    private static partial Regex OwnSetting();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}")]
    private static partial Regex Id();

    string FillPlaceholders(string sql)
    {
        StringBuilder text = new(sql);
        foreach ((string name, string value) in _values)
            text.Replace($"{{{name}}}", value);
        return text.ToString();
    }
}
