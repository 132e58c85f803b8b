using System.Globalization;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Questions.Planning;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Questions;

/// <summary>A question of a data file and the plan it means; null if it must be refused.</summary>
sealed record AskedQuestion(string File, int Line, string Text, bool IsFollowUp, QuestionPlan? Expected);

/// <summary>Reads questions with expected plans from the data files of this folder.</summary>
static class AskedQuestions
{
    internal const string Zone = "Europe/Copenhagen";

    /// <summary>Wednesday, in the middle of a month.</summary>
    internal static readonly QuestionClock Clock = new(new DateTime(2026, 6, 17, 14, 20, 0), DayOfWeek.Monday);

    /// <summary>The names of the org that asks. The last word of a line is how the data files call it.</summary>
    internal static readonly (NamedEntity Entity, string Alias)[] Names =
    [
        (New(EntityKind.Member, 1, "Anna Berg"), "anna"),
        (New(EntityKind.Member, 2, "Bo Larsen"), "bo"),
        (New(EntityKind.Member, 3, "Priya Natarajan"), "priya"),
        (New(EntityKind.Member, 4, "John Smith"), "john"),
        (New(EntityKind.Member, 5, "Mette Holm"), "mette"),
        (New(EntityKind.Member, 6, "Søren Østergård"), "soren"),
        (New(EntityKind.Team, 1, "Sales"), "sales"),
        (New(EntityKind.Team, 2, "Support"), "support"),
        (New(EntityKind.Team, 3, "Billing"), "billing"),
        (New(EntityKind.Line, 1, "Mobile"), "mobile"),
        (New(EntityKind.Line, 2, "Reception"), "reception"),
        (New(EntityKind.Line, 3, "Support hotline"), "hotline"),
        (New(EntityKind.Contact, 1, "Acme Ltd"), "acme"),
        (New(EntityKind.Contact, 2, "Jens Hansen"), "jens"),
        (New(EntityKind.Contact, 3, "Blue Harbor Logistics"), "harbor"),
        (New(EntityKind.Source, 0, "twilio"), "twilio"),
        (New(EntityKind.Source, 0, "asterisk-pbx"), "asterisk"),
    ];

    internal static Vocabulary Vocabulary { get; } = new(Names.Select(n => n.Entity));

    /// <param name="path">The path of the data file.</param>
    internal static IReadOnlyList<AskedQuestion> Read(string path)
    {
        List<AskedQuestion> questions = [];
        string file = Path.GetFileName(path);
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.Length == 0 || line[0] is '#' or '=')
                continue;
            if (line[0] is not ('?' or '+' or '-'))
                throw new FormatException($"{file}:{i + 1}: a line begins with ?, + or -.");
            bool refused = line[0] is '-';
            questions.Add(
                new AskedQuestion(
                    file,
                    i + 1,
                    line[2..],
                    line[0] is '+',
                    refused ? null : Plan(lines[i + 1][2..], $"{file}:{i + 2}")
                )
            );
        }
        return questions;
    }

    /// <summary>Plans the questions. A follow-up refines the expected plan of the question before.</summary>
    internal static IEnumerable<(AskedQuestion Asked, PlanResult Result, bool IsRight)> Plan(
        IReadOnlyList<AskedQuestion> questions
    )
    {
        QuestionPlan? before = null;
        foreach (AskedQuestion asked in questions)
        {
            PlanResult result = DeterministicPlanner.Plan(
                asked.Text,
                Clock,
                Zone,
                Vocabulary,
                asked.IsFollowUp ? before : null
            );
            before = asked.Expected ?? before;
            yield return (
                asked,
                result,
                asked.Expected is null ? result.Refusal is not null : asked.Expected == result.Plan
            );
        }
    }

    static NamedEntity New(EntityKind kind, int number, string name) =>
        new(kind, new Guid((int)kind, (short)number, 0, [0x80, 0, 0, 0, 0, 0, 0, 1]), name);

    static Guid Id(EntityKind kind, string alias) =>
        Names.Single(n => n.Entity.Kind == kind && n.Alias == alias).Entity.Id;

    /// <summary>Reads "missed_calls 2026-06-08..2026-06-15 by=member vs=2026-06-01..2026-06-08".</summary>
    static QuestionPlan Plan(string text, string place)
    {
        string? search = null;
        if (text.IndexOf("search=\"", StringComparison.Ordinal) is var at and >= 0)
        {
            search = text[(at + 8)..text.LastIndexOf('"')];
            text = text[..at];
        }
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        QuestionPlan plan = new()
        {
            Metric = Name<QuestionMetric>(parts[0]),
            Period = Period(parts[1]),
            TimeZone = Zone,
            Search = search,
        };
        foreach (string part in parts.Skip(2))
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2)
                throw new FormatException($"{place}: {part}");
            string value = pair[1];
            plan = pair[0] switch
            {
                "vs" => plan with { Comparison = Period(value) },
                "by" => plan with { Dimension = Name<QuestionDimension>(value) },
                "grain" => plan with { Grain = Name<QuestionGrain>(value) },
                "channel" => plan with { Channel = Name<QuestionChannel>(value) },
                "direction" => plan with { Direction = Name<EventDirection>(value) },
                "outcome" => plan with { Outcome = Name<EventOutcome>(value) },
                "contacts" => plan with { ContactKind = Name<QuestionContacts>(value) },
                "hours" when value is "business" or "outside" => plan with { InBusinessHours = value is "business" },
                "hours" => plan with { Hours = Hours(value) },
                "member" => plan with { Members = List(value, id => new MemberId(id), EntityKind.Member) },
                "team" => plan with { Teams = List(value, id => new TeamId(id), EntityKind.Team) },
                "line" => plan with { Lines = List(value, id => new LineId(id), EntityKind.Line) },
                "contact" => plan with { Contacts = List(value, id => new ContactId(id), EntityKind.Contact) },
                "source" => plan with
                {
                    Sources = PlanList<string>.Create(Names.Single(n => n.Alias == value).Entity.Name),
                },
                "top" => plan with { Limit = int.Parse(value, CultureInfo.InvariantCulture) },
                "order" => plan with { Order = value is "asc" ? QuestionOrder.Ascending : QuestionOrder.Descending },
                _ => throw new FormatException($"{place}: {part}"),
            };
        }
        plan.ThrowIfInvalid();
        return plan;
    }

    static PlanList<T> List<T>(string aliases, Func<Guid, T> create, EntityKind kind)
        where T : notnull => PlanList<T>.Create(aliases.Split('+').Select(alias => create(Id(kind, alias))));

    static T Name<T>(string name)
        where T : struct, Enum => Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    static PlanPeriod Period(string text)
    {
        string[] ends = text.Split("..");
        return new PlanPeriod(Time(ends[0]), Time(ends[1]));
    }

    static DateTime Time(string text) =>
        text is "now" ? Clock.End : DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.None);

    static PlanHours Hours(string text)
    {
        string[] parts = text.Split(':', '-');
        PlanDays days = parts[0] switch
        {
            "all" => PlanDays.All,
            "mon" => PlanDays.Weekdays,
            "sat" => PlanDays.Weekend,
            var one => Enum.Parse<PlanDays>(one, ignoreCase: true),
        };
        string[] hours = parts[^2..];
        return new PlanHours(
            days,
            int.Parse(hours[0], CultureInfo.InvariantCulture),
            int.Parse(hours[1], CultureInfo.InvariantCulture)
        );
    }
}
