using Spectre.Console;

namespace CallIntel.Cli.Output;

/// <summary>The outcome of a command that completed or was interrupted.</summary>
/// <param name="ExitCode">The exit code of the program.</param>
/// <param name="Result">The result that <c>--json</c> prints.</param>
/// <param name="Show">Prints the result as text.</param>
sealed record Outcome(ExitCode ExitCode, object Result, Action<IAnsiConsole> Show);
