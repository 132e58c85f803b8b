using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Ingestion.Importers.WhatsApp;

/// <summary>
/// Whether a message was edited or deleted by its sender, and its text without the words that say so.
/// </summary>
/// <param name="Text">The text. Empty if the message was deleted.</param>
/// <param name="Status"><c>edited</c>, <c>deleted</c> or null.</param>
readonly partial record struct ChatState(string Text, string? Status)
{
    internal bool IsDeleted => Status == "deleted";

    internal static ChatState Of(string text)
    {
        string plain = text.Trim().Trim((ChatHead.Marks + " \n").ToCharArray());
        if (Deleted().IsMatch(plain))
            return new ChatState("", "deleted");
        Match edited = Edited().Match(text);
        return edited.Success ? new ChatState(text[..edited.Index], "edited") : new ChatState(text, null);
    }

    [GeneratedRegex(
        @"\s*\u200E?<(This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje|"
            + "(Este mensaje fue|Se ha) editado( este mensaje)?|Ce message a été modifié|Mensagem editada|"
            + "Esta mensagem foi editada|Questo messaggio è stato modificato|Dit bericht is bewerkt|"
            + "Данное сообщение изменено|Сообщение изменено|Wiadomość została edytowana|Ta wiadomość została edytowana|"
            + "Bu mesaj düzenlendi|このメッセージは編集されました|此消息已编辑|此訊息已編輯|"
            + @"Denne besked blev redigeret|Denne meddelelsen ble redigert|Det här meddelandet redigerades)\.?>\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Edited();

    [GeneratedRegex(
        "^(This message was deleted( by admin .{1,80})?|You deleted this message( as admin)?|"
            + "Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht|Se eliminó este mensaje|"
            + "Este mensaje fue eliminado|Eliminaste este mensaje|Ce message a été supprimé|"
            + "Vous avez supprimé ce message|Mensagem apagada|Esta mensagem foi apagada|Você apagou esta mensagem|"
            + "Questo messaggio è stato eliminato|Hai eliminato questo messaggio|Dit bericht is verwijderd|"
            + "Данное сообщение удалено|Вы удалили данное сообщение|Ta wiadomość została usunięta|"
            + "(Usunięto|Usunąłeś|Usunęłaś) tę wiadomość|Det här meddelandet (raderades|har raderats)|"
            + "Du (har )?raderade? (det här )?meddelandet|Denne meldingen ble slettet|"
            + "Du slettet denne meldingen|Tämä viesti poistettiin|Poistit tämän viestin|Bu mesaj silindi|"
            + "Bu mesajı sildiniz|このメッセージは削除されました|このメッセージを削除しました|此消息已删除|你已删除此消息|"
            + "您已刪除此訊息|此訊息已刪除|삭제된 메시지입니다|تم حذف هذه الرسالة|لقد حذفت هذه الرسالة|"
            + @"Je hebt dit bericht verwijderd|Denne besked blev slettet|Du slettede denne besked)\.?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Deleted();
}
