using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>Persons with marked data, and what requests for their data return.</summary>
static class SubjectHarness
{
    internal static readonly SubjectExportOptions Options = new(
        new ProcessingFacts
        {
            Controller = "Even & Co, privacy@example.org",
            Purposes = ["customer support"],
            Recipients = ["Twilio Inc."],
            Retention = ["24 months after the last contact"],
            Sources = ["the call log of the org"],
        }
    );

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static string NumberOf(int person) => $"+4520{person:000000}";

    /// <summary>A text that names its person and no other one.</summary>
    internal static string MarkOf(int person) => $"secret-of-{person:000000}.";

    /// <summary>Stores messages of persons, and a group message of each with the next one.</summary>
    internal static async Task PlantAsync(OrgSession session, int persons, int messages = 2)
    {
        EventRecord like = GeneratedRecords.Take(1).Single() with
        {
            Channel = EventChannel.Sms,
            Duration = null,
            Details = null,
            Parts = [],
            OtherParties = [],
        };
        await session.Ingestion.IngestAsync(
            new IngestSource("subjects"),
            GeneratedRecords.Async(
                Enumerable
                    .Range(0, persons * messages)
                    .Select(i =>
                        like with
                        {
                            Party = NumberOf(i % persons),
                            ExternalId = $"m{i}",
                            OccurredAt = like.OccurredAt.AddMinutes(i),
                            Body = MarkOf(i % persons),
                        }
                    )
            ),
            cancellationToken: Cancellation
        );
    }

    /// <summary>Three group messages: of person 1 to 2 and 3, of person 2 to 1 and 3, of person 2 to 3.</summary>
    internal static async Task PlantGroupAsync(OrgSession session)
    {
        EventRecord like = GeneratedRecords.Take(1).Single() with
        {
            Channel = EventChannel.Mms,
            Duration = null,
            Details = null,
            Parts = [],
        };
        int[][] groups =
        [
            [1, 2, 3],
            [2, 1, 3],
            [2, 3],
        ];
        await session.Ingestion.IngestAsync(
            new IngestSource("groups"),
            GeneratedRecords.Async(
                groups.Select(
                    (group, i) =>
                        like with
                        {
                            Party = NumberOf(group[0]),
                            ExternalId = $"g{i}",
                            OccurredAt = like.OccurredAt.AddMinutes(i),
                            Body = $"group {i}",
                            OtherParties = [.. group[1..].Select(other => new EventParty(NumberOf(other)))],
                        }
                )
            ),
            cancellationToken: Cancellation
        );
    }

    internal static ValueTask<OrgSession> AdminAsync(TestDatabase database, TestOrg org) =>
        database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            },
            Cancellation
        );

    /// <summary>A verified request of a person.</summary>
    internal static async Task<SubjectRequestId> OpenAsync(
        OrgSession session,
        SubjectRequestType type,
        params SubjectIdentity[] identities
    )
    {
        SubjectRequestId id = (
            await session.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Gdpr, type) { Identities = identities },
                Cancellation
            )
        )
            .Request
            .Id;
        await session.SubjectRequests.VerifyIdentityAsync(id, IdentityVerification.Reasonable, null, Cancellation);
        return id;
    }

    internal static SubjectIdentity Number(string value, string? region = null) =>
        new(SubjectIdentityKind.Number, value, region);

    /// <summary>Writes and opens an archive, and checks the digests of its manifest.</summary>
    internal static async Task<(SubjectExportReport Report, Dictionary<string, string> Files)> ExportAsync(
        OrgSession session,
        SubjectRequestId id
    )
    {
        MemoryStream archive = new();
        SubjectExportReport report = await SubjectExporter.WriteAsync(session, id, archive, Options, Cancellation);
        archive.Position = 0;
        ExportArchiveReader reader = await ExportArchiveReader.OpenAsync(
            archive,
            ArchiveKey.Parse(report.Key.ToText()),
            cancellationToken: Cancellation
        );
        Assert.Equal((session.Identity.Org, id), (reader.Org, reader.Request));
        MemoryStream zip = new();
        await reader.CopyToAsync(zip, Cancellation);
        Dictionary<string, byte[]> contents = [];
        await using (ZipArchive file = new(zip, ZipArchiveMode.Read))
            foreach (ZipArchiveEntry entry in file.Entries)
            {
                await using Stream stream = await entry.OpenAsync(Cancellation);
                MemoryStream content = new();
                await stream.CopyToAsync(content, Cancellation);
                contents.Add(entry.FullName, content.ToArray());
            }
        JsonElement manifest = JsonDocument.Parse(contents["manifest.json"]).RootElement;
        Assert.Equal("callintel.subject-export/1", manifest.GetProperty("schema").GetString());
        JsonElement[] files = [.. manifest.GetProperty("files").EnumerateArray()];
        Assert.Equal(
            contents.Keys.Where(name => name != "manifest.json").Order(),
            files.Select(f => f.GetProperty("name").GetString()!).Order()
        );
        Assert.All(files, f =>
        {
            byte[] content = contents[f.GetProperty("name").GetString()!];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), f.GetProperty("sha256").GetString());
            Assert.Equal(content.Length, f.GetProperty("bytes").GetInt64());
        });
        return (report, contents.ToDictionary(c => c.Key, c => System.Text.Encoding.UTF8.GetString(c.Value)));
    }
}
