using System.Globalization;
using System.Text;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions;

/// <summary>Writes a plan in plain English.</summary>
static class PlanWords
{
    /// <summary>Returns the plan as one sentence without a full stop.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="nameOf">Returns the name of an entity that the asker may see; null if it has none.</param>
    internal static string Restate(QuestionPlan plan, Func<EntityKind, Guid, string?> nameOf)
    {
        StringBuilder text = new();
        if (plan.Limit is { } limit && (plan.Dimension is not null || plan.Grain is not null))
            text.Append(CultureInfo.InvariantCulture, $"The {limit} ")
                .Append(Groups(plan, limit))
                .Append(
                    plan.Order is QuestionOrder.Ascending
                        ? " with the lowest value of: "
                        : " with the highest value of: "
                );
        text.Append(Subject(plan));
        Names(text, " of ", EntityKind.Member, plan.Members.Select(m => m.Value), nameOf);
        Names(text, " of the team ", EntityKind.Team, plan.Teams.Select(t => t.Value), nameOf);
        Names(text, " on the line ", EntityKind.Line, plan.Lines.Select(l => l.Value), nameOf);
        Names(text, " with ", EntityKind.Contact, plan.Contacts.Select(c => c.Value), nameOf);
        if (plan.ContactKind is { } kind)
            text.Append(kind is QuestionContacts.New ? " with new contacts" : " with returning contacts");
        if (plan.Sources.Count > 0)
            text.Append(" from the source ").AppendJoin(" or ", plan.Sources);
        if (plan.Search is { } search)
            text.Append(" about \"").Append(search).Append('"');
        if (plan.Limit is null || (plan.Dimension is null && plan.Grain is null))
        {
            if (plan.Dimension is { } dimension)
                text.Append(' ').Append(By(dimension));
            if (plan.Grain is { } grain)
                text.Append(CultureInfo.InvariantCulture, $" per {Lower(grain)}");
            if (plan.Order is { } order)
                text.Append(order is QuestionOrder.Ascending ? ", the lowest first" : ", the highest first");
        }
        if (plan.Hours is { } hours)
            text.Append(Hours(hours));
        if (plan.InBusinessHours is { } inside)
            text.Append(inside ? ", during business hours" : ", outside of business hours");
        text.Append(", ").Append(Period(plan.Period));
        if (plan.Comparison is { } other)
            text.Append(", compared with ").Append(Period(other));
        return text.Append(" (").Append(plan.TimeZone).Append(')').ToString();
    }

    internal static string By(QuestionDimension dimension) => $"by {Thing(dimension)}";

    internal static string Thing(QuestionDimension dimension) =>
        dimension switch
        {
            QuestionDimension.Member => "agent",
            QuestionDimension.DayOfWeek => "day of the week",
            QuestionDimension.HourOfDay => "hour of the day",
            QuestionDimension.HourOfWeek => "hour of the week",
            _ => Lower(dimension),
        };

    internal static string Metric(QuestionMetric metric) =>
        metric switch
        {
            QuestionMetric.Events => "calls, messages and voicemails",
            QuestionMetric.AnsweredCalls => "answered calls",
            QuestionMetric.MissedCalls => "missed calls",
            QuestionMetric.AnswerRate => "answer rate",
            QuestionMetric.MissedRate => "share of missed calls",
            QuestionMetric.ReturnedCalls => "missed calls that were returned within 24 hours",
            QuestionMetric.UnreturnedCalls => "missed calls that were not returned within 24 hours",
            QuestionMetric.ReturnRate => "share of missed calls that were returned within 24 hours",
            QuestionMetric.CallBackTime => "median time until a missed call was returned",
            QuestionMetric.TalkTime => "talk time",
            QuestionMetric.AverageTalkTime => "average duration of an answered call",
            QuestionMetric.ResponseTime => "median time until a message was answered",
            QuestionMetric.ResponseRate => "share of messages that were answered within 24 hours",
            QuestionMetric.Contacts => "number of contacts",
            QuestionMetric.NewContacts => "number of new contacts",
            QuestionMetric.ReturningContacts => "number of returning contacts",
            QuestionMetric.Matches => "calls and messages",
            _ => Lower(metric),
        };

    static string Subject(QuestionPlan plan)
    {
        string metric = Metric(plan.Metric);
        if (plan.Metric is QuestionMetric.Matches or QuestionMetric.Events && plan.Channel is { } channel)
            metric = Channel(channel);
        else if (plan.Metric is QuestionMetric.Messages && plan.Channel is { } kind)
            metric = Channel(kind);
        else if (plan.Channel is { } beside)
            metric = $"{metric} of {Channel(beside)}";
        if (plan.Outcome is { } outcome)
            metric = $"{Lower(outcome)} {metric}";
        if (plan.Direction is { } direction)
            metric = plan.Metric
                is QuestionMetric.Calls
                    or QuestionMetric.Messages
                    or QuestionMetric.Events
                    or QuestionMetric.Matches
                ? $"{Lower(direction)} {metric}"
                : $"{metric} ({Lower(direction)})";
        return char.ToUpperInvariant(metric[0]) + metric[1..];
    }

    static string Channel(QuestionChannel channel) =>
        channel switch
        {
            QuestionChannel.Call => "calls",
            QuestionChannel.Message => "messages",
            QuestionChannel.Sms => "SMS messages",
            QuestionChannel.Mms => "MMS messages",
            _ => "voicemails",
        };

    static string Groups(QuestionPlan plan, int count)
    {
        string thing = plan.Dimension is { } dimension ? Thing(dimension) : Lower(plan.Grain!.Value);
        if (count != 1)
            thing = thing switch
            {
                "day of the week" => "days of the week",
                "hour of the day" => "hours of the day",
                "hour of the week" => "hours of the week",
                _ => thing + "s",
            };
        return plan is { Dimension: not null, Grain: { } grain } ? $"{thing} per {Lower(grain)}" : thing;
    }

    static void Names(
        StringBuilder text,
        string before,
        EntityKind kind,
        IEnumerable<Guid> ids,
        Func<EntityKind, Guid, string?> nameOf
    )
    {
        string[] names = [.. ids.Select(id => nameOf(kind, id) ?? $"{Lower(kind)} {id.ToString("N")[^6..]}")];
        if (names.Length > 0)
            text.Append(before).AppendJoin(" or ", names);
    }

    static string Hours(PlanHours hours)
    {
        string days = hours.Days switch
        {
            PlanDays.All => "",
            PlanDays.Weekdays => " on weekdays",
            PlanDays.Weekend => " on weekends",
            var some => " on "
                + string.Join(" and ", Enum.GetValues<DayOfWeek>().Where(d => Has(some, d)).Select(d => d + "s")),
        };
        string part = hours is { From: 0, To: 24 }
            ? ""
            : FormattableString.Invariant($" between {hours.From}:00 and {hours.To}:00");
        return "," + days + part;
    }

    static bool Has(PlanDays days, DayOfWeek day) => (days & (PlanDays)(1 << (int)day)) != 0;

    internal static string Period(PlanPeriod period)
    {
        bool days = period.From.TimeOfDay == TimeSpan.Zero && period.To.TimeOfDay == TimeSpan.Zero;
        if (!days)
            return $"{Time(period.From)} to {Time(period.To)}";
        DateTime last = period.To.AddDays(-1);
        return last == period.From ? Date(period.From) : $"{Date(period.From)} to {Date(last)}";
    }

    static string Date(DateTime day) => day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    static string Time(DateTime time) =>
        time.ToString(
            time.TimeOfDay == TimeSpan.Zero ? "ddd d MMM yyyy" : "ddd d MMM yyyy HH:mm",
            CultureInfo.InvariantCulture
        );

    static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
