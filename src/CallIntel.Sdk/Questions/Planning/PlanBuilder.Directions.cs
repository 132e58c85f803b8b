using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Directions, kinds of contacts and outcomes.</summary>
sealed partial class PlanBuilder
{
    void ReadDirections()
    {
        bool inbound = HasAny(Sense.Inbound, Sense.CalledUs, Sense.TextedUs, Sense.ContactedUs),
            outbound = HasAny(Sense.Outbound, Sense.WeCalled, Sense.WeTexted);
        if (Has(Sense.Inbound) && outbound)
        {
            if (_dimension is null)
                _dimension = QuestionDimension.Direction;
        }
        else if (inbound && !outbound || Has(Sense.Inbound))
            _direction = EventDirection.Inbound;
        else if (outbound)
            _direction = EventDirection.Outbound;
        else if (_contactActs && HasAny(Sense.Calling, Sense.Texting))
            _direction ??= EventDirection.Inbound;

        if (Has(Sense.New) && Has(Sense.Returning))
            Refuse(RefusalReason.NotAnswerable, "Ask for new or for returning contacts.", "new contacts last week");
        if (Has(Sense.New))
            _contactKind = QuestionContacts.New;
        else if (Has(Sense.Returning))
            _contactKind = QuestionContacts.Returning;
        ReadOutcomes();
    }

    void ReadOutcomes()
    {
        EventOutcome[] named =
        [
            .. new[]
            {
                (Is: Has(Sense.Busy) && Has(Sense.Call), Outcome: EventOutcome.Busy),
                (Is: Has(Sense.Failed), Outcome: EventOutcome.Failed),
                (Is: Has(Sense.Rejected), Outcome: EventOutcome.Rejected),
                (Is: Has(Sense.Blocked), Outcome: EventOutcome.Blocked),
            }
                .Where(o => o.Is)
                .Select(o => o.Outcome),
        ];
        // Missed calls include those that were busy, failed or were rejected: "missed or rejected calls" are missed.
        if (Has(Sense.Missed) && HasAny(Sense.And, Sense.Or) && !named.Contains(EventOutcome.Blocked))
            return;
        if (named.Length > 1)
            Refuse(RefusalReason.NotAnswerable, "Ask for one outcome, or by outcome.", "calls by outcome");
        else if (named is [var outcome])
            _outcome = outcome;
    }
}
