namespace CallIntel.Sdk.Questions.Planning;

/// <summary>What a phrase of the lexicon means.</summary>
enum Sense
{
    /// <summary>Words that add nothing: "please", "show me".</summary>
    Filler,

    // Things that are counted.
    Event,
    Call,
    Message,
    Sms,
    Mms,
    Voicemail,
    ContactNoun,
    TalkTime,
    Cost,

    // What happened.
    Missed,
    Answered,
    Returned,
    Unreturned,
    Replied,
    CalledUs,
    ContactedUs,
    Talk,
    Wait,
    WeCalled,
    Calling,
    TextedUs,
    WeTexted,
    Texting,

    // How it is counted.
    Rate,
    Average,
    HowLong,
    HowFast,

    /// <summary>"Within 24 hours": what the figures about returned calls and answered messages mean anyway.</summary>
    WithinDay,
    Count,
    CallLength,
    AnswerRate,
    ResponseTime,
    CallBackTime,

    // Filters.
    Inbound,
    Outbound,
    New,
    Returning,
    Busy,
    Failed,
    Rejected,
    Blocked,
    From,
    To,
    With,
    Only,

    // Groups.
    By,
    Which,
    Who,
    Whom,
    When,
    Member,
    Team,
    Line,
    Source,
    Channel,
    Direction,
    Outcome,
    HourOfDay,
    DayOfWeek,
    HourOfWeek,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Trend,

    // Order.
    Top,
    Most,
    Least,
    Busiest,
    Quietest,
    Best,
    Worst,
    Longest,
    Shortest,

    // Structure.
    Compare,

    /// <summary>"more", "better": compares with the period before, unless the question names another one.</summary>
    Comparative,
    Search,
    About,
    And,
    Or,
    Not,
    All,
    Me,

    /// <summary>Things that the planner knows and cannot answer.</summary>
    Unsupported,
}
