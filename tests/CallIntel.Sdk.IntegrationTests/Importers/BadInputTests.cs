using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Importers;

public sealed class BadInputTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_invalid_record_is_kept_with_its_reason_and_the_valid_ones_are_stored()
    {
        (string Line, string? Reason)[] lines =
        [
            ("2026-01-05T10:00:00Z,+45 32 12 34 56,good", null),
            ("2026-01-05T10:00:00Z,+45 32 12 34 56,good", null), // the same record
            (",+4532123456,x", "missing_time"),
            ("1970-01-01T00:00:00Z,+4532123456,x", "time_out_of_range"),
            ("2999-01-01T00:00:00Z,+4532123456,x", "time_out_of_range"),
            ("soon,+4532123456,x", "malformed"),
            ("2026-01-05T10:00:00Z,no-number-at-all!,x", null),
            ("2026-01-05T10:00:00Z,+4532123456", "malformed"),
            ("2026-01-05T10:00:00Z,+4532123456,nul\0", "nul_character"),
            ("2026-01-05T10:00:00Z,+453212\03456,x", "nul_character"),
            ("2026-01-05T10:00:02Z,+4532123456,caf\u00C3\u00A9", null), // UTF-8, so the file is not Windows-1252
            ("2026-01-05T10:00:00Z,+4532123456,s\u00F8d", "wrong_encoding"),
            ("2026-01-05T10:00:00Z,+4532123456," + new string('x', 2 << 20), "text_too_long"),
            ("2026-01-05T10:00:00Z,+4532123456," + new string('x', 10 << 20), "text_too_long"),
            ("2026-01-05T10:00:01Z,+4532123456,good too", null),
        ];
        TestOrg org = await fixture.Database.CreateOrgAsync("bad input", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        // all other characters have the same bytes in both encodings
        using MemoryStream file = new(
            Encoding.Latin1.GetBytes("time,from,text\n" + string.Join('\n', lines.Select(line => line.Line)))
        );

        IngestReport report = await admin.Ingestion.IngestAsync(
            new IngestSource("bad", "csv"),
            CsvImporter.ReadAsync(file, Messages(), Cancellation),
            cancellationToken: Cancellation
        );

        Assert.Equal((15, 4, 1, 10), (report.Read, report.Inserted, report.Duplicate, report.Rejected));
        Assert.Equal(1, report.UnrecognizedNumbers);
        Assert.Contains(
            new RejectCount("malformed", "time: expected an ISO 8601 or RFC 5322 date and time", 1),
            report.RejectReasons
        );
        Assert.Equal(
            report.Read,
            report.Inserted + report.Updated + report.Duplicate + report.Rejected + report.Suppressed
        );
        List<(long Ordinal, string Reason, byte[] Raw)> rejects = await RejectsAsync(org, report.RunId);
        Assert.Equal(
            lines
                .Index()
                .Where(line => line.Item.Reason is not null)
                .Select(line => ((long)line.Index, line.Item.Reason!)),
            rejects.Select(reject => (reject.Ordinal, reject.Reason))
        );
        Assert.All(rejects, reject =>
            Assert.StartsWith(Encoding.UTF8.GetString(reject.Raw), lines[reject.Ordinal].Line, StringComparison.Ordinal)
        );
        Assert.All(rejects, reject => Assert.InRange(reject.Raw.Length, 1, 1 << 16));
    }

    [Fact]
    public async Task A_truncated_file_fails_its_run_and_importing_the_whole_file_completes_it()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("broken", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        const string Start =
            "time,from,text\n2026-01-05T10:00:00Z,+4532123456,one\n2026-01-05T10:00:01Z,+4532123456,two\n";
        IngestOptions options = new() { BatchSize = 1 };
        Task<IngestReport> IngestAsync(string text) =>
            admin.Ingestion.IngestAsync(
                new IngestSource("broken"),
                CsvImporter.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Messages(), Cancellation),
                options,
                Cancellation
            );

        CallIntelException failed = await Assert.ThrowsAsync<CallIntelException>(() =>
            IngestAsync(Start + "2026-01-05T10:00:02Z,,\"three\n2026-01-05T10:00:03Z,,four\n")
        );
        Assert.Equal(ErrorCodes.UnreadableFile, failed.Code);

        IngestReport whole = await IngestAsync(Start + "2026-01-05T10:00:02Z,,\"three\"\n2026-01-05T10:00:03Z,,four\n");
        Assert.Equal((4, 2, 2), (whole.Read, whole.Inserted, whole.Duplicate));
    }

    static CsvMapping Messages() =>
        new()
        {
            Time = new() { Field = "time" },
            Channel = new() { Constant = EventChannel.Sms },
            Direction = new() { Constant = EventDirection.Inbound },
            Party = new() { Field = "from" },
            Body = "text",
        };

    static async Task<List<(long, string, byte[])>> RejectsAsync(TestOrg org, Guid run)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        return await admin
            .Ingestion.ReadRejectsAsync(run, Cancellation)
            .Select(r => (r.Ordinal, r.Reason, Encoding.UTF8.GetBytes(r.Raw!)))
            .ToListAsync(Cancellation);
    }
}
