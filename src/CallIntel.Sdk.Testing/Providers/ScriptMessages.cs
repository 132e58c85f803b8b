namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// Reads standard error of <c>postgres.sh</c>, which mixes lines of the script with the output of package managers and
/// servers. Lines of progress go to one callback and all other lines to another; the last lines are kept for an
/// error message.
/// </summary>
sealed class ScriptMessages
{
    /// <summary>The number of lines that an error message contains at most.</summary>
    internal const int TailLength = 20;

    /// <summary>The script writes this in front of lines that a user should see even when all goes well.</summary>
    internal const string ProgressPrefix = "==> ";

    const string ErrorPrefix = "error: ";

    readonly Queue<string> _tail = new(TailLength);
    readonly Action<string>? _progress;
    readonly Action<string>? _output;
    string? _error;

    ScriptMessages(Action<string>? progress, Action<string>? output) => (_progress, _output) = (progress, output);

    /// <summary>The last lines, oldest first.</summary>
    internal IReadOnlyCollection<string> Tail => _tail;

    /// <summary>The reason that the script gave for a failure; null when it gave none.</summary>
    internal string? Error => _error;

    /// <summary>Reads to the end of the stream and returns what is worth keeping.</summary>
    internal static async Task<ScriptMessages> ReadToEndAsync(
        TextReader standardError,
        Action<string>? progress,
        Action<string>? output
    )
    {
        var messages = new ScriptMessages(progress, output);
        while (await standardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            messages.Add(line);
        return messages;
    }

    void Add(string line)
    {
        bool isProgress = line.StartsWith(ProgressPrefix, StringComparison.Ordinal);
        if (isProgress)
            line = line[ProgressPrefix.Length..];
        if (line.StartsWith(ErrorPrefix, StringComparison.Ordinal))
            _error = line[ErrorPrefix.Length..];

        if (_tail.Count == TailLength)
            _tail.Dequeue();
        _tail.Enqueue(line);
        (isProgress ? _progress : _output)?.Invoke(line);
    }
}
