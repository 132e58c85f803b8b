using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Tests.Embeddings;

/// <summary>How content is divided into the texts that are embedded.</summary>
public sealed class ContentChunksTests
{
    [Fact]
    public void A_message_is_one_chunk_and_its_lines_stay_together()
    {
        string text = string.Join('\n', Enumerable.Repeat("a line of a message that is rather long", 30));
        Assert.Equal([text], ContentChunks.Split(EventChannel.Sms, $" {text}\n", null, null));
        Assert.Equal(
            4000,
            Assert.Single(ContentChunks.Split(EventChannel.Mms, new string('x', 9000), null, null)).Length
        );
    }

    [Fact]
    public void A_transcript_is_divided_into_windows_of_whole_turns_that_overlap_by_one()
    {
        string[] turns = [.. Enumerable.Range(1, 40).Select(i => $"agent: this is turn number {i}")];
        IReadOnlyList<string> chunks = ContentChunks.Split(EventChannel.Call, null, string.Join("\r\n", turns), null);
        Assert.True(chunks.Count > 3);
        string[][] windows = [.. chunks.Select(c => c.Split('\n'))];
        Assert.All(windows, w => Assert.True(w.Sum(t => ContentChunks.CountTokens(t)) <= ContentChunks.MaxTokens));
        for (int i = 1; i < windows.Length; i++)
            Assert.Equal(windows[i - 1][^1], windows[i][0]);
        // Nothing is lost, and nothing is out of order.
        Assert.Equal(turns, windows.SelectMany((w, i) => i == 0 ? w : w.Skip(1)));
    }

    [Fact]
    public void A_turn_that_fills_a_window_alone_is_divided_between_words()
    {
        string words = string.Join(' ', Enumerable.Range(1, 300).Select(i => $"w{i}"));
        IReadOnlyList<string> chunks = ContentChunks.Split(EventChannel.Voicemail, words, null, null);
        Assert.Equal(words, string.Join(' ', chunks));
        Assert.All(chunks, c => Assert.InRange(ContentChunks.CountTokens(c), 1, ContentChunks.MaxTokens));
    }

    [Fact]
    public void Text_without_spaces_is_cut_and_no_character_is_lost_or_halved()
    {
        foreach (
            string text in new[]
            {
                new string('x', 5000),
                new string('界', 500),
                string.Concat(Enumerable.Repeat("🎉", 300)),
            }
        )
        {
            IReadOnlyList<string> chunks = ContentChunks.Split(EventChannel.Call, null, text, null);
            Assert.Equal(text, string.Concat(chunks));
            Assert.All(chunks, c => Assert.False(char.IsLowSurrogate(c[0]) || char.IsHighSurrogate(c[^1])));
        }
    }

    [Fact]
    public void Transcript_and_summary_have_chunks_of_their_own_and_empty_texts_have_none()
    {
        Assert.Equal(
            ["what was said", "what it was about"],
            ContentChunks.Split(EventChannel.Call, " ", "what was said", "what it was about")
        );
        Assert.Empty(ContentChunks.Split(EventChannel.Sms, " \n", "", null));
    }

    [Fact]
    public void A_very_long_call_has_a_limited_number_of_chunks()
    {
        string text = string.Join('\n', Enumerable.Range(0, 60_000).Select(i => $"turn {i} says something about it"));
        Assert.Equal(ContentChunks.MaxChunks, ContentChunks.Split(EventChannel.Call, null, text, "summary").Count);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("call", 1)]
    [InlineData("call me back", 3)]
    [InlineData("incomprehensible", 3)]
    [InlineData("(call!)", 4)]
    [InlineData("電話", 2)]
    [InlineData("grün", 1)]
    public void Tokens_are_estimated(string text, int tokens) => Assert.Equal(tokens, ContentChunks.CountTokens(text));
}
