using Spectre.Console;

namespace CallIntel.Cli.Output;

/// <summary>
/// Writes results to standard output, and progress and errors to standard error, so that each can be redirected.
/// </summary>
/// <param name="json">Whether to write one JSON document instead of text.</param>
sealed class ConsoleOutput(bool json)
{
    /// <summary>
    /// The width of redirected output, in characters. No sentence is that long, so each stays on one line and can be
    /// searched for.
    /// </summary>
    const int RedirectedWidth = 1000;

    readonly IAnsiConsole _results = Create(Console.Out, Console.IsOutputRedirected);

    internal bool IsJson => json;

    internal IAnsiConsole Errors { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>
    /// Gets whether to show progress: only on an interactive terminal, because it would garble a file.
    /// </summary>
    internal bool ShowsProgress => !json && !Console.IsErrorRedirected && Errors.Profile.Capabilities.Interactive;

    /// <summary>Shows a status while an operation runs.</summary>
    internal Task<T> ShowStatusAsync<T>(string status, Func<Task<T>> operation) =>
        ShowsProgress ? Errors.Status().StartAsync(status, _ => operation()) : operation();

    /// <summary>Writes the result of a command, and returns the exit code.</summary>
    internal int Finish(string command, Outcome outcome)
    {
        if (json)
            new JsonOutput(command, outcome.ExitCode, (int)outcome.ExitCode, outcome.Result, null).WriteTo(Console.Out);
        else
            outcome.Show(_results);
        return (int)outcome.ExitCode;
    }

    /// <summary>Writes an error, and returns the exit code.</summary>
    internal int Fail(string command, ExitCode exitCode, CallIntelException error)
    {
        if (json)
            new JsonOutput(
                command,
                exitCode,
                (int)exitCode,
                null,
                new Failure(error.Code, error.Problem, error.Remedy)
            ).WriteTo(Console.Out);
        else
        {
            Errors.MarkupLineInterpolated($"[red]{error.Code}[/]: {error.Problem} {error.Remedy}");
            Errors.MarkupLineInterpolated($"See docs/diagnostics/{error.Code}.md in the repository.");
        }
        return (int)exitCode;
    }

    static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }
}
