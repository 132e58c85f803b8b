using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Names of the other party, places and rejected pages of Google Voice.</summary>
public sealed class GoogleVoiceImporterUnitTests
{
    const string Sent =
        "<div class=\"message\"><abbr class=\"dt\" title=\"2026-01-05T08:00:00Z\">x</abbr><cite class=\"sender\">"
        + "<a class=\"tel\" href=\"tel:+14155550100\"><abbr class=\"fn\">Me</abbr></a></cite><q>Hi</q></div>";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    // the title decides
    [InlineData("Me to\nAnna - Work", "Anna - Text - 2026-01-05T08_00_00Z.html", "Anna - Work")]
    [InlineData("Me to \n  Anna\n Berg", "renamed.html", "Anna Berg")]
    [InlineData("Me to\n+4532123456", "Text - 2026-01-05T08_00_00Z.html", "+4532123456")]
    // without it, the file name, read from its end
    [InlineData("", "Anna - Text - 2026-01-05T08_00_00Z.html", "Anna")]
    [InlineData("", "Anna - Work - Text - 2026-01-05T08_00_00Z.html", "Anna - Work")]
    [InlineData("", "Anna - Text - Text - 2026-01-05T08_00_00Z.html", "Anna - Text")]
    [InlineData("", "Anna - Work - SMS - 2026-01-05T08_00_00Z.html", "Anna - Work")]
    [InlineData("Ich an Anna", "Anna - Work - SMS - 2026-01-05T08_00_00Z.html", "Anna - Work")]
    [InlineData("", "+4532123456 - Text - 2026-01-05T08_00_00Z-2-1.html", "+4532123456")]
    // neither names anybody
    [InlineData("", " - Text - 2026-01-05T08_00_00Z.html", null)]
    [InlineData("", "Text - 2026-01-05T08_00_00Z.html", null)]
    [InlineData("Anna", "page.html", "Anna")]
    public async Task The_title_or_the_file_name_names_the_other_party(string title, string file, string? party)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"<html><head><title>{title}</title></head><body>{Sent}</body></html>", file)
        );
        Assert.Equal((EventDirection.Outbound, party), (record.Direction, record.Party));
    }

    [Theory]
    [InlineData("<abbr class=\"fn\" title=\"\">Ich</abbr>", EventDirection.Outbound)]
    [InlineData("<abbr class=\"fn\" title=\"\">Yo</abbr>", EventDirection.Outbound)]
    [InlineData("<span class=\"fn\">Ich</span>", EventDirection.Inbound)]
    [InlineData("<abbr class=\"fn\" title=\"Anna Berg\">Anna</abbr>", EventDirection.Inbound)]
    public async Task The_owner_is_recognized_in_every_language(string sender, EventDirection direction)
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                Sent.Replace("<abbr class=\"fn\">Me</abbr>", sender, StringComparison.Ordinal),
                "Anna - Text - 2026-01-05T08_00_00Z.html"
            )
        );
        Assert.Equal(
            (direction, direction is EventDirection.Outbound ? "Anna" : "+14155550100"),
            (record.Direction, record.Party)
        );
    }

    [Theory]
    [InlineData("Anna Berg - Missed - 2026-01-05T08_00_00Z.html")]
    [InlineData("Text - Anna Berg.html")]
    [InlineData("Anna Berg.html")]
    public async Task Places_do_not_contain_the_file_name(string file)
    {
        foreach (
            string page in (string[])
                [
                    Sent,
                    "<html><title>Anna Berg</title><p>nothing</p></html>",
                    Sent.Replace(":00Z", "", StringComparison.Ordinal),
                ]
        )
            Assert.All(await ReadAsync(page, file), record =>
                Assert.DoesNotContain("Berg", record.Place, StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task Pages_without_events_are_kept_as_they_are()
    {
        const string Page = "<html>\n<head><title>Missed  call from\nAnna</title></head><body>not read</body></html>\n";
        EventRecord record = Assert.Single(await ReadAsync(Page, "x.html"));
        Assert.Equal((RejectReason.NotAnEvent, Page), (record.RejectReason, record.Raw));
    }

    [Fact]
    public async Task Messages_are_kept_as_they_are()
    {
        string second = Sent.Replace("2026-01-05T08:00:00Z", "yesterday", StringComparison.Ordinal);
        List<EventRecord> records = await ReadAsync($"<body>{Sent}{second}</body>", "x.html");
        Assert.Equal([null, RejectReason.Malformed], records.Select(r => r.RejectReason));
        Assert.Equal([Sent, second + "</body>"], records.Select(r => r.Raw));
    }

    [Fact]
    public async Task A_call_from_a_name_without_a_number_keeps_the_name()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                "<div class=\"haudio\"><a class=\"tel\" href=\"tel:\"><span class=\"fn\">Anna</span></a>"
                    + "<abbr class=\"published\" title=\"2026-01-05T08:00:00Z\"></abbr></div>",
                "Placed - Bo - Missed - 2026-01-05T08_00_00Z.html"
            )
        );
        Assert.Equal(
            ("Anna", EventDirection.Inbound, EventOutcome.Missed),
            (record.Party, record.Direction, record.Outcome)
        );
    }

    static async Task<List<EventRecord>> ReadAsync(string page, string file) =>
        await GoogleVoiceImporter
            .ReadAsync(Importing.Utf8(page), file, cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
}
