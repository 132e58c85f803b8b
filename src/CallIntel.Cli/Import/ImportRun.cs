using System.Globalization;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

namespace CallIntel.Cli.Import;

/// <summary>Stores the records of a file.</summary>
static class ImportRun
{
    /// <summary>The time-outs for the queries after an interruption.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5),
        PatienceForRejects = TimeSpan.FromSeconds(10);

    internal static async Task<Outcome> RunAsync(
        ImportRequest request,
        CliSettings settings,
        ConsoleOutput console,
        CancellationToken cancellationToken
    )
    {
        await using ApplicationDatabase database = ApplicationDatabase.Open(settings);
        await using OrgSession session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        string? after = request.Resumes
            ? await session.Ingestion.FindCursorAsync(request.Source, cancellationToken).ConfigureAwait(false)
            : null;
        return await ImportProgress
            .WithBarAsync(console, request.File, async progress =>
            {
                try
                {
                    IngestReport report = await session
                        .Ingestion.IngestAsync(
                            request.Source,
                            request.ReadAsync(after, cancellationToken),
                            new IngestOptions { BatchSize = request.BatchSize, Progress = progress },
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    return Complete(
                        request,
                        after,
                        report,
                        await WriteRejectsAsync(session, request, report.RunId, cancellationToken).ConfigureAwait(false)
                    );
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return Interrupted(
                        request,
                        progress.Last,
                        await CursorAsync(session, request).ConfigureAwait(false),
                        await SaveRejectsAsync(session, request, progress.Last).ConfigureAwait(false)
                    );
                }
                catch (CallIntelException)
                {
                    await SaveRejectsAsync(session, request, progress.Last).ConfigureAwait(false);
                    throw;
                }
            })
            .ConfigureAwait(false);
    }

    static Outcome Complete(ImportRequest request, string? after, IngestReport report, long? written) =>
        new(
            report.Rejected == 0 ? ExitCode.Ok : ExitCode.Findings,
            new
            {
                Format = request.Format,
                Source = request.Source.Name,
                ResumedAfter = after,
                report.RunId,
                report.Read,
                report.Inserted,
                report.Updated,
                report.Duplicate,
                report.Rejected,
                report.Suppressed,
                report.UnrecognizedNumbers,
                report.AssumedDirections,
                report.AssumedTimes,
                RejectReasons = report.RejectReasons,
                Seconds = Math.Round(report.Elapsed.TotalSeconds, 3),
                report.Cursor,
                RejectsWritten = written,
            },
            console => Show(console, request, report, written)
        );

    static void Show(IAnsiConsole console, ImportRequest request, IngestReport report, long? written)
    {
        FormattableString sum = $"{report.Read} read = {report.Inserted} inserted + {report.Updated} updated + ";
        FormattableString rest =
            $"{report.Duplicate} duplicate + {report.Rejected} rejected + {report.Suppressed} suppressed";
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{request.Source.Name}: {sum}{rest}, in {report.Elapsed.TotalSeconds:0.0} s"
            )
        );
        ImportNotes.Show(console, request, report.RejectReasons, report.UnrecognizedNumbers, report.AssumedDirections);
        if (report.AssumedTimes > 0)
            console.WriteLine($"  {report.AssumedTimes} with a time that is a guess: see --dry-run --explain");
        if (written is not null)
            console.WriteLine($"  {written} rejects written to {request.Rejects}");
        if (written < report.Rejected)
            console.WriteLine(
                "  Only a member who can manage sources (an owner or admin) can read the other rejected records."
            );
    }

    static Outcome Interrupted(ImportRequest request, IngestProgress progress, string? cursor, long? written) =>
        new(
            ExitCode.Interrupted,
            new
            {
                Format = request.Format,
                Source = request.Source.Name,
                progress.Read,
                progress.Inserted,
                progress.Rejected,
                Cursor = cursor,
                RejectsWritten = written,
            },
            console =>
            {
                console.WriteLine(
                    $"{request.Source.Name}: interrupted after {progress.Read} records, which are stored or rejected."
                );
                if (written is not null)
                    console.WriteLine($"  {written} rejects written to {request.Rejects}");
                else if (request.Rejects is not null && progress.Rejected > 0)
                    console.WriteLine(
                        "  The file of rejected records is incomplete. The database contains all of them."
                    );
                console.WriteLine(
                    cursor is null
                        ? "Run it again."
                        : "Run it again, with --resume to continue there. Stored records never become duplicates."
                );
            }
        );

    static async Task<long?> WriteRejectsAsync(
        OrgSession session,
        ImportRequest request,
        Guid run,
        CancellationToken cancellationToken
    ) =>
        request.Rejects is null
            ? null
            : await RejectFile
                .WriteAsync(
                    request.Rejects,
                    session.Ingestion.ReadRejectsAsync(run, AccessPurpose.Quality, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);

    /// <summary>
    /// Writes the rejected records of the committed batches. Returns null if they could not be read in time.
    /// </summary>
    static async Task<long?> SaveRejectsAsync(OrgSession session, ImportRequest request, IngestProgress progress)
    {
        using CancellationTokenSource soon = new(PatienceForRejects);
        try
        {
            return await WriteRejectsAsync(session, request, progress.RunId, soon.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CallIntelException or OperationCanceledException)
        {
            return null; // the import can have failed because of the database
        }
    }

    static async Task<string?> CursorAsync(OrgSession session, ImportRequest request)
    {
        using CancellationTokenSource soon = new(Patience);
        try
        {
            return await session.Ingestion.FindCursorAsync(request.Source, soon.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CallIntelException or OperationCanceledException)
        {
            return null; // the import can have been interrupted because of the database
        }
    }
}
