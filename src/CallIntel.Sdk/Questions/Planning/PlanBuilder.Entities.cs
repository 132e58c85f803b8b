using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The members, teams, lines, contacts and sources that a question names.</summary>
sealed partial class PlanBuilder
{
    readonly List<NamedEntity> _entities = [];
    bool _isSplitReturn;

    void ReadEntities()
    {
        for (int i = 0; i < symbols.Count; i++)
        {
            if (symbols[i] is not { Mention: { } mention, Kind: SymbolKind.Entity or SymbolKind.Quote })
                continue;
            NamedEntity? entity = Resolve(i, mention);
            if (entity is null)
                return;
            _entities.Add(entity);
            DirectionOf(i, entity);
        }
        // "compare Anna and Bo", "Anna vs Bo", "Anna and Bo each"
        if (
            _entities.Count > 1
            && _dimension is null
            && (HasAny(Sense.Compare, Sense.Most, Sense.Least) || (_grain is null && tokens.Any(t => t.IsAny("each"))))
        )
            _dimension = _entities.Select(e => e.Kind).Distinct().ToArray() is [var kind] ? DimensionOf(kind) : null;
    }

    /// <summary>"did we call Acme back", "until we call people back": a name or a noun divides the verb.</summary>
    void ReadSplitVerbs()
    {
        for (int i = 1; i < symbols.Count; i++)
        {
            int end = symbols[i].Index + symbols[i].Count;
            if (
                (symbols[i].Kind is SymbolKind.Entity || symbols[i].Is(Sense.ContactNoun))
                && end < tokens.Count
                && tokens[end].Is("back")
                && symbols[i - 1].IsAny(Sense.Call, Sense.Calling, Sense.WeCalled, Sense.CalledUs)
            )
            {
                _senses.Add(Sense.Returned);
                _isSplitReturn = true;
            }
        }
    }

    /// <summary>Chooses among entities with the same name by the noun beside it; says so if several remain.</summary>
    NamedEntity? Resolve(int index, Mention mention)
    {
        NamedEntity[] candidates = [.. mention.Candidates];
        EntityKind? noun = KindBeside(index);
        if (noun is not null && candidates.Where(c => c.Kind == noun).ToArray() is { Length: > 0 } ofNoun)
            candidates = ofNoun;
        else if (!mention.IsWholeName && candidates.Any(c => c.Kind is not EntityKind.Contact))
            candidates = [.. candidates.Where(c => c.Kind is not EntityKind.Contact)];
        if (candidates.Length == 1)
            return candidates[0];
        Refuse(
            RefusalReason.Ambiguous,
            $"\"{Shorten(TextOf(symbols[index]))}\" can mean several things. Name one of them completely.",
            [.. candidates.Select(c => $"{KindText(c.Kind)} {c.Name}").Distinct()]
        );
        return null;
    }

    EntityKind? KindBeside(int index)
    {
        foreach (int at in (int[])[index + 1, index - 1])
            if (at >= 0 && at < symbols.Count && symbols[at].Kind is SymbolKind.Phrase)
                switch (symbols[at].Sense)
                {
                    case Sense.Member:
                        return EntityKind.Member;
                    case Sense.Team:
                        return EntityKind.Team;
                    case Sense.Line:
                        return EntityKind.Line;
                    case Sense.Source:
                        return EntityKind.Source;
                    case Sense.ContactNoun:
                        return EntityKind.Contact;
                }
        return null;
    }

    internal static string KindText(EntityKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>"Did Anna call Acme": a member who acts makes the event outbound, a contact who acts inbound.</summary>
    void DirectionOf(int index, NamedEntity entity)
    {
        if (
            _direction is not null
            || HasAny(Sense.Missed, Sense.Answered, Sense.Returned, Sense.Unreturned, Sense.Replied)
        )
            return;
        bool isOurs = entity.Kind is EntityKind.Member or EntityKind.Team or EntityKind.Line;
        if (entity.Kind is EntityKind.Source)
        {
            // "calls that came from twilio"
            if (tokens.Any(token => token.IsAny("came", "come", "coming")))
                _direction = EventDirection.Inbound;
            return;
        }
        Symbol? before = index > 0 ? symbols[index - 1] : null;
        bool acts =
            before is { } from && from.Is(Sense.From)
            || (
                symbols.FindIndex(index, s => s.IsAny(Sense.Calling, Sense.Texting) || IsVerbCall(s))
                    is var verb
                        and >= 0
                && verb - index <= 2
            );
        bool isAddressed =
            before is { } to
            && (
                to.Is(Sense.To)
                || to.IsAny(Sense.Calling, Sense.Texting)
                || (IsVerbCall(to) && IsVerbAllowed(index - 1))
            );
        // "how often was Anna called", "Jens was called"
        if (acts && IsPassive(index))
            _direction = isOurs ? EventDirection.Inbound : EventDirection.Outbound;
        else if (acts)
            _direction = isOurs ? EventDirection.Outbound : EventDirection.Inbound;
        else if (isAddressed)
            _direction = isOurs ? EventDirection.Inbound : EventDirection.Outbound;
    }

    /// <summary>Whether "was" or "were" is beside a name, and the verb "called" or "texted" behind it.</summary>
    bool IsPassive(int index)
    {
        int verb = symbols.FindIndex(index, s => s.IsAny(Sense.Calling, Sense.Texting));
        return verb > 0
            && tokens[symbols[verb].Index].Text.EndsWith("ed", StringComparison.Ordinal)
            && symbols
                .Skip(Math.Max(0, index - 1))
                .Take(verb - index + 1)
                .Any(s => s.Is(Sense.Filler) && tokens[s.Index + s.Count - 1].IsAny("was", "were", "been"));
    }

    /// <summary>"did Jens call": the noun "call" directly behind a name is a verb.</summary>
    bool IsVerbCall(Symbol symbol) =>
        symbol.Is(Sense.Call) && symbol.Count == 1 && tokens[symbol.Index].IsAny("call")
        || symbol.Is(Sense.Message) && symbol.Count == 1 && tokens[symbol.Index].IsAny("text", "message");

    /// <summary>
    /// "did we call Acme" has its own phrase; "how often did Anna call Acme" has the member before the verb.
    /// </summary>
    bool IsVerbAllowed(int verb) => verb > 0 && symbols[verb - 1].Kind is SymbolKind.Entity;

    static QuestionDimension? DimensionOf(EntityKind kind) =>
        kind switch
        {
            EntityKind.Member => QuestionDimension.Member,
            EntityKind.Team => QuestionDimension.Team,
            EntityKind.Line => QuestionDimension.Line,
            EntityKind.Contact => QuestionDimension.Contact,
            EntityKind.Source => QuestionDimension.Source,
            _ => null,
        };

    /// <summary>
    /// Replaces the filters of the kinds that the question names. A team replaces members, and the other way.
    /// </summary>
    QuestionPlan WithEntities(QuestionPlan plan)
    {
        if (Has(Sense.Not) && _entities.Count > 0)
        {
            Refuse(RefusalReason.NotAnswerable, "Figures can be limited to a name, but a name cannot be left out.");
            return plan;
        }
        Guid[] Ids(EntityKind kind) => [.. _entities.Where(e => e.Kind == kind).Select(e => e.Id)];
        if (_entities.GroupBy(e => e.Kind).Any(g => g.Count() > QuestionPlan.MaxValues))
        {
            Refuse(RefusalReason.TooLong, $"At most {QuestionPlan.MaxValues} names of one kind can be named.");
            return plan;
        }
        if (Ids(EntityKind.Member) is { Length: > 0 } members)
            plan = plan with
            {
                Members = PlanList<MemberId>.Create(members.Select(id => new MemberId(id))),
                Teams = PlanList<TeamId>.Empty,
            };
        if (Ids(EntityKind.Team) is { Length: > 0 } teams)
            plan = plan with
            {
                Teams = PlanList<TeamId>.Create(teams.Select(id => new TeamId(id))),
                Members = Ids(EntityKind.Member) is { Length: > 0 } ? plan.Members : PlanList<MemberId>.Empty,
            };
        if (Ids(EntityKind.Line) is { Length: > 0 } lines)
            plan = plan with { Lines = PlanList<LineId>.Create(lines.Select(id => new LineId(id))) };
        if (Ids(EntityKind.Contact) is { Length: > 0 } contacts)
            plan = plan with { Contacts = PlanList<ContactId>.Create(contacts.Select(id => new ContactId(id))) };
        if (_entities.Where(e => e.Kind is EntityKind.Source).Select(e => e.Name).ToArray() is { Length: > 0 } sources)
            plan = plan with { Sources = PlanList<string>.Create(sources) };
        return plan;
    }
}
