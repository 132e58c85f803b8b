using System.Text.Json;
using System.Text.Json.Serialization;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Settings;

/// <summary>Reads the options file and the environment, which goes first.</summary>
static class SettingsReader
{
    internal const string FileVariable = "CALLINTEL_OPTIONS";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="path">The options file; null for the one the environment names, if any.</param>
    /// <exception cref="CallIntelException"><c>CI0220</c>: the file cannot be read, is not private, or is none.</exception>
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
            KeyRingFile = Variable("CALLINTEL_KEY_RING_FILE") ?? settings.KeyRingFile,
            KeyRingPassphrase = Variable("CALLINTEL_KEY_RING_PASSPHRASE") ?? settings.KeyRingPassphrase,
            KeyRingVariable = Variable("CALLINTEL_KEY_RING_VARIABLE") ?? settings.KeyRingVariable,
            KeyRingProtection = Variable("CALLINTEL_KEY_RING_PROTECTION") ?? settings.KeyRingProtection,
            Org = Variable("CALLINTEL_ORG") ?? settings.Org,
            Member = Variable("CALLINTEL_MEMBER") ?? settings.Member,
            OwnLines = Variable("CALLINTEL_OWN_LINES") ?? settings.OwnLines,
        };
    }

    /// <summary>Paths in the file are meant from where it lies.</summary>
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
                    "The options file can be read or written by other users.",
                    "Set its mode to 0600: it holds connection strings."
                );
            CliSettings settings = JsonSerializer.Deserialize<CliSettings>(File.ReadAllBytes(path), Json)
                ?? throw Wrong("The options file holds null.", "Write an object into it, as docs/guides/cli.md shows.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return settings with
            {
                SigningKeyFile = settings.SigningKeyFile is null ? null : Path.Combine(folder, settings.SigningKeyFile),
                KeyRingFile = settings.KeyRingFile is null ? null : Path.Combine(folder, settings.KeyRingFile),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong("The options file cannot be read.", "Check that it exists and that this user may read it.", e);
        }
        catch (JsonException e)
        {
            // the parser's own words may quote the file
            throw Wrong(
                $"The options file is wrong at {e.Path ?? "$"}, line {e.LineNumber + 1}.",
                "Correct it; docs/guides/cli.md lists the properties."
            );
        }
    }

    internal static CallIntelException Wrong(string problem, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidCommand, problem, remedy, inner);

    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
