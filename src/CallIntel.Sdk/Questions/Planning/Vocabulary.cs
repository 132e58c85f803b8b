namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Something with a name that the asker may see: a member, a team, a line, a contact or a source.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The id; empty for a source that only a plan names.</param>
/// <param name="Name">The name. Personal data.</param>
sealed record NamedEntity(EntityKind Kind, Guid Id, string Name)
{
    /// <summary>The folded words of the name.</summary>
    internal string[] Words { get; } = Tokenizer.Words(Name);

    /// <summary>The telephone number. Personal data.</summary>
    internal string? Number { get; init; }

    public override string ToString() => $"{nameof(NamedEntity)} {{ {Kind} *** }}";
}

/// <summary>A mention of an entity in a question.</summary>
/// <param name="Candidates">The entities that it may mean.</param>
/// <param name="Count">The number of tokens.</param>
/// <param name="IsWholeName">Whether the mention is the complete name.</param>
sealed record Mention(IReadOnlyList<NamedEntity> Candidates, int Count, bool IsWholeName);

/// <summary>The names that the asker may see.</summary>
sealed class Vocabulary
{
    /// <summary>The maximum number of names.</summary>
    internal const int MaxEntities = 5_000;

    internal static readonly Vocabulary Empty = new([]);

    readonly NamedEntity[] _entities;
    readonly Dictionary<string, List<NamedEntity>> _byFirstWord = [];
    readonly Dictionary<string, List<NamedEntity>> _byAnyWord = [];
    readonly Dictionary<(EntityKind, Guid), NamedEntity> _byId = [];

    internal Vocabulary(IEnumerable<NamedEntity> entities)
    {
        _entities = [.. entities.Where(e => e.Words.Length > 0).Take(MaxEntities)];
        foreach (NamedEntity entity in _entities)
        {
            Add(_byFirstWord, entity.Words[0], entity);
            foreach (string word in entity.Words.Where(word => word.Length > 1).Distinct())
                Add(_byAnyWord, word, entity);
            _byId[(entity.Kind, entity.Id)] = entity;
        }
    }

    internal IReadOnlyList<NamedEntity> Entities => _entities;

    internal string? NameOf(EntityKind kind, Guid id) => _byId.GetValueOrDefault((kind, id))?.Name;

    internal Vocabulary With(IEnumerable<NamedEntity> more) => new([.. _entities, .. more]);

    /// <summary>Returns the mention that starts at a token: the longest whole name, or one word of a name.</summary>
    internal Mention? Find(List<Token> tokens, int index)
    {
        Token token = tokens[index];
        if (token.Kind is TokenKind.Quote)
            return Whole(Tokenizer.Words(token.Text)) is { } named ? named with { Count = 1 } : null;
        if (token.Kind is not (TokenKind.Word or TokenKind.Number))
            return null;
        int longest = 0;
        List<NamedEntity> found = [];
        foreach (NamedEntity entity in _byFirstWord.GetValueOrDefault(token.Text) ?? [])
        {
            if (entity.Words.Length < longest || !StartsAt(tokens, index, entity.Words))
                continue;
            if (entity.Words.Length > longest)
                found.Clear();
            longest = entity.Words.Length;
            found.Add(entity);
        }
        if (found.Count > 0)
            return new Mention(found, longest, true);
        if (token.IsNumber || !_byAnyWord.TryGetValue(token.Text, out List<NamedEntity>? partly))
            return null;
        // "Anna B": two words of one name in a row.
        if (
            index + 1 < tokens.Count
            && tokens[index + 1].Kind is TokenKind.Word
            && partly.Where(e => e.Words.Contains(tokens[index + 1].Text)).ToArray() is { Length: > 0 } both
        )
            return new Mention(both, 2, false);
        return new Mention(partly, 1, false);
    }

    /// <summary>Returns the line or contact with a telephone number, in any notation with the same digits.</summary>
    internal Mention? FindNumber(string number)
    {
        string digits = Digits(number);
        NamedEntity[] found =
        [
            .. _entities.Where(e =>
                e.Number is { } own && Digits(own).EndsWith(digits.TrimStart('0'), StringComparison.Ordinal)
            ),
        ];
        return found.Length == 0 ? null : new Mention(found, 1, true);
    }

    static string Digits(string number) => string.Concat(number.Where(char.IsAsciiDigit));

    /// <summary>Returns the words of names that a word with a typing error may stand for, the closest first.</summary>
    internal IReadOnlyList<string> Similar(string word)
    {
        int tolerance = EditDistance.Tolerance(word.Length);
        return tolerance == 0
            ? []
            :
            [
                .. _byAnyWord
                    .Keys.Where(known => known.Length > 2)
                    .Select(known => (Word: known, Distance: EditDistance.Compute(word, known, tolerance)))
                    .Where(pair => pair.Distance <= tolerance)
                    .OrderBy(pair => pair.Distance)
                    .ThenBy(pair => pair.Word, StringComparer.Ordinal)
                    .Select(pair => pair.Word)
                    .Take(5),
            ];
    }

    /// <summary>Returns the names that contain a word.</summary>
    internal IReadOnlyList<NamedEntity> Containing(string word) => _byAnyWord.GetValueOrDefault(word) ?? [];

    Mention? Whole(string[] words)
    {
        NamedEntity[] found = [.. _entities.Where(e => e.Words.AsSpan().SequenceEqual(words))];
        return found.Length == 0 ? null : new Mention(found, words.Length, true);
    }

    static bool StartsAt(List<Token> tokens, int index, string[] words)
    {
        // Marks inside of a name, such as the hyphen of "A-1", are skipped.
        if (index + words.Length > tokens.Count)
            return false;
        for (int i = 0; i < words.Length; i++)
            if (!tokens[index + i].Is(words[i]))
                return false;
        return true;
    }

    static void Add(Dictionary<string, List<NamedEntity>> map, string word, NamedEntity entity)
    {
        if (!map.TryGetValue(word, out List<NamedEntity>? list))
            map[word] = list = [];
        if (!list.Contains(entity))
            list.Add(entity);
    }
}
