using System.CommandLine;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr verify</c>, <c>extend</c>, <c>deny</c> and <c>complete</c>: steps with a note.</summary>
static class DsrStepCommands
{
    static readonly Argument<string> Level = new("level")
    {
        Description = $"How certain the identity is: {DsrCommand.NamesOf<IdentityVerification>()}.",
    };

    static readonly Argument<string> Reason = new("reason")
    {
        Description = $"Why the period is extended: {DsrCommand.NamesOf<ExtensionReason>()}.",
    };

    static readonly Argument<string> Basis = new("basis")
    {
        Description = $"The legal basis: {DsrCommand.NamesOf<DenialBasis>()}.",
    };

    static readonly Argument<string> Extent = new("extent")
    {
        Description = $"How far it was answered: {DsrCommand.NamesOf<AnswerExtent>()}.",
    };

    enum AnswerExtent
    {
        Whole,
        Partial,
    }

    internal static Command CreateVerify() =>
        Create(
            "verify",
            "Record how the identity of the person was verified. The note is the evidence.",
            Level,
            (session, id, level, note, cancellationToken) =>
                session.SubjectRequests.VerifyIdentityAsync(
                    id,
                    DsrCommand.Parse<IdentityVerification>(level, "level of verification"),
                    note,
                    cancellationToken
                )
        );

    internal static Command CreateExtend() =>
        Create(
            "extend",
            "Extend the period of a request, once and while it runs. Inform the person.",
            Reason,
            (session, id, reason, note, cancellationToken) =>
                session.SubjectRequests.ExtendAsync(
                    id,
                    DsrCommand.Parse<ExtensionReason>(reason, "reason"),
                    note,
                    cancellationToken: cancellationToken
                )
        );

    internal static Command CreateDeny() =>
        Create(
            "deny",
            "Close a request as denied. Inform the person.",
            Basis,
            (session, id, basis, note, cancellationToken) =>
                session.SubjectRequests.DenyAsync(
                    id,
                    DsrCommand.Parse<DenialBasis>(basis, "legal basis"),
                    note,
                    cancellationToken
                )
        );

    internal static Command CreateComplete() =>
        Create(
            "complete",
            "Record that a request was answered. Requests for erasure are completed by the erasure.",
            Extent,
            (session, id, extent, note, cancellationToken) =>
                session.SubjectRequests.CompleteAsync(
                    id,
                    DsrCommand.Parse<AnswerExtent>(extent, "extent") is AnswerExtent.Whole,
                    note,
                    cancellationToken
                )
        );

    static Command Create(
        string name,
        string description,
        Argument<string> value,
        Func<OrgSession, SubjectRequestId, string, string?, CancellationToken, Task> step
    ) =>
        CommandLine.Create(
            name,
            description,
            async (arguments, settings, output, cancellationToken) =>
            {
                SubjectRequestId id = DsrCommand.ParseId(arguments);
                string? note = await DsrCommand
                    .ReadTextAsync(arguments.GetValue(DsrCommand.NoteFile), cancellationToken)
                    .ConfigureAwait(false);
                await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
                await using OrgSession session = await database
                    .OpenSessionAsync(cancellationToken)
                    .ConfigureAwait(false);
                await step(session, id, arguments.GetRequiredValue(value), note, cancellationToken)
                    .ConfigureAwait(false);
                SubjectRequestDetails details = await session
                    .SubjectRequests.GetAsync(id, cancellationToken)
                    .ConfigureAwait(false);
                return new Outcome(ExitCode.Ok, new { Request = DsrCommand.Describe(details.Request) }, console =>
                    console.WriteLine($"Request {id}: {details.Request.State}, due before {details.Request.DueAt:u}.")
                );
            },
            DsrCommand.Id,
            value,
            DsrCommand.NoteFile,
            CommandLine.Org,
            CommandLine.Member
        );
}
