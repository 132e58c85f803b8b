using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Questions;

public sealed partial record QuestionPlan
{
    /// <summary>The maximum length of the JSON form: 16,384 characters.</summary>
    public const int MaxJsonLength = 16_384;

    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";
    static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", TimeFormat];

    /// <summary>Returns the JSON form, for example to store the plan of a saved question.</summary>
    /// <returns>One object. Members without a value are omitted.</returns>
    /// <exception cref="CallIntelException"><c>CI0390</c>: the plan is invalid.</exception>
    public string ToJson()
    {
        ThrowIfInvalid();
        return JsonSerializer.Serialize(
            new PlanDocument
            {
                Metric = Metric,
                From = Write(Period.From),
                To = Write(Period.To),
                TimeZone = TimeZone,
                Comparison = Comparison is { } other ? new() { From = Write(other.From), To = Write(other.To) } : null,
                Dimension = Dimension,
                Grain = Grain,
                Channel = Channel,
                Direction = Direction,
                Outcome = Outcome,
                ContactKind = ContactKind,
                Hours = Hours is { } hours
                    ? new()
                    {
                        Days = [.. Enum.GetValues<DayOfWeek>().Where(day => hours.Contains(day, hours.From))],
                        From = hours.From,
                        To = hours.To,
                    }
                    : null,
                InBusinessHours = InBusinessHours,
                Members = Write(Members, id => id.Value.ToString()),
                Teams = Write(Teams, id => id.Value.ToString()),
                Lines = Write(Lines, id => id.Value.ToString()),
                Contacts = Write(Contacts, id => id.Value.ToString()),
                Sources = Write(Sources, name => name),
                Search = Search,
                Limit = Limit,
                Order = Order,
            },
            PlanJsonContext.Default.PlanDocument
        );
    }

    /// <summary>Reads the JSON form of a plan.</summary>
    /// <param name="json">The text that <see cref="ToJson"/> returned.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0390</c>: the text is not the JSON form of a plan, contains an unknown or repeated member, or a value out
    /// of range.
    /// </exception>
    public static QuestionPlan FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(json, (_, text) => Guid.TryParseExact(text, "D", out Guid id) ? id : null);
    }

    /// <param name="json">The text.</param>
    /// <param name="find">Returns the id that a text in a filter means; null if it means none.</param>
    internal static QuestionPlan Parse(string json, Func<EntityKind, string, Guid?> find)
    {
        if (json.Length > MaxJsonLength)
            throw Invalid($"The JSON form is longer than {MaxJsonLength} characters.");
        return From(Deserialize(json, PlanJsonContext.Default.PlanDocument), find);
    }

    /// <summary>Reads a document strictly. No text of it is part of an error.</summary>
    internal static T Deserialize<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw Invalid("The JSON form is null.");
        }
        catch (JsonException e)
        {
            // The driver of JSON quotes values in its messages, so only the place is reported.
            throw Invalid($"The JSON form is malformed near line {e.LineNumber + 1}, member {Place(e.Path)}.");
        }
    }

    internal static QuestionPlan From(PlanDocument document, Func<EntityKind, string, Guid?> find)
    {
        IEnumerable<Guid> Ids(EntityKind kind, string[]? values) =>
            Checked(values).Select(text => find(kind, text) ?? throw Invalid($"A value of {kind} is unknown."));
        QuestionPlan plan = new()
        {
            Metric = document.Metric,
            Period = new PlanPeriod(ReadTime(document.From), ReadTime(document.To)),
            TimeZone = document.TimeZone,
            Comparison = document.Comparison is { } other
                ? new PlanPeriod(ReadTime(other.From), ReadTime(other.To))
                : null,
            Dimension = document.Dimension,
            Grain = document.Grain,
            Channel = document.Channel,
            Direction = document.Direction,
            Outcome = document.Outcome,
            ContactKind = document.ContactKind,
            Hours =
                document.Hours is { Days: { Length: <= 7 } days } hours
                    ? new PlanHours(
                        days.Aggregate(PlanDays.None, (all, day) => all | (PlanDays)(1 << (int)day)),
                        hours.From,
                        hours.To
                    )
                : document.Hours is null ? null
                : throw Invalid("The hours name too many days."),
            InBusinessHours = document.InBusinessHours,
            Members = PlanList<MemberId>.Create(
                Ids(EntityKind.Member, document.Members).Select(id => new MemberId(id))
            ),
            Teams = PlanList<TeamId>.Create(Ids(EntityKind.Team, document.Teams).Select(id => new TeamId(id))),
            Lines = PlanList<LineId>.Create(Ids(EntityKind.Line, document.Lines).Select(id => new LineId(id))),
            Contacts = PlanList<ContactId>.Create(
                Ids(EntityKind.Contact, document.Contacts).Select(id => new ContactId(id))
            ),
            Sources = PlanList<string>.Create(Checked(document.Sources)),
            Search = document.Search,
            Limit = document.Limit,
            Order = document.Order,
        };
        plan.ThrowIfInvalid();
        return plan;
    }

    static string[]? Write<T>(PlanList<T> values, Func<T, string> write)
        where T : notnull => values.Count == 0 ? null : [.. values.Select(write)];

    static string Write(DateTime local) => local.ToString(TimeFormat, CultureInfo.InvariantCulture);

    static DateTime ReadTime(string? text) =>
        DateTime.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local)
            ? local
            : throw Invalid("A time is not a local time such as 2026-06-08T00:00:00.");

    static string[] Checked(string[]? values) =>
        values is null ? []
        : values.Length > MaxValues || values.Any(value => value is null)
            ? throw Invalid($"A filter has more than {MaxValues} values, or a null.")
        : values;

    /// <summary>The path of the member, if it is one of the schema's and not a text of the sender.</summary>
    static string Place(string? path) =>
        path is { Length: > 2 and <= 40 } && path.Skip(2).All(c => char.IsAsciiLetterLower(c) || c is '_' or '.')
            ? path[2..]
            : "unknown";

    internal static CallIntelException Invalid(string problem) =>
        new(
            ErrorCodes.InvalidPlan,
            problem,
            "Use a plan that QuestionPlan.ToJson wrote, with the members of docs/guides/questions.md."
        );
}
