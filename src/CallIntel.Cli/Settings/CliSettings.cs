using System.CommandLine;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Settings;

/// <summary>
/// The connection strings, the paths of keys, and the org and member to act as. The environment takes precedence over
/// the options file. Secrets never come from arguments.
/// </summary>
sealed record CliSettings
{
    /// <summary>The connection string for operations: <c>migrate</c>, <c>partitions</c>, <c>doctor</c>.</summary>
    public string? AdminConnectionString { get; init; }

    /// <summary>The connection string of <c>callintel_app</c>: <c>import</c>, <c>health</c>.</summary>
    public string? ConnectionString { get; init; }

    public string? ConnectionMode { get; init; }

    public string? SigningKeyFile { get; init; }

    public string? KeyRingFile { get; init; }

    /// <summary>The folder for the copy of the ledger of erasures: <c>dsr erase</c>, <c>dsr replay</c>.</summary>
    public string? ErasureLedgerFolder { get; init; }

    public string? KeyRingPassphrase { get; init; }

    /// <summary>
    /// The name of the environment variable that holds the key of the key ring, if such a key protects it.
    /// </summary>
    public string? KeyRingVariable { get; init; }

    /// <summary><c>none</c> if only its file mode protects the key ring. Must be set explicitly.</summary>
    public string? KeyRingProtection { get; init; }

    public string? Org { get; init; }

    public string? Member { get; init; }

    /// <summary>A regular expression that matches the org's own lines, for formats that do not contain them.</summary>
    public string? OwnLines { get; init; }

    /// <summary>Returns the settings with the org and the member that the arguments name, if they do.</summary>
    internal CliSettings For(ParseResult arguments) =>
        this with
        {
            Org = arguments.GetValue(CommandLine.Org) ?? Org,
            Member = arguments.GetValue(CommandLine.Member) ?? Member,
        };

    /// <summary>Returns a text without values, because they contain secrets.</summary>
    public override string ToString() => $"{nameof(CliSettings)} {{ *** }}";
}
