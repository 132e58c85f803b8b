using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Jobs;

/// <summary>
/// What a handler wants to happen when its job ends: statements that run in the same transaction as the end of the job.
/// Either all of them are stored and the job is done, or nothing is.
/// </summary>
/// <remarks>Not thread-safe. A handler creates one for each call.</remarks>
public sealed class JobCommit
{
    readonly List<Func<NpgsqlBatchCommand>> _statements = [];

    /// <summary>A commit without any effect besides the end of the job.</summary>
    public static JobCommit Done => new();

    internal bool IsEmpty => _statements.Count == 0;

    internal TimeSpan? Pause { get; private set; }

    internal string? NextPayload { get; private set; }

    /// <summary>Adds a statement. It runs in the context of the job, with the permissions of its kind.</summary>
    /// <param name="sql">
    /// One statement with positional parameters (<c>$1</c>), usually <c>select</c> of a function that writes. The
    /// statements of <see cref="OrgSession.QueryAsync"/> are allowed. Its rows are ignored.
    /// </param>
    /// <param name="parameters">The values of <c>$1</c>, <c>$2</c>, ... of types that Npgsql can map.</param>
    /// <returns>The same instance.</returns>
    /// <exception cref="CallIntelException"><c>CI0160</c>: the statement does not read or write rows.</exception>
    public JobCommit Then(string sql, params IReadOnlyList<object?> parameters)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(parameters);
        HostStatement.ThrowIfRefused(sql);
        // Each attempt needs a new command, because a command belongs to one batch.
        _statements.Add(() =>
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (object? value in parameters)
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            return command;
        });
        return this;
    }

    /// <summary>
    /// Lets the job run again instead of ending it, with all its attempts: for work in several steps.
    /// </summary>
    /// <param name="pause">How long to wait before the next step. Not negative.</param>
    /// <param name="nextPayload">
    /// The payload of the next step, a JSON object without personal data. Default: the payload stays.
    /// </param>
    /// <returns>The same instance.</returns>
    public JobCommit RunAgain(TimeSpan pause, string? nextPayload = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pause, TimeSpan.Zero);
        Pause = pause;
        NextPayload = nextPayload;
        return this;
    }

    internal IEnumerable<NpgsqlBatchCommand> Commands() => _statements.Select(create => create());
}
