using System.CommandLine;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr</c>: the register of data subject requests.</summary>
static class DsrCommand
{
    internal static readonly Argument<string> Id = new("id") { Description = "The id of the request." };

    internal static readonly Option<string?> NoteFile = new("--note-file")
    {
        Description = "A file with a note in words, or - for standard input. It is stored encrypted.",
    };

    internal static Command Create() =>
        new("dsr", "Register and answer data subject requests.")
        {
            DsrOpenCommand.Create(),
            DsrListCommand.Create(),
            DsrStatusCommand.Create(),
            DsrStepCommands.CreateVerify(),
            DsrStepCommands.CreateExtend(),
            DsrStepCommands.CreateDeny(),
            DsrStepCommands.CreateComplete(),
            DsrRectifyCommand.Create(),
            DsrErasureCommands.CreateErase(),
            DsrErasureCommands.CreateReplay(),
            DsrErasureCommands.CreateHold(),
            DsrErasureCommands.CreateRelease(),
            DsrExportCommand.Create(),
            DsrUnpackCommand.Create(),
        };

    internal static SubjectRequestId ParseId(ParseResult arguments) =>
        new(ApplicationDatabase.ParseId(arguments.GetRequiredValue(Id), "request"));

    /// <summary>Connects with the purpose that hidden contacts and exports require.</summary>
    internal static ApplicationDatabase Open(ParseResult arguments, CliSettings settings) =>
        ApplicationDatabase.Open(settings.For(arguments), AccessPurpose.SubjectRequest);

    /// <summary>
    /// Reads a text that must not be an argument, because every user of the machine can read arguments.
    /// </summary>
    internal static async Task<string?> ReadTextAsync(string? file, CancellationToken cancellationToken)
    {
        if (file is null)
            return null;
        try
        {
            string text =
                file == "-"
                    ? await Console.In.ReadToEndAsync(cancellationToken).ConfigureAwait(false)
                    : await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
            return text.TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SettingsReader.Wrong("A file that was named cannot be read.", "Check its path and its mode.");
        }
    }

    /// <summary>Reads the name of a value of an enumeration, in any case.</summary>
    internal static T Parse<T>(string text, string what)
        where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0])
            ? value
            : throw SettingsReader.Wrong(
                $"Unknown {what}.",
                $"Use one of {string.Join(", ", Enum.GetNames<T>())}, in upper or lower case."
            );

    internal static string NamesOf<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());

    /// <summary>What <c>--json</c> prints of a request.</summary>
    internal static object Describe(SubjectRequest request) =>
        new
        {
            Id = request.Id.Value,
            Regulation = request.Regulation.ToString(),
            Type = request.Type.ToString(),
            State = request.State.ToString(),
            Verification = request.Verification.ToString(),
            request.ReceivedAt,
            request.AcknowledgeBy,
            request.AcknowledgedAt,
            request.DueAt,
            ExtensionReason = request.ExtensionReason?.ToString(),
            AssignedTo = request.AssignedTo?.Value,
            DenialBasis = request.DenialBasis?.ToString(),
            DuplicateOf = request.DuplicateOf?.Value,
            request.ClosedAt,
            Contacts = request.Contacts.Select(contact => contact.Value),
        };
}
