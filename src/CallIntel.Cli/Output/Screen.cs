using Spectre.Console;

namespace CallIntel.Cli.Output;

/// <summary>Standard output for results, standard error for progress and errors, so that either can be sent elsewhere.</summary>
sealed class Screen(bool json)
{
    /// <summary>What a line is broken at where there is no terminal: nothing that a sentence reaches, so that a line can be searched for.</summary>
    const int WidthOfFile = 1000;

    readonly IAnsiConsole _results = Create(Console.Out, Console.IsOutputRedirected);

    internal IAnsiConsole Errors { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>A bar that nobody watches is a mess in a file.</summary>
    internal bool ShowsProgress => !json && !Console.IsErrorRedirected && Errors.Profile.Capabilities.Interactive;

    /// <summary>Shows that something is going on while it is.</summary>
    internal Task<T> WhileAsync<T>(string what, Func<Task<T>> work) =>
        ShowsProgress ? Errors.Status().StartAsync(what, _ => work()) : work();

    internal int Finish(string command, Outcome outcome)
    {
        if (json)
            new Document(command, outcome.ExitCode, (int)outcome.ExitCode, outcome.Result, null).WriteTo(Console.Out);
        else
            outcome.Show(_results);
        return (int)outcome.ExitCode;
    }

    internal int Fail(string command, ExitCode exitCode, CallIntelException error)
    {
        if (json)
            new Document(
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

    static IAnsiConsole Create(TextWriter writer, bool isFile)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isFile)
            console.Profile.Width = WidthOfFile;
        return console;
    }
}
