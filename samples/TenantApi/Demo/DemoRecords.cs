using System.Globalization;
using CallIntel.Sdk.Events;

namespace CallIntel.TenantApi.Demo;

/// <summary>Invents calls, voicemails and messages of the last months. A seed always invents the same.</summary>
sealed class DemoRecords(DateTimeOffset now, int days, int seed)
{
    /// <summary>The weight of each hour of the day, from 8 to 19.</summary>
    static readonly int[] Hours = [3, 8, 12, 14, 9, 7, 9, 11, 12, 10, 5, 2];

#pragma warning disable CA5394 // Invented records need no cryptographic randomness.
    readonly Random _random = new(seed);
    int _next;

    public IEnumerable<EventRecord> Calls() =>
        Days(24).SelectMany(Call).Concat(Unreturned()).Where(record => record.OccurredAt < now);

    public IEnumerable<EventRecord> Messages() =>
        Days(8).SelectMany(Conversation).Concat(HiddenMessages()).Where(record => record.OccurredAt < now);

    /// <summary>Times within business hours, about <paramref name="count"/> on a weekday.</summary>
    IEnumerable<DateTimeOffset> Days(int count)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(DemoPeople.TimeZone);
        DateTime today = TimeZoneInfo.ConvertTime(now, zone).Date;
        for (int back = days; back >= 0; back--)
        {
            DateTime day = today.AddDays(-back);
            double busy = day.DayOfWeek switch
            {
                DayOfWeek.Sunday => 0.15,
                DayOfWeek.Saturday => 1.5,
                DayOfWeek.Monday => 1.25,
                _ => 1,
            };
            // Business grows a little over the months.
            double factor = busy * (0.8 + 0.4 * (days - back) / days) * (0.8 + 0.4 * _random.NextDouble());
            for (int i = (int)Math.Round(count * factor); i > 0; i--)
            {
                DateTime local = day.AddHours(8 + Weighted(Hours)).AddSeconds(_random.Next(3600));
                if (!zone.IsInvalidTime(local))
                    yield return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            }
        }
    }

    IEnumerable<EventRecord> Call(DateTimeOffset at)
    {
        DemoCustomer customer = Customer(at);
        DemoMember[] agents = [.. DemoPeople.Members.Where(member => member.Line is not null)];
        DemoMember agent = agents[_random.Next(agents.Length)];
        bool isInbound = _random.NextDouble() < 0.72,
            isAnswered = _random.NextDouble() < (isInbound ? agent.Skill : 0.85);
        (string transcript, string summary) = Pick(DemoTexts.Calls);
        bool hasText = isAnswered && _random.NextDouble() < 0.5;
        TimeSpan duration = TimeSpan.FromSeconds(isAnswered ? 40 + _random.Next(560) : 12 + _random.Next(20));
        yield return new EventRecord
        {
            OccurredAt = at,
            Channel = EventChannel.Call,
            Direction = isInbound ? EventDirection.Inbound : EventDirection.Outbound,
            Outcome = isAnswered ? EventOutcome.Completed : EventOutcome.Missed,
            Duration = duration,
            Party = customer.Number,
            Member = agent.Id,
            ExternalId = Id("call"),
            Transcript = hasText ? transcript : null,
            Summary = hasText ? summary : null,
            Details = new EventDetails { OwnNumber = isInbound ? Shared() : agent.Line },
        };
        if (!isInbound || isAnswered)
            yield break;
        if (_random.NextDouble() < 0.25)
            yield return new EventRecord
            {
                OccurredAt = at.AddMinutes(1),
                Channel = EventChannel.Voicemail,
                Direction = EventDirection.Inbound,
                Outcome = EventOutcome.Completed,
                Duration = TimeSpan.FromSeconds(15 + _random.Next(30)),
                Party = customer.Number,
                Member = agent.Id,
                ExternalId = Id("voicemail"),
                Transcript = Pick(DemoTexts.Voicemails),
            };
        if (_random.NextDouble() < 0.7)
            yield return new EventRecord
            {
                OccurredAt = at.AddMinutes(10 + _random.Next(240)),
                Channel = EventChannel.Call,
                Direction = EventDirection.Outbound,
                Outcome = EventOutcome.Completed,
                Duration = TimeSpan.FromSeconds(60 + _random.Next(300)),
                Party = customer.Number,
                Member = agent.Id,
                ExternalId = Id("call"),
                Details = new EventDetails { OwnNumber = agent.Line },
            };
    }

    /// <summary>Missed calls of the last days that nobody has returned.</summary>
    IEnumerable<EventRecord> Unreturned() =>
        DemoPeople
            .Customers.TakeLast(DemoPeople.Waiting)
            .Select(
                (customer, i) =>
                    new EventRecord
                    {
                        OccurredAt = new DateTimeOffset(now.UtcDateTime.Date.AddDays(-1 - i).AddHours(10 + i), default),
                        Channel = EventChannel.Call,
                        Direction = EventDirection.Inbound,
                        Outcome = EventOutcome.Missed,
                        Duration = TimeSpan.FromSeconds(25),
                        Party = customer.Number,
                        Member = DemoPeople.Members[3].Id,
                        ExternalId = Id("call"),
                        Details = new EventDetails { OwnNumber = DemoPeople.MainLine },
                    }
            );

    IEnumerable<EventRecord> Conversation(DateTimeOffset at)
    {
        DemoCustomer customer = Customer(at);
        DemoMember agent = Pick([.. DemoPeople.Members.Where(member => member.Line is not null)]);
        string order = (4000 + _random.Next(900)).ToString(CultureInfo.InvariantCulture);
        string thing = Pick(DemoTexts.Things);
        bool isInbound = true;
        foreach (string text in Pick(DemoTexts.Messages))
        {
            yield return Message(
                at,
                customer,
                isInbound,
                agent,
                string.Format(CultureInfo.InvariantCulture, text, order, thing)
            );
            at = at.AddMinutes(2 + _random.Next(25));
            isInbound = !isInbound;
        }
    }

    IEnumerable<EventRecord> HiddenMessages()
    {
        for (int i = 0; i < 9; i++)
            yield return Message(
                now.AddDays(-i * 3).AddHours(-2),
                DemoPeople.Hidden,
                isInbound: i % 3 != 1,
                DemoPeople.Members[1],
                DemoTexts.Hidden[i % 3]
            );
    }

    EventRecord Message(DateTimeOffset at, DemoCustomer customer, bool isInbound, DemoMember agent, string text) =>
        new()
        {
            OccurredAt = at,
            Channel = EventChannel.Sms,
            Direction = isInbound ? EventDirection.Inbound : EventDirection.Outbound,
            Outcome = isInbound ? EventOutcome.Completed : EventOutcome.Sent,
            Party = customer.Number,
            Member = agent.Id,
            ExternalId = Id("message"),
            Body = text,
            Details = new EventDetails { OwnNumber = DemoPeople.MainLine },
        };

    /// <summary>A customer. A few write and call often, and new ones come every week.</summary>
    DemoCustomer Customer(DateTimeOffset at)
    {
        double elapsed = Math.Clamp(1 - (now - at).TotalDays / days, 0, 1);
        int known = (int)((DemoPeople.Customers.Count - DemoPeople.Waiting) * (0.4 + 0.6 * elapsed));
        return DemoPeople.Customers[
            _random.NextDouble() < 0.1 ? known - 1 : (int)(Math.Pow(_random.NextDouble(), 1.6) * known)
        ];
    }

    string Shared() => _random.NextDouble() < 0.7 ? DemoPeople.MainLine : DemoPeople.WorkshopLine;

    string Id(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{_next++}");

    T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    int Weighted(int[] weights)
    {
        int drawn = _random.Next(weights.Sum()),
            i = 0;
        while (drawn >= weights[i])
            drawn -= weights[i++];
        return i;
    }
#pragma warning restore CA5394
}
