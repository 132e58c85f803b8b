using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers.WhatsApp;

/// <summary>Words that WhatsApp writes in the place of a message, in the languages of phones.</summary>
public sealed class WhatsAppMediaUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("image absente")]
    [InlineData("vidéo absente")]
    [InlineData("immagine omessa")]
    [InlineData("afbeelding weggelaten")]
    [InlineData("imagem ocultada")]
    [InlineData("Kontaktkarte ausgelassen")]
    [InlineData("bild utelämnad")]
    [InlineData("изображение опущено")]
    [InlineData("obraz pominięty")]
    [InlineData("görüntü dahil edilmedi")]
    [InlineData("画像は含まれていません")]
    [InlineData("图片已略去")]
    public async Task Media_that_a_phone_left_out_becomes_a_part(string words)
    {
        EventRecord record = await ReadAsync($"[13/01/2026, 10:00:00] Anna: \u200E{words}\n", "_chat.txt");
        Assert.Equal((EventChannel.Mms, null), (record.Channel, record.Body));
    }

    [Theory]
    [InlineData("Данное сообщение удалено")]
    [InlineData("Вы удалили данное сообщение.")]
    [InlineData("Ta wiadomość została usunięta")]
    [InlineData("Det här meddelandet har raderats")]
    [InlineData("Denne meldingen ble slettet.")]
    [InlineData("Bu mesaj silindi")]
    [InlineData("このメッセージは削除されました")]
    [InlineData("此消息已删除")]
    [InlineData("تم حذف هذه الرسالة")]
    public async Task A_deleted_message_has_the_status_deleted(string words)
    {
        EventRecord record = await ReadAsync($"13.01.2026, 10:00 - Anna: {words}\n", "chat.txt");
        Assert.Equal(("deleted", null), (record.Details?.Status, record.Body));
    }

    [Fact]
    public async Task A_name_at_the_beginning_of_the_file_name_is_the_other_person()
    {
        List<EventRecord> records = await ReadAllAsync(
            "13.01.2026 10:00 - Anna: a\n13.01.2026 10:01 - Can: b\n",
            "Anna ile WhatsApp Sohbeti.txt"
        );
        Assert.Equal([EventDirection.Inbound, EventDirection.Outbound], records.Select(record => record.Direction));
    }

    static async Task<EventRecord> ReadAsync(string chat, string name) => Assert.Single(await ReadAllAsync(chat, name));

    static async Task<List<EventRecord>> ReadAllAsync(string chat, string name) =>
        await WhatsAppImporter
            .ReadAsync(Utf8(chat), name, new WhatsAppImportOptions { TimeZone = "Europe/Berlin" }, Cancellation)
            .ToListAsync(Cancellation);
}
