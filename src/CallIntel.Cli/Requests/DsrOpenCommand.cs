using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr open</c>: enters a request in the register.</summary>
static class DsrOpenCommand
{
    static readonly Argument<string> Type = new("type")
    {
        Description = $"What the person requests: {DsrCommand.NamesOf<SubjectRequestType>()}.",
    };

    static readonly Option<string> Regulation = new("--regulation")
    {
        Description = $"The law: {DsrCommand.NamesOf<SubjectRegulation>()}.",
        Required = true,
    };

    static readonly Option<string?> Identities = new("--identities")
    {
        Description =
            "A file, or - for standard input, with what the person gave to be found by. One identity a line: its kind, "
            + "a space, and its value, for example \"number +45 20 00 02 00\". The kinds are "
            + $"{DsrCommand.NamesOf<SubjectIdentityKind>()}.",
    };

    static readonly Option<string?> Region = new("--region")
    {
        Description = "The country of numbers in national format, for example DK.",
    };

    static readonly Option<string[]> Contact = new("--contact") { Description = "The id of a contact of the person." };

    static readonly Option<string?> Manner = new("--manner")
    {
        Description = $"How the request was made: {DsrCommand.NamesOf<RequestManner>()}.",
    };

    static readonly Option<string?> Received = new("--received")
    {
        Description = "When it was received, for example 2026-11-28T09:30:00Z. Default: now.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "open",
            "Enter a request in the register. Prints its deadline.",
            RunAsync,
            Type,
            Regulation,
            Identities,
            Region,
            Contact,
            Manner,
            Received,
            CommandLine.Org,
            CommandLine.Member
        );

    static async Task<Outcome> RunAsync(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    )
    {
        NewSubjectRequest request = new(
            DsrCommand.Parse<SubjectRegulation>(arguments.GetRequiredValue(Regulation), "regulation"),
            DsrCommand.Parse<SubjectRequestType>(arguments.GetRequiredValue(Type), "type of request")
        )
        {
            Identities = ParseIdentities(
                await DsrCommand.ReadTextAsync(arguments.GetValue(Identities), cancellationToken).ConfigureAwait(false)
                    ?? "",
                arguments.GetValue(Region)
            ),
            Contacts =
            [
                .. (arguments.GetValue(Contact) ?? []).Select(id => new ContactId(
                    ApplicationDatabase.ParseId(id, "contact")
                )),
            ],
            Manner = arguments.GetValue(Manner) is { } manner
                ? DsrCommand.Parse<RequestManner>(manner, "manner")
                : RequestManner.Unknown,
            ReceivedAt = ParseTime(arguments.GetValue(Received)),
        };
        await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        OpenedSubjectRequest opened = await session
            .SubjectRequests.OpenAsync(request, cancellationToken)
            .ConfigureAwait(false);
        return new Outcome(
            opened.PossibleDuplicates.Count > 0 ? ExitCode.Findings : ExitCode.Ok,
            new
            {
                Request = DsrCommand.Describe(opened.Request),
                PossibleDuplicates = opened.PossibleDuplicates.Select(id => id.Value),
            },
            console =>
            {
                console.WriteLine($"Request {opened.Request.Id} is due before {opened.Request.DueAt:u}.");
                if (opened.Request.AcknowledgeBy is { } confirm)
                    console.WriteLine($"Confirm its receipt before {confirm:u}.");
                foreach (SubjectRequestId id in opened.PossibleDuplicates)
                    console.WriteLine($"It may repeat request {id}.");
            }
        );
    }

    static List<SubjectIdentity> ParseIdentities(string text, string? region)
    {
        List<SubjectIdentity> identities = [];
        foreach (
            string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            if (line.Split(' ', 2, StringSplitOptions.TrimEntries) is not [var kind, { Length: > 0 } value])
                throw SettingsReader.Wrong("An identity has no value.", Identities.Description!);
            SubjectIdentityKind parsed = DsrCommand.Parse<SubjectIdentityKind>(kind, "kind of identity");
            identities.Add(new SubjectIdentity(parsed, value, parsed is SubjectIdentityKind.Number ? region : null));
        }
        return identities;
    }

    static DateTimeOffset? ParseTime(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time
        )
            ? time
        : throw SettingsReader.Wrong("The time of receipt is not a time.", Received.Description!);
}
