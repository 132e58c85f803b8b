using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Mappings and streams for the tests of the importers.</summary>
static class Importing
{
    internal static CsvMapping Messages() =>
        new()
        {
            Time = new() { Field = "time" },
            Channel = new() { Constant = EventChannel.Sms },
            Direction = new() { Constant = EventDirection.Inbound },
            Party = new() { Field = "from" },
            Body = "text",
        };

    internal static CsvMapping Calls() =>
        new()
        {
            Time = new() { Field = "time", Format = TimeFormat.UnixSeconds },
            Channel = new() { Constant = EventChannel.Call },
            Direction = new()
            {
                From = "from",
                To = "to",
                Own = "^(10|11)$",
            },
            Party = new() { Kind = PartyKind.OpaqueId },
            Line = new() { Scope = "exchange" },
            Duration = new() { Field = "seconds", Missed = "-1" },
            Outcome = new() { Constant = EventOutcome.Completed },
            LineIsIdentity = true,
        };

    /// <summary>The number of the record in a cursor.</summary>
    internal static string? RecordOf(string? cursor) => cursor?[(cursor.IndexOf(':', StringComparison.Ordinal) + 1)..];

    internal static Stream Utf8(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    internal static Stream Gzip(string text)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        packed.Position = 0;
        return packed;
    }

    internal static Task<List<EventRecord>> ReadAsync(string text, CsvMapping mapping) =>
        ReadAsync(Utf8(text), mapping);

    internal static async Task<List<EventRecord>> ReadAsync(Stream stream, CsvMapping mapping) =>
        await CsvImporter
            .ReadAsync(stream, mapping, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    internal static async Task<List<EventRecord>> ReadAsync(Stream stream, JsonMapping mapping) =>
        await JsonLinesImporter
            .ReadAsync(stream, mapping, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    internal static Task<CallIntelException> RefusedAsync(string text, CsvMapping mapping) =>
        Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(text, mapping));
}
