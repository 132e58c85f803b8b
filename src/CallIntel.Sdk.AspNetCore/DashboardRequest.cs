using System.Diagnostics.CodeAnalysis;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Mvc;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>The size of the buckets, as a client names it.</summary>
readonly record struct BucketSize(Grain Grain) : IParsable<BucketSize>
{
    public static BucketSize Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out BucketSize size) ? size : throw new FormatException();

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BucketSize result)
    {
        Grain? grain = s?.ToUpperInvariant() switch
        {
            "HOUR" => Grain.Hour,
            "DAY" => Grain.Day,
            "WEEK" => Grain.Week,
            "MONTH" => Grain.Month,
            _ => null,
        };
        result = new BucketSize(grain ?? default);
        return grain is not null;
    }
}

/// <summary>The parameters of the query that all figures have.</summary>
sealed class DashboardRequest
{
    const int DefaultDays = 30;

    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    [FromQuery(Name = "to")]
    public DateTimeOffset? To { get; init; }

    [FromQuery(Name = "grain")]
    public BucketSize? Grain { get; init; }

    [FromQuery(Name = "timeZone")]
    public string? TimeZone { get; init; }

    [FromQuery(Name = "compare")]
    public bool? Compare { get; init; }

    [FromQuery(Name = "channel")]
    public EventChannel? Channel { get; init; }

    [FromQuery(Name = "direction")]
    public EventDirection? Direction { get; init; }

    [FromQuery(Name = "outcome")]
    public EventOutcome? Outcome { get; init; }

    [FromQuery(Name = "member")]
    public MemberId? Member { get; init; }

    [FromQuery(Name = "team")]
    public TeamId? Team { get; init; }

    [FromQuery(Name = "line")]
    public LineId? Line { get; init; }

    [FromQuery(Name = "contact")]
    public ContactId? Contact { get; init; }

    [FromQuery(Name = "source")]
    public Guid? Source { get; init; }

    [FromQuery(Name = "businessHours")]
    public bool? BusinessHours { get; init; }

    [FromServices]
    public required OrgSession Session { get; init; }

    [FromServices]
    public TimeProvider? Clock { get; init; }

    internal DashboardReader Figures => Session.Dashboards;

    internal DashboardQuery Query
    {
        get
        {
            DateTimeOffset to = To ?? (Clock ?? TimeProvider.System).GetUtcNow();
            return new DashboardQuery(new TimeRange(From ?? to.AddDays(-DefaultDays), to))
            {
                Grain = (Grain?.Grain ?? Dashboards.Grain.Day).In(TimeZone ?? "UTC"),
                ComparesWithPrevious = Compare ?? false,
                Filter = new DashboardFilter
                {
                    Channel = Channel,
                    Direction = Direction,
                    Outcome = Outcome,
                    Member = Member,
                    Team = Team,
                    Line = Line,
                    Contact = Contact,
                    Source = Source,
                    DuringBusinessHours = BusinessHours,
                },
            };
        }
    }
}
