using Microsoft.ML.Tokenizers;

namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>Divides text into the tokens of an uncased WordPiece vocabulary.</summary>
/// <remarks>Thread-safe.</remarks>
sealed class BertEncoder
{
    readonly BertTokenizer _tokenizer;
    readonly int _maxTokens;

    /// <exception cref="InvalidDataException">The vocabulary lacks a special token.</exception>
    internal BertEncoder(byte[] vocabulary, int maxTokens)
    {
        _maxTokens = maxTokens;
        // The published files end their lines with CR LF; the tokenizer would take the CR as a part of each word.
        string text = System.Text.Encoding.UTF8.GetString(vocabulary).Replace("\r", "", StringComparison.Ordinal);
        using MemoryStream lines = new(System.Text.Encoding.UTF8.GetBytes(text));
        try
        {
            _tokenizer = BertTokenizer.Create(
                lines,
                new BertOptions
                {
                    // TextFolding does it, the same on every host.
                    LowerCaseBeforeTokenization = false,
                    RemoveNonSpacingMarks = false,
                }
            );
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException(null, e);
        }
        Padding = _tokenizer.PaddingTokenId;
    }

    internal int Padding { get; }

    /// <summary>Returns [CLS], the tokens of the text, cut if there are too many, and [SEP].</summary>
    internal long[] Encode(string text)
    {
        IReadOnlyList<int> words = _tokenizer.EncodeToIds(TextFolding.Fold(text), addSpecialTokens: false);
        int count = Math.Min(words.Count, _maxTokens - 2);
        long[] ids = new long[count + 2];
        ids[0] = _tokenizer.ClassificationTokenId;
        for (int i = 0; i < count; i++)
            ids[i + 1] = words[i];
        ids[^1] = _tokenizer.SeparatorTokenId;
        return ids;
    }
}
