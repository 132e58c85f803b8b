namespace CallIntel.Sdk.Questions;

/// <summary>What plans can be answered, and what to ask instead of the others.</summary>
sealed partial class PlanRunner
{
    /// <summary>Returns why the plan has no answer; null if it has one.</summary>
    internal static QuestionRefusal? Refusal(QuestionPlan plan)
    {
        if (plan.Metric is QuestionMetric.Matches)
            return TextMatches.Refusal(plan);
        if (IsAboutContacts(plan) && ContactRefusal(plan) is { } contacts)
            return contacts;
        if (plan.Metric is QuestionMetric.Cost && plan.Dimension is QuestionDimension.Contact)
            return Refuse("Costs are not known by contact.", "cost by agent", "cost by channel");
        if (
            plan.Channel is QuestionChannel.Message
            && plan.Metric is QuestionMetric.TalkTime or QuestionMetric.AverageTalkTime
        )
            return Refuse("Messages have no duration.");
        if (plan.Grain is { } grain && Buckets(plan.Period, grain).Skip(QuestionReader.MaxRows).Any())
            return Refuse($"The answer would have more than {QuestionReader.MaxRows} rows.", "per week", "per month");
        bool isResponse = plan.Metric is QuestionMetric.ResponseTime or QuestionMetric.ResponseRate;
        bool isReturn = IsReturn(plan);
        if (
            plan.Dimension is QuestionDimension.DayOfWeek or QuestionDimension.HourOfDay or QuestionDimension.HourOfWeek
        )
        {
            if (plan.Grain is not null)
                return Refuse("Days or hours of the week cannot be divided by time once more.", "by agent", "per day");
            if (isResponse || (isReturn && plan.Dimension is not QuestionDimension.DayOfWeek))
                return Refuse("This is not known by hour or day of the week.", "per day", "by agent");
        }
        if (plan.Hours is not null && (isResponse || isReturn || plan.Dimension is QuestionDimension.Contact))
            return Refuse("This is not known for hours of the day.", "during business hours");
        if (
            (plan.Hours is not null || plan.Dimension is QuestionDimension.HourOfDay or QuestionDimension.HourOfWeek)
            && new[] { plan.Period, plan.Comparison ?? plan.Period }.Any(p => p.Length.TotalDays > MaxDaysByHour)
        )
            return Refuse($"A period by hours has at most {MaxDaysByHour} days.", "in the last 12 months");
        if (plan.Dimension is QuestionDimension.Contact)
        {
            if (
                plan.Grain is not null
                || isResponse
                || isReturn
                || plan.Metric
                    is QuestionMetric.AnswerRate
                        or QuestionMetric.MissedRate
                        or QuestionMetric.AverageTalkTime
            )
                return Refuse("This is not known by contact.", "Calls by contact", "Talk time by contact");
        }
        if (isResponse && plan.ContactKind is not null && plan.Grain is not null)
            return Refuse(
                "Contacts are new or returning in a whole period.",
                "last week",
                "compared to the week before"
            );
        if (isReturn && plan.Grain is QuestionGrain.Hour)
            return Refuse("Returned calls are known by day.", "per day");
        if (
            isReturn
            && (
                plan.Direction is Events.EventDirection.Outbound
                || plan.Dimension is QuestionDimension.Channel or QuestionDimension.Direction
            )
        )
            return Refuse("Only missed inbound calls are returned.");
        if (isResponse && plan.Dimension is QuestionDimension.Channel or QuestionDimension.Direction)
            return Refuse("Only inbound messages are answered.", "by agent");
        if (isResponse && plan.Direction is Events.EventDirection.Outbound)
            return Refuse("Only inbound messages are answered.");
        if (plan.Metric is QuestionMetric.CallBackTime && IsMedianOverDays(plan))
            return Refuse(
                "The median time to call back is known per day and for one group at a time.",
                "How fast did we call back per day last week?"
            );
        return
            plan.Metric is QuestionMetric.ResponseTime
            && new[] { plan.Members.Count, plan.Teams.Count, plan.Lines.Count, plan.Contacts.Count, plan.Sources.Count }
                .Where((_, i) => !IsDivided(plan, i))
                .Any(count => count > 1)
            ? Refuse("Medians of several names cannot be combined. Ask for one name, or by agent.", "by agent")
            : null;
    }

    internal static bool IsAboutContacts(QuestionPlan plan) =>
        plan.Metric is QuestionMetric.Contacts or QuestionMetric.NewContacts or QuestionMetric.ReturningContacts;

    /// <summary>Numbers of different contacts cannot be added, so each must come from one figure.</summary>
    static QuestionRefusal? ContactRefusal(QuestionPlan plan)
    {
        if (plan.Channel is QuestionChannel.Message || plan.Hours is not null)
            return Refuse("Contacts are counted by channel, but not for hours of the day.", "New contacts per week");
        if (
            plan.Dimension
            is not (
                null
                or QuestionDimension.Member
                or QuestionDimension.Team
                or QuestionDimension.Line
                or QuestionDimension.Source
                or QuestionDimension.Outcome
            )
        )
            return Refuse("Contacts are not counted in this way.", "New contacts per week", "New contacts by agent");
        if (
            plan.Members.Count > 1
            || plan.Teams.Count > 1
            || plan.Lines.Count > 1
            || (plan.Sources.Count > 1 && plan.Dimension is not QuestionDimension.Source)
            || plan.Contacts.Count > 0
        )
            return Refuse("Contacts of several names cannot be added. Ask for one name.", "New contacts by agent");
        return
            plan.Grain is null
            && new[] { plan.Period, plan.Comparison ?? plan.Period }.Any(period => WholeGrain(period) is null)
            ? Refuse(
                "Different contacts are counted per day, week or month.",
                "New contacts last month",
                "New contacts per week since January"
            )
            : null;
    }

    /// <summary>The bucket that a period is, whole or until the present.</summary>
    static QuestionGrain? WholeGrain(PlanPeriod period)
    {
        foreach (QuestionGrain grain in (QuestionGrain[])[QuestionGrain.Day, QuestionGrain.Week, QuestionGrain.Month])
            if (StartOf(period.From, grain) == period.From && Next(period.From, grain) >= period.To)
                return grain;
        return null;
    }

    internal static bool IsReturn(QuestionPlan plan) =>
        plan.Metric
            is QuestionMetric.ReturnedCalls
                or QuestionMetric.UnreturnedCalls
                or QuestionMetric.ReturnRate
                or QuestionMetric.CallBackTime;

    static bool IsDivided(QuestionPlan plan, int filter) =>
        plan.Dimension
        == filter switch
        {
            0 => QuestionDimension.Member,
            1 => QuestionDimension.Team,
            2 => QuestionDimension.Line,
            4 => QuestionDimension.Source,
            _ => QuestionDimension.Contact,
        };

    /// <summary>Whether medians of several days would have to become one.</summary>
    static bool IsMedianOverDays(QuestionPlan plan) =>
        plan.Grain is QuestionGrain.Week or QuestionGrain.Month
        || (plan.Grain is null && plan.Period.To > plan.Period.From.Date.AddDays(1))
        || plan.Dimension is QuestionDimension.DayOfWeek
        || plan.Members.Count + plan.Teams.Count + plan.Lines.Count + plan.Contacts.Count + plan.Sources.Count > 1;

    static QuestionRefusal Refuse(string message, params IReadOnlyList<string> suggestions) =>
        new(RefusalReason.NotAnswerable, message, suggestions);
}
