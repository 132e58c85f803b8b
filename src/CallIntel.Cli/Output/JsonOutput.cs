using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CallIntel.Cli.Output;

/// <summary>The document that <c>--json</c> prints. It has the same form for every command and every outcome.</summary>
/// <param name="Command">The command, for example <c>partitions ensure</c>.</param>
/// <param name="Outcome">The name of the exit code.</param>
/// <param name="ExitCode">The exit code of the program.</param>
/// <param name="Result">The result of the command. Null if the command failed.</param>
/// <param name="Error">The error. Null if the command did not fail.</param>
sealed record JsonOutput(string Command, ExitCode Outcome, int ExitCode, object? Result, Failure? Error)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the output is not embedded in HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal void WriteTo(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(this, Options));
}

/// <summary>An error as <c>--json</c> prints it.</summary>
/// <param name="Code">A stable code with a page in <c>docs/diagnostics</c>.</param>
/// <param name="Problem">What happened.</param>
/// <param name="Remedy">What to do.</param>
sealed record Failure(string Code, string Problem, string Remedy);
