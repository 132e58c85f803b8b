using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>What came of an attack.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Outcome">The SQLSTATE of the first error; or <c>own rows</c>; or <c>no rows</c>.</param>
/// <param name="Breaches">What it got hold of; empty when it failed.</param>
/// <param name="Shape">Errors, numbers of rows, notices and settings left behind, without ids: what must not depend on whether a foreign thing exists.</param>
internal sealed record AttackResult(Attack Attack, string Outcome, IReadOnlyList<string> Breaches, string Shape);

/// <summary>One attack by one attacker: sends the steps, and reads everything that comes back.</summary>
internal sealed partial class AttackRun : IAsyncDisposable
{
    const int TimeoutSeconds = 20;

    readonly Attacker _attacker;
    readonly Attack _attack;
    readonly Dictionary<string, string> _values;
    readonly Dictionary<string, (NpgsqlConnection Connection, AttackStep? Open)> _connections = new(
        StringComparer.Ordinal
    );
    readonly List<string> _breaches = [];
    readonly StringBuilder _shape = new();
    readonly StringBuilder _heard = new();
    string? _error;
    bool _victimSpeaks;
    bool _anyRows;

    AttackRun(Attacker attacker, Attack attack, bool ghost)
    {
        _attacker = attacker;
        _attack = attack;
        _values = attacker.Placeholders(ghost);
    }

    /// <param name="attacker">Who runs it.</param>
    /// <param name="attack">What.</param>
    /// <param name="ghost">With ids of an org that does not exist.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<AttackResult> RunAsync(
        Attacker attacker,
        Attack attack,
        bool ghost,
        CancellationToken cancellationToken
    )
    {
        await using AttackRun run = new(attacker, attack, ghost);
        foreach (AttackStep step in attack.Steps)
            await run.StepAsync(step, cancellationToken).ConfigureAwait(false);
        foreach (string name in run._connections.Keys.ToArray())
            await run.EndAsync(name, cancellationToken).ConfigureAwait(false);
        run.Listen();
        run._shape.Append(run.Anonymous(run._heard.ToString()));
        string outcome = run._error ?? (run._anyRows ? AttackExpectation.OwnRows : AttackExpectation.NoRows);
        return new AttackResult(attack, outcome, run._breaches, run._shape.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((NpgsqlConnection connection, _) in _connections.Values)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    async Task StepAsync(AttackStep step, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await ConnectionAsync(step.Connection, cancellationToken).ConfigureAwait(false);
        if (step.Kind is not AttackStepKind.Next)
            await EndAsync(step.Connection, cancellationToken).ConfigureAwait(false);
        _victimSpeaks = step.Victim;
        if (!step.Victim)
            _anyRows = false;
        try
        {
            if (step.Kind is AttackStepKind.Transaction or AttackStepKind.CopyOut or AttackStepKind.CopyIn)
            {
                _connections[step.Connection] = (connection, step);
                await using NpgsqlBatch begin = new(connection) { BatchCommands = { new("begin") } };
                if (step.WithContext && (step.Victim || _attacker.HasContext))
                    begin.BatchCommands.Add(_attacker.Begin(step.Victim));
                await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            await SendAsync(connection, step, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            Failed(
                step,
                e.SqlState,
                $"{e.MessageText} {e.Detail} {e.Hint} {e.Where} {e.InternalQuery} {e.ConstraintName}"
            );
        }
        catch (NpgsqlException e)
        {
            Failed(step, "broken", e.Message);
        }
        finally
        {
            _victimSpeaks = false;
        }
    }

    async Task SendAsync(NpgsqlConnection connection, AttackStep step, CancellationToken cancellationToken)
    {
        string sql = Fill(step.Sql);
        switch (step.Kind)
        {
            case AttackStepKind.CopyOut:
                using (
                    TextReader copy = await connection
                        .BeginTextExportAsync(sql, cancellationToken)
                        .ConfigureAwait(false)
                )
                    Saw("copied", await copy.ReadToEndAsync(cancellationToken).ConfigureAwait(false), step);
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
                    Saw(reader.GetName(i), value, step);
                }
                rows++;
            }
            if (!step.Victim)
            {
                _anyRows |= rows > 0;
                _shape.Append(rows).Append(' ');
            }
        } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        if (!step.Victim && reader.RecordsAffected > 0)
        {
            _anyRows = true;
            _shape.Append('+').Append(reader.RecordsAffected).Append(' ');
        }
        if (step.Keep is { } keep)
            _values[keep] = first ?? "";
    }

    /// <summary>A value came back: a column called breach proves a breach unless it is null, false or zero, and any value does that holds a canary.</summary>
    void Saw(string column, string value, AttackStep step)
    {
        if (step.Victim)
            return;
        if (column == "breach" && value is not ("" or "0" or "f"))
            _breaches.Add($"breach = {(value.Length > 60 ? value[..60] : value)}");
        foreach (string canary in _attacker.Arena.Canaries)
            if (value.Contains(canary, StringComparison.OrdinalIgnoreCase))
            {
                _breaches.Add($"a value of the other org in {column}");
                return;
            }
    }

    void Failed(AttackStep step, string state, string text)
    {
        if (step.Victim)
            throw new InvalidOperationException($"The victim's step of {_attack.Id} failed: {state} {text}");
        _error ??= state;
        _shape.Append(state).Append(' ');
        Saw("an error", text, step);
    }

    /// <summary>Notices and notifications: a notice that begins with "breach:" proves a breach.</summary>
    void Listen()
    {
        string heard = _heard.ToString();
        if (heard.Contains("breach:", StringComparison.Ordinal))
            _breaches.Add("a notice says so");
        foreach (string canary in _attacker.Arena.Canaries)
            if (heard.Contains(canary, StringComparison.OrdinalIgnoreCase))
                _breaches.Add("a value of the other org in a notice or notification");
    }

    async Task<NpgsqlConnection> ConnectionAsync(string name, CancellationToken cancellationToken)
    {
        if (_connections.TryGetValue(name, out (NpgsqlConnection Connection, AttackStep? Open) known))
            return known.Connection;
        NpgsqlConnection connection = await _attacker
            .Connections.OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        connection.Notice += (_, e) => Hear(e.Notice.MessageText + e.Notice.Detail);
        connection.Notification += (_, e) => Hear(e.Payload);
        _connections[name] = (connection, null);
        return connection;
    }

    void Hear(string text)
    {
        if (!_victimSpeaks)
            _heard.AppendLine(text);
    }

    async Task EndAsync(string name, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, AttackStep? open) = _connections[name];
        if (open is null)
            return;
        _connections[name] = (connection, null);
        try
        {
            if (!open.Victim)
                await NoteSettingsAsync(connection, cancellationToken).ConfigureAwait(false);
            await using NpgsqlCommand end = new(open.RollsBack || open.Victim ? "rollback" : "commit", connection);
            await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            Failed(open, e.SqlState, $"{e.MessageText} {e.Detail}"); // a check that was deferred
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // the attack has ended its own connection
        }
    }

    /// <summary>Settings of the attack's own that are left at the end of a transaction are part of its shape; after an error there are none.</summary>
    async Task NoteSettingsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
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
                _shape.Append(Anonymous(settings)).Append(' ');
        }
        catch (PostgresException)
        {
            // the transaction has failed, and its settings went with it
        }
    }

    /// <summary>A text without the ids and texts that differ between what exists and what does not.</summary>
    string Anonymous(string text)
    {
        foreach ((string name, string value) in _values.OrderByDescending(v => v.Value.Length))
            // names of events are the beginnings of names of others
            if (value.Length > 8 && !name.EndsWith("_name", StringComparison.Ordinal))
                text = text.Replace(value, $"{{{name}}}", StringComparison.OrdinalIgnoreCase);
        return Id().Replace(text, "{id}");
    }

    [GeneratedRegex(@"set_config\('(?<name>(?!callintel\.|app\.)[a-z]+\.[a-z]+)'")]
    private static partial Regex OwnSetting();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,}")]
    private static partial Regex Id();

    string Fill(string sql)
    {
        StringBuilder text = new(sql);
        foreach ((string name, string value) in _values)
            text.Replace($"{{{name}}}", value);
        return text.ToString();
    }
}
