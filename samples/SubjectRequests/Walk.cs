using System.Globalization;
using System.IO.Compression;
using CallIntel.Quickstart;
using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using Spectre.Console;

namespace CallIntel.SubjectRequestsSample;

/// <summary>
/// Answers two requests of one person, for access and for erasure, and then looks for what is left of the person.
/// </summary>
sealed class Walk(OrgSession session, NpgsqlDataSource admin, IAnsiConsole console, string folder)
{
    const string Secret = "the key is under the blue flowerpot";

    /// <summary>The participant of the study who makes the requests: the one that the org calls most often.</summary>
    string _person = "";

    ContactId _contact;

    /// <summary>Chooses a person, and stores a text, because the records of the study have none.</summary>
    public async Task PlantAsync(CancellationToken cancellationToken)
    {
        Dictionary<ContactId, int> calls = [];
        await foreach (ConversationEvent e in session.Events.ReadAsync(EventFilter.All, cancellationToken))
            if (e.Contact is { } contact)
                calls[contact] = calls.GetValueOrDefault(contact) + 1;
        // The note of the import has a telephone number; participants of the study have opaque ids.
        foreach (ContactId contact in calls.OrderByDescending(c => c.Value).Select(c => c.Key))
            if (
                (await session.Contacts.ListNumbersAsync(contact, cancellationToken))
                is [{ Kind: NumberKind.OpaqueId, Value: { } value }, ..]
            )
            {
                (_contact, _person) = (contact, value);
                break;
            }
        await session.Ingestion.WriteAsync(
            new IngestSource("sample"),
            [
                new EventRecord
                {
                    OccurredAt = new DateTimeOffset(2026, 1, 25, 12, 0, 0, TimeSpan.Zero),
                    Channel = EventChannel.Sms,
                    Direction = EventDirection.Inbound,
                    Party = _person,
                    PartyKind = PartyKind.OpaqueId,
                    ExternalId = "sample-1",
                    Body = Secret,
                },
            ],
            cancellationToken
        );
        await session.Contacts.SetDisplayNameAsync(_contact, "Participant", cancellationToken);
    }

    public async Task AnswerAccessAsync(CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"[bold]3. Participant {_person} asks what is stored about them[/]");
        SubjectRequestId request = await OpenAsync(SubjectRequestType.Access, cancellationToken);
        string file = Path.Combine(folder, "access.ciarch"),
            zip = Path.Combine(folder, "access.zip");
        SubjectExportReport report;
        await using (FileStream archive = File.Create(file))
            report = await SubjectExporter.WriteAsync(
                session,
                request,
                archive,
                new SubjectExportOptions(
                    new ProcessingFacts
                    {
                        Controller = DemoOrg.Even.Name,
                        Purposes = ["showing what CallIntel does"],
                        Recipients = [],
                        Retention = ["until this program ends"],
                        Sources = ["the Copenhagen Networks Study"],
                    }
                ),
                cancellationToken
            );
        await session.SubjectRequests.CompleteAsync(request, cancellationToken: cancellationToken);
        await using (FileStream archive = File.OpenRead(file))
        await using (FileStream plain = File.Create(zip))
            await (
                await ExportArchiveReader.OpenAsync(archive, report.Key, cancellationToken: cancellationToken)
            ).CopyToAsync(plain, cancellationToken);
        await using ZipArchive files = await ZipFile.OpenReadAsync(zip, cancellationToken);
        foreach (ZipArchiveEntry entry in files.Entries)
            console.MarkupLineInterpolated($"   {entry.FullName}: {entry.Length:N0} bytes");
        console.MarkupLineInterpolated(
            $"   {report.Events:N0} events; the archive expires at {report.ExpiresAt:yyyy-MM-dd HH:mm} UTC"
        );
        foreach (ExportOmission omission in report.Omissions)
            console.MarkupLineInterpolated($"   [grey]left out: {omission.What}, because {omission.Reason}[/]");
        console.WriteLine();
    }

    public async Task AnswerErasureAsync(CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"[bold]4. Participant {_person} asks for erasure[/]");
        SubjectRequestId request = await OpenAsync(SubjectRequestType.Erasure, cancellationToken);
        ErasureCertificate certificate = await session.SubjectRequests.EraseAsync(
            request,
            cancellationToken: cancellationToken
        );
        foreach (ErasedRows rows in certificate.Statement.Rows.Where(rows => rows.Rows > 0))
            console.MarkupLineInterpolated($"   {rows.Table}: {rows.Rows:N0} rows ({rows.Action})");
        bool genuine = await session.SubjectRequests.VerifyCertificateAsync(certificate, cancellationToken);
        console.MarkupLineInterpolated(
            $"   {certificate.Statement.DestroyedKeys.Count} keys destroyed; signature valid: {genuine}"
        );
        console.WriteLine();
    }

    /// <summary>Imports the records of the study again: the person stays out.</summary>
    public async Task ImportAgainAsync(CallIntelDataSource source, CancellationToken cancellationToken)
    {
        console.MarkupLine("[bold]5. The same records are imported again[/]");
        await Import.RunAsync(source, console, cancellationToken);
    }

    /// <returns>Whether nothing is left but what the data map says is kept.</returns>
    public async Task<bool> ProveAsync(CancellationToken cancellationToken)
    {
        console.MarkupLine("[bold]6. What is left of the person[/]");
        long left = 0;
        // The staging slots are empty tables of one import each, which the map lists as one.
        foreach (
            DataMapTable table in DataMap.Tables.Where(table =>
                table.Path is SubjectPath.Contact && table.Name != "staging"
            )
        )
        {
            long rows = await CountAsync(table, cancellationToken);
            bool kept = table.Action is ErasureAction.Keep or ErasureAction.Shred;
            if (rows > 0)
                console.MarkupLineInterpolated(
                    $"   {table.Name}: {rows} rows {(kept ? $"(kept: {table.Reason})" : "LEFT")}"
                );
            left += kept ? 0 : rows;
        }
        ContactId? found = await session.Contacts.FindByOpaqueIdAsync(_person, cancellationToken);
        SubjectRequestId again = await OpenAsync(SubjectRequestType.Access, cancellationToken);
        SubjectDiscovery discovery = await session.SubjectRequests.DiscoverAsync(again, cancellationToken);
        bool nothing = left == 0 && found is null && discovery.Contacts.Count == 0;
        console.MarkupLineInterpolated(
            $"   {left} rows left; a new request finds {discovery.Contacts.Count} contacts; erased: {nothing}"
        );
        return nothing;
    }

    /// <summary>Counts rows with the id of the contact, as the owner of the database sees them.</summary>
    async Task<long> CountAsync(DataMapTable table, CancellationToken cancellationToken)
    {
        string[] conditions =
        [
            .. table
                .Columns.Where(column => column.IsSubject)
                .Select(column => $"to_jsonb(t.\"{column.Name}\")::text like '%' || $1 || '%'"),
        ];
        await using NpgsqlCommand command = admin.CreateCommand(
            $"select count(*) from callintel_private.\"{table.Name}\" t where {string.Join(" or ", conditions)}"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = _contact.Value.ToString() });
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    /// <summary>Enters a request, verifies the person, and finds their contacts.</summary>
    async Task<SubjectRequestId> OpenAsync(SubjectRequestType type, CancellationToken cancellationToken)
    {
        SubjectRequest request = (
            await session.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Gdpr, type)
                {
                    Identities = [new SubjectIdentity(SubjectIdentityKind.OpaqueId, _person)],
                    Manner = RequestManner.WebForm,
                },
                cancellationToken
            )
        ).Request;
        await session.SubjectRequests.VerifyIdentityAsync(
            request.Id,
            IdentityVerification.Account,
            "signed in",
            cancellationToken
        );
        SubjectDiscovery found = await session.SubjectRequests.DiscoverAsync(request.Id, cancellationToken);
        console.MarkupLineInterpolated(
            $"   due before {request.DueAt:yyyy-MM-dd HH:mm} UTC; {found.Contacts.Count} contacts found"
        );
        foreach ((string table, long rows) in found.Tables)
            console.MarkupLineInterpolated($"   [grey]{table}: {rows:N0} rows[/]");
        return request.Id;
    }
}
