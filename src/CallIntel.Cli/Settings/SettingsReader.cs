using System.Text.Json;
using System.Text.Json.Serialization;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Settings;

/// <summary>Reads settings from the environment and the options file. The environment takes precedence.</summary>
static class SettingsReader
{
    internal const string FileVariable = "CALLINTEL_OPTIONS";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads the settings.</summary>
    /// <param name="path">The options file. Null for the one that the environment names, if any.</param>
    /// <exception cref="CallIntelException">
    /// The options file could not be read, is accessible to other users, or is not valid (<c>CI0220</c>).
    /// </exception>
    internal static CliSettings Read(string? path)
    {
        string? file = path ?? Variable(FileVariable);
        CliSettings settings = file is null ? new() : ReadFile(file);
        return settings with
        {
            AdminConnectionString = Variable("CALLINTEL_ADMIN_CONNECTION") ?? settings.AdminConnectionString,
            ConnectionString = Variable("CALLINTEL_CONNECTION") ?? settings.ConnectionString,
            ConnectionMode = Variable("CALLINTEL_CONNECTION_MODE") ?? settings.ConnectionMode,
            SigningKeyFile = Variable("CALLINTEL_SIGNING_KEY_FILE") ?? settings.SigningKeyFile,
            ErasureLedgerFolder = Variable("CALLINTEL_ERASURE_LEDGER_FOLDER") ?? settings.ErasureLedgerFolder,
            KeyRingFile = Variable("CALLINTEL_KEY_RING_FILE") ?? settings.KeyRingFile,
            KeyRingPassphrase = Variable("CALLINTEL_KEY_RING_PASSPHRASE") ?? settings.KeyRingPassphrase,
            KeyRingVariable = Variable("CALLINTEL_KEY_RING_VARIABLE") ?? settings.KeyRingVariable,
            KeyRingProtection = Variable("CALLINTEL_KEY_RING_PROTECTION") ?? settings.KeyRingProtection,
            Org = Variable("CALLINTEL_ORG") ?? settings.Org,
            Member = Variable("CALLINTEL_MEMBER") ?? settings.Member,
            OwnLines = Variable("CALLINTEL_OWN_LINES") ?? settings.OwnLines,
        };
    }

    /// <summary>Reads the options file. Relative paths in it are relative to its folder.</summary>
    static CliSettings ReadFile(string path)
    {
        try
        {
            if (
                !OperatingSystem.IsWindows()
                && (
                    File.GetUnixFileMode(path)
                    & (
                        UnixFileMode.GroupRead
                        | UnixFileMode.OtherRead
                        | UnixFileMode.GroupWrite
                        | UnixFileMode.OtherWrite
                    )
                ) != 0
            )
                throw Wrong(
                    "Other users can read or write the options file.",
                    "Set its mode to 0600, because it contains connection strings."
                );
            CliSettings settings = JsonSerializer.Deserialize<CliSettings>(File.ReadAllBytes(path), Json)
                ?? throw Wrong(
                    "The options file contains null.",
                    "Write a JSON object into it; docs/guides/cli.md lists the properties."
                );
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return settings with
            {
                SigningKeyFile = settings.SigningKeyFile is null ? null : Path.Combine(folder, settings.SigningKeyFile),
                ErasureLedgerFolder = settings.ErasureLedgerFolder is null
                    ? null
                    : Path.Combine(folder, settings.ErasureLedgerFolder),
                KeyRingFile = settings.KeyRingFile is null ? null : Path.Combine(folder, settings.KeyRingFile),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(
                "The options file could not be read.",
                "Check that it exists and that this user may read it.",
                e
            );
        }
        catch (JsonException e)
        {
            // the message of the parser can quote the file
            throw Wrong(
                $"The options file is not valid at {e.Path ?? "$"}, line {e.LineNumber + 1}.",
                "Correct it; docs/guides/cli.md lists the properties."
            );
        }
    }

    /// <summary>Creates the error for an invalid command, option or setting (<c>CI0220</c>).</summary>
    internal static CallIntelException Wrong(string problem, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidCommand, problem, remedy, inner);

    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
