using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr rectify</c>: replaces a number of a contact by the right one.</summary>
static class DsrRectifyCommand
{
    static readonly Argument<string> Contact = new("contact") { Description = "The id of the contact." };

    static readonly Option<string> Numbers = new("--numbers")
    {
        Description =
            "A file, or - for standard input, with two lines: the number that is stored, and the right number.",
        Required = true,
    };

    static readonly Option<string?> Region = new("--region")
    {
        Description = "The country of numbers in national format, for example DK.",
    };

    static readonly Option<bool> Release = new("--release")
    {
        Description = "The stored number belongs to somebody else and no longer leads to the contact.",
    };

    internal static Command Create() =>
        CommandLine.Create(
            "rectify",
            "Replace a number of a contact, as a request for rectification asks. Events stay with the contact.",
            RunAsync,
            DsrCommand.Id,
            Contact,
            Numbers,
            Region,
            Release,
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
        SubjectRequestId id = DsrCommand.ParseId(arguments);
        ContactId contact = new(ApplicationDatabase.ParseId(arguments.GetRequiredValue(Contact), "contact"));
        string? text = await DsrCommand
            .ReadTextAsync(arguments.GetRequiredValue(Numbers), cancellationToken)
            .ConfigureAwait(false);
        if (
            text!.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            is not [var from, var to]
        )
            throw SettingsReader.Wrong(
                "The file does not contain two numbers.",
                "Write the stored number in the first line, and the right number in the second one."
            );
        bool isReleased = arguments.GetValue(Release);
        await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await session
            .SubjectRequests.RectifyNumberAsync(
                id,
                contact,
                from,
                to,
                isReleased ? FormerNumber.Release : FormerNumber.Keep,
                arguments.GetValue(Region),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Contact = contact.Value, Released = isReleased }, console =>
            console.WriteLine("The number was replaced.")
        );
    }
}
