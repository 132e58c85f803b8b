using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers.WhatsApp;

/// <summary>Dates, names and texts that WhatsApp writes in the languages of phones.</summary>
public sealed class WhatsAppLocaleUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("05/01/2026 à 21:30 - Anna: a")]
    [InlineData("[2026-01-05 kl. 21:30:15] Anna: a")]
    [InlineData("[05.01.2026 kl. 21.30.15] Anna: a")]
    [InlineData("2026. 01. 05. 21:30 - Anna: a")]
    [InlineData("2026. 1. 5. 오후 9:30 - Anna: a")]
    [InlineData("2026년 1월 5일 오후 9:30 - Anna: a")]
    [InlineData("2026/1/5 下午9:30 - Anna: a")]
    [InlineData("[2026/1/5 晚上9:30:15] Anna: a")]
    [InlineData("[2026/01/05 午後9:30:15] Anna: a")]
    [InlineData("2026年1月5日 21:30 - Anna: a")]
    [InlineData("\u200F٥‏/١‏/٢٠٢٦، ٩:٣٠ م - Anna: a")]
    [InlineData("۱۴۰۴/۱۰/۱۵، ۲۱:۳۰ - Anna: a")]
    [InlineData("۵/۱/۲۰۲۶،\u200F ۹:۳۰ ب.ظ. - Anna: a")]
    [InlineData("5/1/2569 21:30 - Anna: a")]
    [InlineData("05.01.2026 ÖS 9:30 - Anna: a")]
    [InlineData("5/1/26, 9:30 μ.μ. - Anna: a")]
    [InlineData("5/1/26, 9:30 CH - Anna: a")]
    [InlineData("05.01.26, 21:30 PM - Anna: a")]
    [InlineData("5.01.2026 г., 21:30 ч. - Anna: a")]
    [InlineData("05/01/2026, 21:30:15: Anna: a")]
    [InlineData("2026-01-05, 9:30:15 PM: Anna: a")]
    public async Task Dates_and_times_are_read_in_the_notation_of_the_language(string chat)
    {
        EventRecord record = Assert.Single(await ReadAsync(chat));
        Assert.Equal(
            ("2026-01-05T21:30", "Anna", "a"),
            ($"{record.OccurredAt:yyyy-MM-dd'T'HH:mm}", record.Party!, record.Body!)
        );
    }

    [Theory]
    [InlineData("2026/1/5 上午12:05 - Anna: a", "00:05")]
    [InlineData("2026/1/5 凌晨1:05 - Anna: a", "01:05")]
    [InlineData("2026/1/5 中午12:05 - Anna: a", "12:05")]
    [InlineData("2026/1/5 中午11:05 - Anna: a", "11:05")]
    [InlineData("[2026/01/05 午後0:05:00] Anna: a", "12:05")]
    [InlineData("2026. 1. 5. 오전 12:05 - Anna: a", "00:05")]
    [InlineData("5/1/26, 12:05 ص - Anna: a", "00:05")]
    [InlineData("5/1/26, 9:05 SA - Anna: a", "09:05")]
    [InlineData("5/1/26, 9:05 PG - Anna: a", "09:05")]
    public async Task Noon_and_midnight_belong_to_the_right_half_of_the_day(string chat, string time) =>
        Assert.Equal(time, $"{Assert.Single(await ReadAsync(chat)).OccurredAt:HH:mm}");

    [Theory]
    [InlineData("5/1/26, 9:05 zz - Anna: a")] // an unknown half of the day
    [InlineData("2026-01-05 09:30:15: INFO: started")] // a log
    [InlineData("05/01/2026, 09:30: Anna: a")]
    public async Task Other_texts_are_not_taken_for_a_chat(string text)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        Assert.NotEqual("whatsapp", ImporterRegistry.BuiltIn.Detect(file)?.Format);
    }

    [Theory]
    [InlineData("<Media har utelämnats>", null)]
    [InlineData("<Без медиафайлов>", null)]
    [InlineData("<pominięto multimedia>", null)]
    [InlineData("<Medya dahil edilmedi>", null)]
    [InlineData("<Fichier omis>", null)]
    // a language that is not known: the text is kept
    [InlineData("<Παραλείφθηκαν πολυμέσα>", "<Παραλείφθηκαν πολυμέσα>")]
    [InlineData("<miðlum var sleppt>", "<miðlum var sleppt>")]
    public async Task Media_that_an_export_leaves_out_is_a_part_in_each_language(string text, string? body)
    {
        EventRecord record = Assert.Single(await ReadAsync($"05.01.26, 09:30 - Anna: {text}\n"));
        Assert.Equal(
            (EventChannel.Mms, body, "omitted"),
            (record.Channel, record.Body, Assert.Single(record.Parts).Reference)
        );
    }

    [Theory]
    [InlineData("<3")]
    [InlineData("<grin>")]
    [InlineData("<b>bold</b> text")]
    [InlineData("a < b > c")]
    public async Task Text_in_angle_brackets_of_a_person_stays_a_text(string text)
    {
        EventRecord record = Assert.Single(await ReadAsync($"05.01.26, 09:30 - Anna: {text}\n"));
        Assert.Equal((EventChannel.Sms, text, 0), (record.Channel, record.Body, record.Parts.Count));
    }

    [Fact]
    public async Task A_quoted_message_in_another_style_belongs_to_the_message_that_quotes_it()
    {
        EventRecord record = Assert.Single(
            await ReadAsync("[05.01.26, 09:30:15] Anna: he wrote\n05/01/2026, 09:29 - Bo: no\n")
        );
        Assert.Equal("he wrote\n05/01/2026, 09:29 - Bo: no", record.Body);
    }

    [Theory]
    [InlineData("Discussion WhatsApp avec Dr_ Berg.txt", "Dr: Berg")]
    [InlineData("Chat de WhatsApp con Dr_ Berg.zip", "Dr: Berg")]
    [InlineData("محادثة واتساب مع Dr_ Berg.txt", "Dr: Berg")]
    [InlineData("WhatsApp Chat with Dr_ Berg (1).txt", "Dr: Berg")]
    [InlineData("WhatsApp Chat with Berg.txt", null)] // only the end of a name
    [InlineData("notes about Dr_ Berg.txt", null)]
    public async Task A_name_with_a_colon_is_known_by_the_name_of_the_file(string file, string? party)
    {
        List<EventRecord> records = await ReadAsync(
            "05/01/2026, 09:30 - Dr: Berg: well: yes\n05/01/2026, 09:31 - Bo: b\n",
            file
        );
        Assert.Equal(
            party is null
                ? [("Dr", "Berg: well: yes", EventDirection.Inbound), ("Bo", "b", EventDirection.Inbound)]
                : [(party, "well: yes", EventDirection.Inbound), (party, "b", EventDirection.Outbound)],
            records.Select(r => (r.Party!, r.Body!, r.Direction))
        );
    }

    [Fact]
    public async Task A_name_with_a_colon_is_known_by_an_attachment_of_this_person()
    {
        List<EventRecord> records = await ReadAsync(
            "[05.01.26, 09:30:15] Dr: Berg: hi\n[05.01.26, 09:30:16] Dr: Berg: \u200E<attached: 1-PHOTO.jpg>\n"
        );
        Assert.Equal([("Dr: Berg", "hi"), ("Dr: Berg", null)], records.Select(r => (r.Party, r.Body)));
    }

    [Theory]
    [InlineData("Anna changed the subject from “A: b” to “C”")]
    [InlineData("Anna hat den Betreff von „A: b“ zu „C“ geändert")]
    [InlineData("Anna a changé l'objet « A: b » en « C »")]
    [InlineData("Anna 将主题从「A: b」改为「C」")]
    public async Task A_colon_inside_quotation_marks_does_not_end_a_name(string notice)
    {
        List<EventRecord> records = await ReadAsync($"05/01/2026, 09:30 - {notice}\n05/01/2026, 09:31 - Bo “B”: b\n");
        Assert.Equal([RejectReason.NotAnEvent, null], records.Select(r => r.RejectReason));
        Assert.Equal("Bo “B”", records[1].Party);
    }

    [Theory]
    [InlineData("Missed voice call", EventOutcome.Missed, null)]
    [InlineData("Missed video call. \u200ETap to call back", EventOutcome.Missed, null)]
    [InlineData("Verpasster Sprachanruf", EventOutcome.Missed, null)]
    [InlineData("Llamada de voz perdida", EventOutcome.Missed, null)]
    [InlineData("Voice call, \u200ENo answer", EventOutcome.Missed, null)]
    [InlineData("Voice call, \u200E5 min", EventOutcome.Completed, 300)]
    [InlineData("Video call, \u200E1 h 2 min", EventOutcome.Completed, 3720)]
    [InlineData("Sprachanruf, \u200E42 Sek.", EventOutcome.Completed, 42)]
    [InlineData("Voice call", EventOutcome.Unknown, null)]
    public async Task Calls_in_a_chat_are_calls(string text, EventOutcome outcome, int? seconds)
    {
        EventRecord call = Assert.Single(await ReadAsync($"[05.01.26, 09:30:15] Anna: \u200E{text}\n"));
        Assert.Equal(
            (EventChannel.Call, outcome, seconds, null),
            (call.Channel, call.Outcome, (int?)call.Duration?.TotalSeconds, call.Body)
        );
        // somebody wrote these words
        EventRecord words = Assert.Single(await ReadAsync($"[05.01.26, 09:30:15] Anna: {text}\n"));
        Assert.Equal((EventChannel.Sms, text), (words.Channel, words.Body));
    }

    [Fact]
    public async Task A_missed_call_that_names_nobody_is_from_the_other_person_of_a_chat_of_two()
    {
        const string Chat = "05/01/2026, 09:30 - Missed voice call\n05/01/2026, 09:31 - Anna: hi\n";
        EventRecord call = (await ReadAsync(Chat, "WhatsApp Chat with Anna.txt"))[0];
        Assert.Equal(
            (EventChannel.Call, EventOutcome.Missed, EventDirection.Inbound, "Anna"),
            (call.Channel, call.Outcome, call.Direction, call.Party)
        );
        Assert.Equal(RejectReason.NotAnEvent, (await ReadAsync(Chat))[0].RejectReason);
    }

    [Theory]
    [InlineData("\u200EThis message was deleted.", null, "deleted")]
    [InlineData("Du hast diese Nachricht gelöscht.", null, "deleted")]
    [InlineData("new text \u200E<This message was edited>", "new text", "edited")]
    [InlineData("neu\u200E<Diese Nachricht wurde bearbeitet.>", "neu", "edited")]
    [InlineData("This message was deleted, she said", "This message was deleted, she said", null)]
    [InlineData("see <b>", "see <b>", null)]
    public async Task Edited_and_deleted_messages_have_a_status(string text, string? body, string? status)
    {
        EventRecord record = Assert.Single(await ReadAsync($"[05.01.26, 09:30:15] Anna: {text}\n"));
        Assert.Equal((body, status), (record.Body, record.Details?.Status));
    }

    static async Task<List<EventRecord>> ReadAsync(string chat, string name = "") =>
        await WhatsAppImporter
            .ReadAsync(Utf8(chat), name, new WhatsAppImportOptions { TimeZone = "Etc/UTC" }, Cancellation)
            .ToListAsync(Cancellation);
}
