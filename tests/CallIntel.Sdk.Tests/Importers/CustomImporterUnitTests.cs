using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Tenancy;
using Example;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>A host registers a format of its own, with the example of docs/guides/write-an-importer.md.</summary>
public sealed class CustomImporterUnitTests
{
    const string Log = """
        # switchboard log 1
        2026-01-05 09:00:12|in|+4532123456|101|answered|74
        2026-07-05 09:04:40|out|+4540506070|102|busy|0
        yesterday|in|+4532123456|101|answered|74
        2026-01-05 09:10:00|sideways|+4532123456|101|answered|74
        2026-01-05 09:20:00|in||101|no answer|0
        """;

    static readonly ImporterRegistry Importers = ImporterRegistry.BuiltIn.Add(new SwitchboardImporter());

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_format_of_the_host_is_detected_and_imported()
    {
        List<EventRecord> records = await ReadAsync(Utf8(Log));

        Assert.Equal(
            [null, null, RejectReason.Malformed, RejectReason.UnknownCode, null],
            records.Select(r => r.RejectReason)
        );
        Assert.Equal(["line 2", "line 3", "line 4", "line 5", "line 6"], records.Select(r => r.Place));
        Assert.Equal(Log.Split('\n')[1..], records.Select(r => r.Raw));
        EventRecord inbound = records[0],
            outbound = records[1],
            withheld = records[4];
        Assert.Equal(
            (
                new DateTimeOffset(2026, 1, 5, 9, 0, 12, TimeSpan.FromHours(1)),
                EventDirection.Inbound,
                EventOutcome.Completed,
                "+4532123456",
                PartyKind.Number,
                TimeSpan.FromSeconds(74),
                MemberId.FromName("switchboard", "101")
            ),
            (
                inbound.OccurredAt,
                inbound.Direction,
                inbound.Outcome,
                inbound.Party,
                inbound.PartyKind,
                inbound.Duration,
                inbound.Member
            )
        );
        Assert.Equal(
            (TimeSpan.FromHours(2), EventDirection.Outbound, EventOutcome.Missed, null),
            (outbound.OccurredAt.Offset, outbound.Direction, outbound.Outcome, outbound.Duration)
        );
        Assert.Null(withheld.Party);
    }

    [Fact]
    public async Task A_compressed_file_of_the_hosts_format_resumes_after_any_cursor()
    {
        List<EventRecord> all = await ReadAsync(Gzip(Log));

        Assert.Equal(["1", "2", "3", "4", "5"], all.Select(r => RecordOf(r.Cursor)));
        for (int i = 0; i < all.Count; i++)
            Assert.Equal(
                all.Skip(i + 1).Select(r => r.Place),
                (await ReadAsync(Gzip(Log), all[i].Cursor)).Select(r => r.Place)
            );
        Assert.Equal(
            ErrorCodes.CursorOfAnotherFile,
            (await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(Utf8(Log[..80]), all[0].Cursor))).Code
        );
    }

    [Fact]
    public async Task A_truncated_archive_of_the_hosts_format_is_a_coded_error()
    {
        Stream archive = Gzip(Log);
        archive.SetLength(archive.Length - 8);

        Assert.Equal(
            ErrorCodes.UnreadableFile,
            (await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(archive))).Code
        );
    }

    [Fact]
    public async Task Reading_the_content_synchronously_is_reported_as_a_programming_error()
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(Log), cancellationToken: Cancellation);

        Assert.Throws<InvalidOperationException>(() => file.Content.ReadByte());
    }

    [Fact]
    public async Task The_guide_quotes_the_example_as_it_is_compiled()
    {
        string source =
                await File.ReadAllTextAsync(
                    Path.Combine(SourceTree.Root, "tests/CallIntel.Sdk.Tests/Importers/Example/SwitchboardImporter.cs"),
                    Cancellation
                ),
            guide =
                await File.ReadAllTextAsync(
                    Path.Combine(SourceTree.Root, "docs/guides/write-an-importer.md"),
                    Cancellation
                );

        Assert.Contains($"```csharp\n{source}```", guide, StringComparison.Ordinal);
    }

    static async Task<List<EventRecord>> ReadAsync(Stream stream, string? after = null) =>
        await FileImport
            .ReadAsync(
                stream,
                new FileImportOptions
                {
                    Importers = Importers,
                    TimeZone = "Europe/Copenhagen",
                    LineScope = "switchboard",
                    After = after,
                },
                Cancellation
            )
            .ToListAsync(Cancellation);
}
