using System.Globalization;
using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tests.Importers.Fuzzing;

namespace CallIntel.Sdk.Tests.Importers;

public sealed partial class FuzzUnitTests
{
    /// <summary>
    /// A damaged line of a chat can become the continuation of the message before it. So every line contains a word
    /// that must be in the body or in the rejected text of a record.
    /// </summary>
    [Fact]
    public async Task Every_line_of_a_chat_is_in_a_record_or_in_a_reject() =>
        await FuzzRun.RunAsync("lines of whatsapp", async (run, random) =>
        {
            StringBuilder chat = new("[05/01/2026, 09:30:00] Anna: word0word\n");
            int lines = random.Next(2, 12);
            for (int i = 1; i < lines; i++)
            {
                string word = string.Create(CultureInfo.InvariantCulture, $"word{i}word");
                string line = random.Next(9) switch
                {
                    0 => word,
                    1 => $"[31/02/2026, 09:30:00] Anna: {word}",
                    2 => $"[05/01/2026, 09:3{random.Next(10)}:00] \u202a+45 32 12 34 56\u202c: {word}",
                    3 => $"05/01/2026, 09:30 - Bo: {word}",
                    4 => $"[٠٥‏/٠١‏/٢٠٢٦، ٩:٣{random.Next(10)}:٠٠ م] Dr: Berg: {word}",
                    5 => $"[05/01/2026 午後9:3{random.Next(10)}:00] Anna: \u200e<attached: a.jpg>{word}",
                    6 => $"[05/01/2026 kl. 21:30:00] Bo “B: {word}",
                    7 => Bent($"[05/01/2026, 09:30:00] Anna: ", random) + word,
                    _ => $"[05/01/2026, 21:0{random.Next(10)}:59] Me: {word} \u200e<This message was edited>",
                };
                chat.Append(line).Append(random.Next(4) == 0 ? "\r\n" : "\n");
            }
            List<EventRecord> records = await GoldenUnitTests
                .Read("whatsapp", new MemoryStream(Encoding.UTF8.GetBytes(chat.ToString())))
                .ToListAsync();
            string kept = string.Join('\n', records.Select(r => run.Judge(r) is null ? r.Body : r.Raw ?? r.Body));
            for (int i = 0; i < lines; i++)
                Assert.True(
                    kept.Contains(
                        string.Create(CultureInfo.InvariantCulture, $"word{i}word"),
                        StringComparison.Ordinal
                    ),
                    $"line {i} is lost:\n{chat}\nkept:\n{kept}"
                );
        });

    /// <summary>Replaces, removes or doubles one character of the beginning of a message.</summary>
    static string Bent(string text, Random random)
    {
        int at = random.Next(text.Length);
        return random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, text[at].ToString()),
            _ => text.Remove(at, 1).Insert(at, ((char)random.Next(32, 0x250)).ToString()),
        };
    }
}
