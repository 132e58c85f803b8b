using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Stands placeholders such as <c>member_1</c> in for names and ids, which a model does not see.</summary>
sealed class Placeholders
{
    /// <summary>The maximum number of names that are described to a model.</summary>
    const int MaxNames = 200;

    readonly Vocabulary _vocabulary;
    readonly Dictionary<(EntityKind, Guid, string?), string> _texts = [];
    readonly Dictionary<string, NamedEntity> _entities = new(StringComparer.Ordinal);
    readonly List<string> _described = [];

    internal Placeholders(Vocabulary vocabulary, bool sendsNames)
    {
        _vocabulary = vocabulary;
        if (sendsNames)
            foreach (
                NamedEntity entity in vocabulary.Entities.Where(e => e.Kind is not EntityKind.Contact).Take(MaxNames)
            )
                // The name comes from the org's own data, so it is quoted and cut: it must not look like an
                // instruction.
                _described.Add($"{Of(entity)} is the {PlanBuilder.KindText(entity.Kind)} {QuotedName(entity.Name)}");
    }

    /// <summary>Replaces the names and telephone numbers of a question.</summary>
    internal string Mask(string question)
    {
        List<Token> tokens = Tokenizer.Divide(question) ?? [];
        StringBuilder masked = new();
        int done = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            Mention? mention =
                tokens[i].Kind is TokenKind.PhoneNumber
                    ? _vocabulary.FindNumber(tokens[i].Text)
                    : _vocabulary.Find(tokens, i);
            bool number = tokens[i].Kind is TokenKind.PhoneNumber;
            if (mention is not { Candidates: [var entity] } && !number)
                continue;
            int last = i + (mention?.Count ?? 1) - 1;
            masked.Append(question, done, tokens[i].Start - done);
            masked.Append(mention is { Candidates: [var one] } ? Of(one) : "unknown_number");
            done = tokens[last].End;
            i = last;
        }
        return masked.Append(question, done, question.Length - done).ToString();
    }

    /// <summary>Returns a plan with placeholders in place of ids.</summary>
    internal string Mask(QuestionPlan plan)
    {
        StringBuilder json = new(plan.ToJson());
        foreach (
            (EntityKind kind, Guid id) in plan
                .Members.Select(m => (EntityKind.Member, m.Value))
                .Concat(plan.Teams.Select(t => (EntityKind.Team, t.Value)))
                .Concat(plan.Lines.Select(l => (EntityKind.Line, l.Value)))
                .Concat(plan.Contacts.Select(c => (EntityKind.Contact, c.Value)))
        )
            json.Replace(id.ToString(), Of(new NamedEntity(kind, id, "")));
        foreach (string source in plan.Sources)
            json.Replace(
                JsonEncodedText.Encode(source).ToString(),
                Of(new NamedEntity(EntityKind.Source, Guid.Empty, source))
            );
        return json.ToString();
    }

    /// <summary>Returns the id of a placeholder; null if none of this kind was given out.</summary>
    internal Guid? Find(EntityKind kind, string text) =>
        _entities.TryGetValue(text, out NamedEntity? entity) && entity.Kind == kind ? entity.Id : null;

    internal bool KnowsSource(string text) =>
        _entities.TryGetValue(text, out NamedEntity? entity) && entity.Kind is EntityKind.Source;

    internal string SourceOf(string text) => _entities[text].Name;

    internal void Describe(StringBuilder text)
    {
        foreach (string line in _described)
            text.AppendLine(line);
    }

    string Of(NamedEntity entity)
    {
        (EntityKind, Guid, string?) key = (
            entity.Kind,
            entity.Id,
            entity.Kind is EntityKind.Source ? entity.Name : null
        );
        if (!_texts.TryGetValue(key, out string? text))
        {
            text = string.Create(
                CultureInfo.InvariantCulture,
                $"{PlanBuilder.KindText(entity.Kind)}_{_texts.Keys.Count(k => k.Item1 == entity.Kind) + 1}"
            );
            _texts[key] = text;
            _entities[text] = entity;
        }
        return text;
    }

    static string QuotedName(string name) => $"\"{JsonEncodedText.Encode(PlanBuilder.Shorten(name))}\"";
}
