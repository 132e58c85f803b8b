using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions;

/// <summary>The JSON form of a plan. Unknown members, repeated members and numbers for names are refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed class PlanDocument
{
    public required QuestionMetric Metric { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public required string TimeZone { get; init; }
    public PlanDocumentPeriod? Comparison { get; init; }
    public QuestionDimension? Dimension { get; init; }
    public QuestionGrain? Grain { get; init; }
    public QuestionChannel? Channel { get; init; }
    public EventDirection? Direction { get; init; }
    public EventOutcome? Outcome { get; init; }
    public QuestionContacts? ContactKind { get; init; }
    public PlanDocumentHours? Hours { get; init; }
    public bool? InBusinessHours { get; init; }
    public string[]? Members { get; init; }
    public string[]? Teams { get; init; }
    public string[]? Lines { get; init; }
    public string[]? Contacts { get; init; }
    public string[]? Sources { get; init; }
    public string? Search { get; init; }
    public int? Limit { get; init; }
    public QuestionOrder? Order { get; init; }
}

/// <summary>What a model returns: a plan, or the reason why it has none.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed class ModelDocument
{
    public PlanDocument? Plan { get; init; }
    public ModelRefusal? Refusal { get; init; }
}

/// <summary>Why a model has no plan.</summary>
enum ModelRefusal
{
    OutOfScope,
    Ambiguous,
    NotAnswerable,
}

/// <summary>A period in the JSON form of a plan.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed class PlanDocumentPeriod
{
    public required string From { get; init; }
    public required string To { get; init; }
}

/// <summary>Hours of the week in the JSON form of a plan.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
sealed class PlanDocumentHours
{
    public required DayOfWeek[] Days { get; init; }
    public required int From { get; init; }
    public required int To { get; init; }
}

/// <summary>
/// Reads and writes the names of an enumeration in snake case, and nothing else: no numbers, and no lists such as
/// "calls, events", whose numbers the converter of the framework would combine to a third value.
/// </summary>
sealed class PlanNames<T> : JsonConverter<T>
    where T : struct, Enum
{
    static readonly FrozenDictionary<string, T> Values = Enum.GetValues<T>()
        .ToFrozenDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    static readonly FrozenDictionary<T, string> Names = Values.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    internal static IEnumerable<string> All => Values.Keys.Order(StringComparer.Ordinal);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out T value)
            ? value
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Names[value]);
}

[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    Converters = [
        typeof(PlanNames<QuestionMetric>),
        typeof(PlanNames<QuestionDimension>),
        typeof(PlanNames<QuestionGrain>),
        typeof(PlanNames<QuestionChannel>),
        typeof(PlanNames<QuestionContacts>),
        typeof(PlanNames<QuestionOrder>),
        typeof(PlanNames<EventDirection>),
        typeof(PlanNames<EventOutcome>),
        typeof(PlanNames<DayOfWeek>),
        typeof(PlanNames<ModelRefusal>),
    ]
)]
sealed partial class PlanJsonContext : JsonSerializerContext;
