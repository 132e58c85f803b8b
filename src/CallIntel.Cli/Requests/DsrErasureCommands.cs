using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr erase</c>, <c>replay</c>, <c>hold</c> and <c>release</c>.</summary>
static class DsrErasureCommands
{
    static readonly Option<bool> WithoutSuppression = new("--without-suppression")
    {
        Description = "Let the next import store data of the person again.",
    };

    static readonly Argument<string> Contact = new("contact") { Description = "The id of the contact." };

    static readonly Argument<string> Reason = new("reason")
    {
        Description = $"Why the data has to be kept: {DsrCommand.NamesOf<LegalHoldReason>()}.",
    };

    static readonly Argument<string> Hold = new("hold") { Description = "The id of the legal hold." };

    internal static Command CreateErase() =>
        CommandLine.Create(
            "erase",
            "Erase the contacts of a request and print the signed certificate. This cannot be undone.",
            async (arguments, settings, output, cancellationToken) =>
            {
                SubjectRequestId id = DsrCommand.ParseId(arguments);
                await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
                await using OrgSession session = await database
                    .OpenSessionAsync(cancellationToken)
                    .ConfigureAwait(false);
                ErasureCertificate certificate = await session
                    .SubjectRequests.EraseAsync(id, !arguments.GetValue(WithoutSuppression), cancellationToken)
                    .ConfigureAwait(false);
                return new Outcome(
                    ExitCode.Ok,
                    new { Certificate = certificate.Text, Deferred = certificate.Statement.DeferredContacts.Count },
                    console => console.WriteLine(certificate.Text)
                );
            },
            DsrCommand.Id,
            WithoutSuppression,
            CommandLine.Org,
            CommandLine.Member
        );

    internal static Command CreateReplay() =>
        CommandLine.Create(
            "replay",
            "Repeat erasures in a restored database, from the copy of the ledger. Sessions are accepted afterwards.",
            async (arguments, settings, output, cancellationToken) =>
            {
                await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
                long entries = await database.ReplayErasuresAsync(cancellationToken).ConfigureAwait(false);
                return new Outcome(ExitCode.Ok, new { Entries = entries }, console =>
                    console.WriteLine($"Repeated {entries} entries of the ledger.")
                );
            },
            CommandLine.Org,
            CommandLine.Member
        );

    internal static Command CreateHold() =>
        CommandLine.Create(
            "hold",
            "Put a contact under a legal hold, so that neither erasure nor retention deletes its data.",
            async (arguments, settings, output, cancellationToken) =>
            {
                ContactId contact = new(ApplicationDatabase.ParseId(arguments.GetRequiredValue(Contact), "contact"));
                LegalHoldReason reason = DsrCommand.Parse<LegalHoldReason>(
                    arguments.GetRequiredValue(Reason),
                    "reason"
                );
                string? note = await DsrCommand
                    .ReadTextAsync(arguments.GetValue(DsrCommand.NoteFile), cancellationToken)
                    .ConfigureAwait(false);
                await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
                await using OrgSession session = await database
                    .OpenSessionAsync(cancellationToken)
                    .ConfigureAwait(false);
                LegalHoldId hold = await session
                    .SubjectRequests.HoldAsync(contact, reason, note, cancellationToken)
                    .ConfigureAwait(false);
                return new Outcome(ExitCode.Ok, new { Hold = hold.Value }, console => console.WriteLine($"{hold}"));
            },
            Contact,
            Reason,
            DsrCommand.NoteFile,
            CommandLine.Org,
            CommandLine.Member
        );

    internal static Command CreateRelease() =>
        CommandLine.Create(
            "release",
            "Release a legal hold. A worker continues the erasures that it deferred.",
            async (arguments, settings, output, cancellationToken) =>
            {
                LegalHoldId hold = new(ApplicationDatabase.ParseId(arguments.GetRequiredValue(Hold), "hold"));
                await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
                await using OrgSession session = await database
                    .OpenSessionAsync(cancellationToken)
                    .ConfigureAwait(false);
                IReadOnlyList<SubjectRequestId> continued = await session
                    .SubjectRequests.ReleaseAsync(hold, cancellationToken)
                    .ConfigureAwait(false);
                return new Outcome(
                    ExitCode.Ok,
                    new { Continued = continued.Select(id => id.Value).ToArray() },
                    console => console.WriteLine($"{continued.Count} erasures are continued.")
                );
            },
            Hold,
            CommandLine.Org,
            CommandLine.Member
        );
}
