using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>A record that cannot be read says what was expected, in every format.</summary>
public sealed class RejectDetailUnitTests
{
    const string Call = "<call number=\"1\" date=\"1767607200000\" type=\"1\" duration=\"0\"/>";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("android", "<calls>" + Call + "<call number=1 date=\"x\"/></calls>", "the tag is malformed")]
    [InlineData("android", "<smses><mms date=\"1767607200000\" msg_box=\"1\"><parts>", "the end tag of the message")]
    [InlineData("android", "<smses><mms date=1 msg_box=\"1\"></mms></smses>", "the tag is malformed")]
    [InlineData(
        "android",
        "{\"address\":\"1\",\"body\":\"x\",\"date\":\"1767607200000\",\"type\":\"1\"}\n{x}\n",
        "JSON"
    )]
    [InlineData("twilio", "{\"sid\":\"SM0\",\"date_created\":\"x\"}\n{x}\n", "expected a JSON object")]
    [InlineData("twilio", "{\"sid\":\"CF0\",\"date_created\":\"x\"}\n", "neither a message nor a call")]
    [InlineData("twilio", "{\"sid\":\"SM0\",\"body\":\"\\ud800\",\"direction\":\"inbound\"}\n", "surrogate pair")]
    [InlineData("ringcentral", "{\"records\":[{\"deleted\":true}]}", "id: a deletion requires one")]
    [InlineData("ringcentral", "{\"records\":[{\"id\":\"1\",\"type\":\"Fax\"}]}", "type: a fax")]
    [InlineData("ringcentral", "{x}", "expected a JSON object")]
    [InlineData("vcon", "{\"vcon\":\"0.0.1\",\"parties\":[],\"dialog\":[]}", "dialog: missing")]
    [InlineData("vcon", "{\"vcon\":\"0.0.1\",\"ciphertext\":\"x\"}", "not encrypted")]
    [InlineData("vcon", "{x}", "expected a JSON object")]
    [InlineData("asterisk", "\"a\"b,c\n", "a quote is in the wrong place")]
    [InlineData("freeswitch", "x,y\n", "columns")]
    public async Task A_rejected_record_says_what_was_expected(string format, string text, string detail)
    {
        List<EventRecord> records = await FileImport
            .ReadAsync(Utf8(text), new FileImportOptions { Format = format, TimeZone = ZoneOf(format) }, Cancellation)
            .ToListAsync(Cancellation);
        EventRecord rejected = Assert.Single(records, record => record.RejectReason is not null && Says(record));
        Assert.NotNull(rejected.Place);

        bool Says(EventRecord record) => record.RejectDetail?.Contains(detail, StringComparison.Ordinal) ?? false;
    }

    static string? ZoneOf(string format) => format is "asterisk" or "freeswitch" ? "Etc/UTC" : null;
}
