using System.CommandLine;
using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using Spectre.Console;

namespace CallIntel.Cli.Requests;

/// <summary><c>callintel dsr status</c>: one request, its history, and the rows that it concerns.</summary>
static class DsrStatusCommand
{
    internal static Command Create() =>
        CommandLine.Create(
            "status",
            "Show a request, what was done about it, and the number of rows that it concerns. Notes and identities are "
                + "not printed.",
            RunAsync,
            DsrCommand.Id,
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
        await using ApplicationDatabase database = DsrCommand.Open(arguments, settings);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        SubjectRequestDetails details = await session
            .SubjectRequests.GetAsync(id, cancellationToken)
            .ConfigureAwait(false);
        SubjectDiscovery? found = details.Request.ClosedAt is null
            ? await session.SubjectRequests.DiscoverAsync(id, cancellationToken).ConfigureAwait(false)
            : null;
        return new Outcome(
            details.Request.IsLate(TimeProvider.System.GetUtcNow()) ? ExitCode.Findings : ExitCode.Ok,
            new
            {
                Request = DsrCommand.Describe(details.Request),
                Contacts = found?.Contacts.Select(contact => contact.Value),
                Rows = found?.Tables,
                History = details.History.Select(entry => new
                {
                    entry.Number,
                    entry.At,
                    Actor = entry.Actor?.Value,
                    From = entry.From?.ToString(),
                    To = entry.To.ToString(),
                    Action = entry.Action.ToString(),
                }),
            },
            console => Show(console, details, found)
        );
    }

    static void Show(IAnsiConsole console, SubjectRequestDetails details, SubjectDiscovery? found)
    {
        SubjectRequest request = details.Request;
        console.WriteLine($"{request.Type} under {request.Regulation}: {request.State}, due before {request.DueAt:u}.");
        foreach (SubjectRequestEntry entry in details.History)
            console.WriteLine($"{entry.At:u} {entry.Action} ({entry.To})");
        if (found is null)
            return;
        console.WriteLine($"Contacts: {found.Contacts.Count.ToString(CultureInfo.InvariantCulture)}");
        foreach ((string table, long rows) in found.Tables)
            console.WriteLine($"{table}: {rows.ToString(CultureInfo.InvariantCulture)} rows");
    }
}
