using Spectre.Console;

namespace CallIntel.Cli.Output;

/// <summary>What became of a command.</summary>
/// <param name="ExitCode">What the program ends with.</param>
/// <param name="Result">What <c>--json</c> prints of it.</param>
/// <param name="Show">Prints the same for people.</param>
sealed record Outcome(ExitCode ExitCode, object Result, Action<IAnsiConsole> Show);
