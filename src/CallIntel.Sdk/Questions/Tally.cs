namespace CallIntel.Sdk.Questions;

/// <summary>What figures say about one row. Everything but the median can be added.</summary>
readonly record struct Tally(
    long Events = 0,
    long TalkSeconds = 0,
    long Answered = 0,
    long Missed = 0,
    long Returned = 0,
    double? MedianSeconds = null,
    decimal Cost = 0
)
{
    public static Tally operator +(in Tally a, in Tally b) =>
        new(
            a.Events + b.Events,
            a.TalkSeconds + b.TalkSeconds,
            a.Answered + b.Answered,
            a.Missed + b.Missed,
            a.Returned + b.Returned,
            a == default ? b.MedianSeconds
                : b == default ? a.MedianSeconds
                : null,
            a.Cost + b.Cost
        );

    internal double? Value(QuestionMetric metric) =>
        metric switch
        {
            QuestionMetric.AnsweredCalls => Answered,
            QuestionMetric.MissedCalls => Missed,
            QuestionMetric.AnswerRate => Share(Answered, Answered + Missed),
            QuestionMetric.MissedRate => Share(Missed, Answered + Missed),
            QuestionMetric.ReturnedCalls => Returned,
            QuestionMetric.UnreturnedCalls => Missed - Returned,
            QuestionMetric.ReturnRate => Share(Returned, Missed),
            QuestionMetric.TalkTime => TalkSeconds,
            QuestionMetric.AverageTalkTime => Answered == 0 ? null : (double)TalkSeconds / Answered,
            QuestionMetric.ResponseRate => Share(Answered, Events),
            QuestionMetric.CallBackTime or QuestionMetric.ResponseTime => MedianSeconds,
            // Some sources report charges as negative amounts, some as positive ones.
            QuestionMetric.Cost => Events == 0 ? null : (double)Math.Abs(Cost),
            QuestionMetric.NewContacts => Answered,
            QuestionMetric.ReturningContacts => Missed,
            _ => Events,
        };

    internal static QuestionUnit UnitOf(QuestionMetric metric) =>
        metric switch
        {
            QuestionMetric.AnswerRate
            or QuestionMetric.MissedRate
            or QuestionMetric.ReturnRate
            or QuestionMetric.ResponseRate => QuestionUnit.Share,
            QuestionMetric.TalkTime
            or QuestionMetric.AverageTalkTime
            or QuestionMetric.CallBackTime
            or QuestionMetric.ResponseTime => QuestionUnit.Seconds,
            QuestionMetric.Cost => QuestionUnit.Money,
            _ => QuestionUnit.Count,
        };

    static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
