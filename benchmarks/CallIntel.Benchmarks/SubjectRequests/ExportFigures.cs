using System.IO.Compression;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>
/// Plants persons whose texts name them, a group message of each with the next one included. Counts rows of others in
/// exports, and how many persons discovery finds with all of their rows.
/// </summary>
static class ExportFigures
{
    const int Messages = 4;

    static readonly SubjectExportOptions Options = new(
        new ProcessingFacts
        {
            Controller = "Even & Co, privacy@example.org",
            Purposes = ["customer support"],
            Recipients = ["Twilio Inc."],
            Retention = ["24 months after the last contact"],
            Sources = ["the call log of the org"],
        }
    );

    internal static async Task<Figure[]> MeasureAsync(
        MigratedTemplate template,
        int persons,
        int exports,
        int discoveries
    )
    {
        await using TestDatabase database = await template.CloneAsync();
        await using SubjectOrg org = await SubjectOrg.CreateAsync(database, "planted");
        await org.IngestAsync(
            Enumerable
                .Range(0, persons * Messages)
                .Select(i => SubjectOrg.Message(NumberOf(i % persons), $"m{i}", i, MarkOf(i % persons)))
        );
        long foreign = 0,
            missing = 0;
        for (int i = 0; i < exports; i++)
        {
            int person = (int)((long)i * persons / exports);
            string everything = await ExportAsync(org, await OpenAsync(org, person));
            foreign += CountForeign(everything, person);
            // Each message is in the JSON Lines, in the CSV and in the vCons.
            missing += (3 * Messages) - Count(everything, MarkOf(person));
        }
        if (missing != 0)
            throw new InvalidOperationException($"{missing} texts of the persons are missing from their exports.");
        int found = 0;
        for (int i = 0; i < discoveries; i++)
        {
            int person = (int)((long)i * persons / discoveries);
            SubjectRequestId id = await OpenAsync(org, person);
            SubjectDiscovery discovery = await org.Admin.SubjectRequests.DiscoverAsync(id);
            if (
                discovery.Contacts.Count == 1
                && discovery.Contacts[0] == await org.ContactAsync(NumberOf(person))
                && discovery.Tables["events"] == Messages
                && discovery.Tables["event_contents"] == Messages
                && discovery.Tables["contact_numbers"] == 1
            )
                found++;
        }
        return
        [
            Figure.Create(
                SubjectRequestsSuite.Name,
                "foreign_rows_in_export",
                [foreign],
                "count",
                0,
                false,
                $"numbers and texts of others in the exports of {exports:N0} of {persons:N0} planted persons; each "
                    + "export contained all texts of its person"
            ),
            Figure.Create(
                SubjectRequestsSuite.Name,
                "discovery_recall",
                [(double)found / discoveries],
                "ratio",
                1,
                true,
                $"{discoveries:N0} of {persons:N0} planted persons, by their number in national notation; found means "
                    + "the contact and the exact number of its rows"
            ),
        ];
    }

    static string NumberOf(int person) => $"+4520{person:000000}";

    static string MarkOf(int person) => $"secret-of-{person:000000}.";

    static Task<SubjectRequestId> OpenAsync(SubjectOrg org, int person) =>
        org.OpenAsync(
            SubjectRequestType.Access,
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Access)
            {
                Identities = [new SubjectIdentity(SubjectIdentityKind.Number, NumberOf(person)[3..], "DK")],
            }
        );

    static async Task<string> ExportAsync(SubjectOrg org, SubjectRequestId id)
    {
        using MemoryStream archive = new();
        SubjectExportReport report = await SubjectExporter.WriteAsync(org.Admin, id, archive, Options);
        archive.Position = 0;
        ExportArchiveReader reader = await ExportArchiveReader.OpenAsync(archive, report.Key);
        using MemoryStream zip = new();
        await reader.CopyToAsync(zip);
        using ZipArchive file = new(zip, ZipArchiveMode.Read);
        string everything = "";
        foreach (ZipArchiveEntry entry in file.Entries)
        {
            using StreamReader text = new(await entry.OpenAsync());
            everything += await text.ReadToEndAsync();
        }
        return everything;
    }

    /// <summary>Every number and text of a planted person contains its place, so one pass finds all of them.</summary>
    static long CountForeign(string text, int person)
    {
        long foreign = 0;
        foreach (string before in new[] { "+4520", "secret-of-" })
            for (int at = 0; (at = text.IndexOf(before, at, StringComparison.Ordinal)) >= 0; at++)
                if (!text.AsSpan(at + before.Length).StartsWith($"{person:000000}"))
                    foreign++;
        return foreign;
    }

    static int Count(string text, string part)
    {
        int count = 0;
        for (int at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at++)
            count++;
        return count;
    }
}
