using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Administration;

/// <summary><c>callintel shred</c>: destroys the keys of a person.</summary>
static class ShredCommand
{
    static readonly Argument<string> Contact = new("contact") { Description = "The id of the contact." };

    static readonly Option<bool> Yes = new("--yes")
    {
        Description = "Confirms that the content of the person is to become permanently unreadable.",
    };

    static readonly Option<string?> Purpose = PurposeOption("The purpose. Required for a hidden contact. One of: ");

    internal static Option<string?> PurposeOption(string description) =>
        new("--purpose")
        {
            Description =
                description
                + string.Join(", ", Enum.GetNames<AccessPurpose>().Where(p => p != nameof(AccessPurpose.None)))
                + ".",
        };

    internal static AccessPurpose ParsePurpose(string? text, Option<string?> option)
    {
        AccessPurpose purpose = AccessPurpose.None;
        return text is null || Enum.TryParse(text, ignoreCase: true, out purpose) && Enum.IsDefined(purpose)
            ? purpose
            : throw SettingsReader.Wrong("Unknown purpose.", option.Description!);
    }

    internal static Command Create() =>
        CommandLine.Create(
            "shred",
            "Destroy the keys of a contact, so that its content, numbers and names become unreadable everywhere. This "
                + "cannot be undone.",
            RunAsync,
            Contact,
            Yes,
            Purpose,
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
        ContactId contact = new(ApplicationDatabase.ParseId(arguments.GetRequiredValue(Contact), "contact"));
        AccessPurpose purpose = ParsePurpose(arguments.GetValue(Purpose), Purpose);
        if (!arguments.GetValue(Yes))
            throw SettingsReader.Wrong(
                "Crypto-shredding cannot be undone.",
                "Add --yes if the content of this person is to become permanently unreadable."
            );
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings.For(arguments), purpose);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        int keys = await session.Keys.CryptoShredAsync(contact, cancellationToken).ConfigureAwait(false);
        return new Outcome(ExitCode.Ok, new { Contact = contact.ToString(), KeysDestroyed = keys }, console =>
            console.WriteLine($"{keys} keys of {contact} are destroyed.")
        );
    }
}
