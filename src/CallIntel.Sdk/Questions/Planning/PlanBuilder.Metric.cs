namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The metric, from the things and happenings that a question mentions in any order.</summary>
sealed partial class PlanBuilder
{
    bool IsAboutMessages => HasAny(Sense.Message, Sense.Sms, Sense.Mms, Sense.TextedUs, Sense.WeTexted, Sense.Texting);

    bool IsAboutCalls =>
        HasAny(Sense.Call, Sense.CalledUs, Sense.WeCalled, Sense.Calling) && (Has(Sense.Call) || !IsAboutMessages);

    /// <summary>"how long", "on average", "the slowest".</summary>
    bool IsDuration =>
        HasAny(Sense.HowLong, Sense.HowFast, Sense.Average)
        || _rank is Sense.Shortest or Sense.Quietest or Sense.Longest;

    /// <summary>"did we not call back": a negation turns what happened into its opposite.</summary>
    void ReadNegations()
    {
        for (int i = symbols.Count - 1; i >= 0; i--)
        {
            if (!symbols[i].Is(Sense.Not))
                continue;
            int verb = i + 1;
            while (verb < symbols.Count && symbols[verb].IsAny(Sense.Filler, Sense.Me))
                verb++;
            Sense? opposite =
                verb == symbols.Count ? null
                : symbols[verb].Is(Sense.Answered) ? Sense.Missed
                : symbols[verb].IsAny(Sense.Returned, Sense.CallBackTime) ? Sense.Unreturned
                : null;
            if (opposite is not { } sense)
                continue;
            symbols[verb] = symbols[verb] with { Sense = sense };
            symbols.RemoveAt(i);
        }
    }

    QuestionMetric? ChooseMetric()
    {
        if (_search is not null)
            return QuestionMetric.Matches;
        if (Has(Sense.Cost) && !Has(Sense.HowLong))
            return QuestionMetric.Cost;
        if (Has(Sense.Wait))
            return Has(Sense.Replied) || IsAboutMessages ? QuestionMetric.ResponseTime
                : HasAny(Sense.Returned, Sense.Unreturned, Sense.CallBackTime) ? QuestionMetric.CallBackTime
                : NotAnswerable("The time until a call is answered is not known.", "How fast do we call back?");
        if (Has(Sense.CallBackTime) && (IsDuration || !HasAny(Sense.Count, Sense.Rate)))
            return QuestionMetric.CallBackTime;
        if (Has(Sense.AnswerRate))
            return QuestionMetric.AnswerRate;
        if (Has(Sense.ResponseTime))
            return QuestionMetric.ResponseTime;
        if (IsDuration && !Has(Sense.Rate) && HasAny(Sense.Returned, Sense.Unreturned))
            return QuestionMetric.CallBackTime;
        if (
            IsDuration
            && !HasAny(Sense.Rate, Sense.Count)
            && (Has(Sense.Replied) || (Has(Sense.Answered) && IsAboutMessages))
        )
            return QuestionMetric.ResponseTime;
        bool isSpeed = tokens.Any(t => t.IsAny("fastest", "quickest", "soonest", "slowest"));
        if ((Has(Sense.HowFast) || (isSpeed && !IsAboutMessages)) && HasAny(Sense.Answered, Sense.Missed))
            return NotAnswerable("The time until a call is answered is not known.", "How fast do we call back?");
        if (HasAny(Sense.Unreturned, Sense.Returned))
            return Has(Sense.Rate) ? QuestionMetric.ReturnRate
                : Has(Sense.Unreturned) ? QuestionMetric.UnreturnedCalls
                : QuestionMetric.ReturnedCalls;
        if (_countsContacts && !HasAny(Sense.Missed, Sense.Answered, Sense.TalkTime, Sense.Rate))
            return CountOfContacts();
        return ChooseDuration() ?? ChooseOutcome() ?? ChooseThing();
    }

    QuestionMetric CountOfContacts() =>
        _contactKind switch
        {
            QuestionContacts.New => QuestionMetric.NewContacts,
            QuestionContacts.Returning => QuestionMetric.ReturningContacts,
            _ => QuestionMetric.Contacts,
        };

    QuestionMetric? ChooseDuration()
    {
        if (Has(Sense.CallLength))
            return QuestionMetric.AverageTalkTime;
        if (Has(Sense.TalkTime))
            return Has(Sense.Average) && _grain is null ? QuestionMetric.AverageTalkTime : QuestionMetric.TalkTime;
        if (Has(Sense.Talk) && !HasAny(Sense.Missed, Sense.Answered) && (Has(Sense.HowLong) || _isRanked))
            return Has(Sense.Average) ? QuestionMetric.AverageTalkTime : QuestionMetric.TalkTime;
        if (Has(Sense.HowLong) && Has(Sense.Cost))
            return QuestionMetric.TalkTime; // "how much time do we spend on calls"
        if (Has(Sense.HowLong) && IsAboutCalls)
            return QuestionMetric.AverageTalkTime;
        if (_rank is Sense.Longest or Sense.Shortest && HasAny(Sense.Call) && _dimension is null && _grain is null)
            return NotAnswerable("Single calls cannot be ranked by length.", "Who has the longest talk time?");
        if (_rank is Sense.Longest or Sense.Shortest && !HasAny(Sense.Missed, Sense.Answered))
            return Has(Sense.Average) ? QuestionMetric.AverageTalkTime : QuestionMetric.TalkTime;
        return null;
    }

    QuestionMetric? ChooseOutcome()
    {
        bool missed = Has(Sense.Missed),
            answered = Has(Sense.Answered),
            rate = Has(Sense.Rate);
        if (IsAboutMessages && !IsAboutCalls && (missed || answered || Has(Sense.Replied)))
            return missed && !answered
                ? NotAnswerable(
                    "Messages are not missed; they are answered or not.",
                    "What share of texts do we answer?"
                )
                : QuestionMetric.ResponseRate;
        if (Has(Sense.Replied))
            return QuestionMetric.ResponseRate;
        if (missed && answered)
        {
            if (rate)
                return QuestionMetric.AnswerRate;
            if (_dimension is not null and not QuestionDimension.Outcome)
                return NotAnswerable(
                    "Ask for missed or for answered calls.",
                    "missed calls by agent",
                    "answer rate by agent"
                );
            _dimension = QuestionDimension.Outcome;
            return QuestionMetric.Calls;
        }
        if (missed)
            return rate ? QuestionMetric.MissedRate : QuestionMetric.MissedCalls;
        if (answered)
            return rate ? QuestionMetric.AnswerRate : QuestionMetric.AnsweredCalls;
        return rate && previous is not null && StartsLikeFollowUp() && RateOf(previous.Metric) is { } same ? same
            : rate
                ? NotAnswerable(
                    "A share of what? Known are answered, missed and returned calls, and answered messages.",
                    "What share of calls did we answer?"
                )
            : null;
    }

    /// <summary>"as a percentage": the share of what the question before counts.</summary>
    static QuestionMetric? RateOf(QuestionMetric metric) =>
        metric switch
        {
            QuestionMetric.MissedCalls => QuestionMetric.MissedRate,
            QuestionMetric.AnsweredCalls => QuestionMetric.AnswerRate,
            QuestionMetric.ReturnedCalls => QuestionMetric.ReturnRate,
            _ => null,
        };

    QuestionMetric? ChooseThing()
    {
        bool calls = IsAboutCalls,
            messages = IsAboutMessages,
            voicemails = Has(Sense.Voicemail);
        int kinds = (calls ? 1 : 0) + (messages ? 1 : 0) + (voicemails ? 1 : 0);
        if (kinds > 1)
        {
            _dimension ??= QuestionDimension.Channel;
            return _dimension is QuestionDimension.Channel or QuestionDimension.Direction || kinds == 3
                ? QuestionMetric.Events
                : NotAnswerable("Ask for one kind of events at a time, or for all activity.", "calls by agent");
        }
        if (calls || (_dimension is QuestionDimension.Outcome && tokens.Any(t => t.Is("call"))))
            return QuestionMetric.Calls;
        if (messages)
            return QuestionMetric.Messages;
        if (voicemails)
            return QuestionMetric.Voicemails;
        if (
            HasAny(Sense.Event, Sense.Busiest, Sense.Quietest)
            || (Has(Sense.ContactedUs) && _dimension is not null)
            || (_dimension is QuestionDimension.Contact && _rank is Sense.Top or Sense.Most)
            || (Has(Sense.Busy) && !_isRanked)
        )
        {
            _outcome = Has(Sense.Busy) ? null : _outcome;
            return QuestionMetric.Events;
        }
        return _outcome is not null && !StartsLikeFollowUp() ? QuestionMetric.Events : null;
    }

    /// <summary>The channel that the question names beside its metric: "how much did SMS cost us".</summary>
    QuestionChannel? ChannelFor(QuestionMetric metric)
    {
        if (_dimension is QuestionDimension.Channel && metric is QuestionMetric.Events)
            return null;
        QuestionChannel? named =
            Has(Sense.Sms) && Has(Sense.Mms) ? QuestionChannel.Message
            : Has(Sense.Sms) ? QuestionChannel.Sms
            : Has(Sense.Mms) ? QuestionChannel.Mms
            : Has(Sense.Voicemail) ? QuestionChannel.Voicemail
            : IsAboutCalls || (Has(Sense.TalkTime) && metric is QuestionMetric.Cost) ? QuestionChannel.Call
            : IsAboutMessages ? QuestionChannel.Message
            : null;
        return
            ChannelOf(metric) is { } own
            && !(own is QuestionChannel.Message && named is QuestionChannel.Sms or QuestionChannel.Mms)
            ? null
            : named;
    }

    QuestionMetric? NotAnswerable(string message, params IReadOnlyList<string> suggestions)
    {
        Refuse(RefusalReason.NotAnswerable, message, suggestions);
        return null;
    }
}
