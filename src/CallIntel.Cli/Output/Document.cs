using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CallIntel.Cli.Output;

/// <summary>The one document of <c>--json</c>, the same for every command, whatever came of it.</summary>
/// <param name="Command">The command, for example <c>partitions ensure</c>.</param>
/// <param name="Outcome">The exit code in words.</param>
/// <param name="ExitCode">What the program ends with.</param>
/// <param name="Result">What the command found or did; null if it did not get that far.</param>
/// <param name="Error">What went wrong; null if nothing did.</param>
sealed record Document(string Command, ExitCode Outcome, int ExitCode, object? Result, Failure? Error)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // goes to a terminal or a file, not into a page
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal void WriteTo(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(this, Options));
}

/// <summary>An error as <c>--json</c> tells it.</summary>
/// <param name="Code">A stable code with a page in <c>docs/diagnostics</c>.</param>
/// <param name="Problem">What happened.</param>
/// <param name="Remedy">What to do.</param>
sealed record Failure(string Code, string Problem, string Remedy);
