using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers.FreeSwitch;

/// <summary>Call detail records of FreeSWITCH: legs, directions and time zones.</summary>
public sealed class FreeSwitchImporterUnitTests
{
    const string Line =
        "\"Anna\",\"+4532123456\",\"+4520101010\",\"x\",\"2026-01-05 09:00:00\",\"\",\"2026-01-05 09:01:05\",\"65\","
        + "\"0\",\"NO_ANSWER\",\"a\",\"\",\"\"\n";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Local_times_require_a_time_zone()
    {
        Assert.Equal(
            ErrorCodes.InvalidMapping,
            (await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(Line, new()))).Code
        );
        Assert.Equal(
            new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero),
            Assert.Single(await ReadAsync(Line, new() { TimeZone = "Europe/Copenhagen" })).OccurredAt
        );
    }

    [Fact]
    public async Task The_legs_of_a_call_share_its_conversation_id()
    {
        List<EventRecord> records = await ReadAsync(
            Json("\"uuid\":\"a\",\"bridge_uuid\":\"b\",\"direction\":\"inbound\"")
                + Json("\"uuid\":\"b\",\"bridge_uuid\":\"a\",\"direction\":\"outbound\"")
                + Json("\"uuid\":\"c\",\"call_uuid\":\"a\",\"direction\":\"outbound\""),
            new()
        );
        Assert.Equal(["a", "a", "a"], records.Select(record => record.Details?.ConversationId));
        Assert.Equal([null, "a", "a"], records.Select(record => record.Details?.ParentId));
    }

    [Fact]
    public async Task Own_lines_take_precedence_and_without_any_sign_the_direction_is_assumed()
    {
        FreeSwitchImportOptions options = new() { TimeZone = "Etc/UTC" };
        Assert.Equal(DirectionBasis.Assumed, Assert.Single(await ReadAsync(Line, options)).DirectionBasis);
        options.OwnLines = "^\\+45321";
        EventRecord record = Assert.Single(await ReadAsync(Line, options));
        Assert.Equal(
            (EventDirection.Outbound, DirectionBasis.OwnLine, "+4520101010"),
            (record.Direction, record.DirectionBasis, record.Party)
        );
    }

    [Fact]
    public async Task A_folder_with_a_file_per_call_is_read()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("freeswitch");
        try
        {
            foreach (string uuid in (string[])["a", "b"])
                await File.WriteAllTextAsync(
                    Path.Combine(folder.FullName, $"a_{uuid}.cdr.json"),
                    Json($"\"uuid\":\"{uuid}\""),
                    Cancellation
                );
            Assert.Equal(
                ["file 1, line 1", "file 2, line 1"],
                (
                    await FileImport
                        .ReadAsync(folder.FullName, cancellationToken: Cancellation)
                        .ToListAsync(Cancellation)
                ).Select(record => record.Place)
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("31556953", RejectReason.DurationOutOfRange)]
    [InlineData("99999999999999999999", RejectReason.DurationOutOfRange)]
    [InlineData("79228162514264337593543950335", RejectReason.DurationOutOfRange)]
    [InlineData("-1", RejectReason.Malformed)]
    public async Task A_call_that_is_longer_than_a_year_is_rejected(string seconds, RejectReason reason)
    {
        EventRecord record = Assert.Single(await ReadAsync(Json("\"uuid\":\"a\"", seconds), new()));
        Assert.Equal(reason, record.RejectReason);
    }

    static string Json(string variables, string seconds = "5") =>
        "{\"core-uuid\":\"c\",\"variables\":{"
        + variables
        + $",\"start_epoch\":\"1767600000\",\"billsec\":\"{seconds}\","
        + "\"hangup_cause\":\"NORMAL_CLEARING\"}}\n";

    static async Task<List<EventRecord>> ReadAsync(string text, FreeSwitchImportOptions options) =>
        await FreeSwitchImporter.ReadAsync(Utf8(text), options, Cancellation).ToListAsync(Cancellation);
}
