using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Questions.Planning;

namespace CallIntel.Sdk.Tests.Questions;

/// <summary>A word that carries meaning is used or refused, but never dropped.</summary>
public sealed class DroppedWordsTests
{
    static void Refused(string question, params ReadOnlySpan<RefusalReason> reasons)
    {
        PlanResult result = Plans.Result(question);
        Assert.True(result.Plan is null, $"{question}: {result.Plan?.ToJson()}");
        Assert.True(reasons.Contains(result.Refusal!.Reason), $"{question}: {result.Refusal.Reason}");
    }

    [Theory]
    [InlineData("answered calls per")]
    [InlineData("talk time of Anna and")]
    [InlineData("texts last week vs")]
    [InlineData("voicemails between")]
    [InlineData("texts from")]
    [InlineData("missed calls on")]
    public void A_question_whose_end_is_missing_is_refused(string question) =>
        Refused(question, RefusalReason.Ambiguous);

    [Theory]
    [InlineData("everybody but Anna, talk time this week")]
    [InlineData("calls of all agents but Bo")]
    [InlineData("missed calls aside from Acme")]
    [InlineData("texts not counting Priya")]
    [InlineData("agents with no calls yesterday")]
    public void An_exclusion_is_refused_however_it_is_worded(string question) =>
        Refused(question, RefusalReason.NotAnswerable);

    [Theory]
    [InlineData("calls longer than an hour yesterday")]
    [InlineData("calls shorter than a minute")]
    [InlineData("calls of over an hour")]
    [InlineData("long calls in May")]
    [InlineData("very short calls last week")]
    public void Conditions_on_the_length_of_single_calls_are_refused(string question) =>
        Refused(question, RefusalReason.NotAnswerable);

    [Theory]
    [InlineData("the latest missed calls")]
    [InlineData("most recent voicemail of Acme")]
    [InlineData("first call of the day")]
    [InlineData("oldest text yesterday")]
    public void Single_calls_are_not_counted_instead(string question) => Refused(question, RefusalReason.NotAnswerable);

    [Theory]
    [InlineData("answered voicemails last week")]
    [InlineData("how many voicemails were returned")]
    [InlineData("call back time of voicemails")]
    [InlineData("talk time of texts")]
    [InlineData("average cost of a call")]
    [InlineData("average calls last month")]
    [InlineData("cost per text")]
    [InlineData("calls and texts by team last week")]
    [InlineData("busy or failed calls yesterday")]
    [InlineData("calls answered within 24 hours")]
    [InlineData("how long are our texts")]
    [InlineData("long texts last week")]
    [InlineData("response time of calls")]
    [InlineData("biggest increase of calls by line")]
    [InlineData("who answers the phone fastest")]
    [InlineData("price of a text")]
    [InlineData("new messages today")]
    [InlineData("lost customers")]
    [InlineData("how do clients like our calls")]
    [InlineData("how many agents answered calls yesterday")]
    [InlineData("number of lines that got texts")]
    [InlineData("customers who called and texted us")]
    [InlineData("unknown callers")]
    public void Figures_that_do_not_exist_are_not_replaced_by_others(string question) =>
        Refused(question, RefusalReason.NotAnswerable);

    [Theory]
    [InlineData("compare messages")]
    [InlineData("calls in the hour")]
    [InlineData("missed calls of the agent")]
    [InlineData("texts during the week")]
    public void A_comparison_with_nothing_and_an_hour_without_a_number_are_refused(string question) =>
        Refused(question, RefusalReason.Ambiguous);

    [Theory]
    [InlineData("call Jens Hansen")]
    [InlineData("text Acme")]
    [InlineData("make a call to Acme")]
    [InlineData("what is Priya's phone number")]
    [InlineData("who is on a call right now")]
    [InlineData("how old are our clients")]
    [InlineData("callers who called again this week")]
    public void What_is_no_figure_is_refused(string question) => Refused(question, RefusalReason.NotAnswerable);

    [Theory]
    [InlineData("cold calls last week")]
    [InlineData("test calls")]
    [InlineData("local calls in May")]
    [InlineData("who read the calls of Acme")]
    [InlineData("calls on Easter Monday")]
    [InlineData("other calls")]
    [InlineData("external calls yesterday")]
    [InlineData("landline calls")]
    [InlineData("live calls")]
    [InlineData("noon break calls")]
    public void English_words_are_not_taken_for_typing_errors(string question) =>
        Refused(question, RefusalReason.UnknownWord);

    [Theory]
    [InlineData("missd calls last wek by agnet", "missed calls last week by agent")]
    [InlineData("how meny texts yesterdya", "how many texts yesterday")]
    [InlineData("avrage call lenght in may", "average call length in may")]
    [InlineData("ansewr rate by tema in the last 3 weekks", "answer rate by team in the last 3 weeks")]
    public void Typing_errors_are_still_corrected(string question, string meant) =>
        Assert.Equal(Plans.Of(meant), Plans.Of(question));

    [Theory]
    [InlineData("texts out yesterday", "outbound texts yesterday")]
    [InlineData("customers who sent us the most texts", "top customers by inbound texts")]
    [InlineData("how often was Anna called", "how many calls to Anna")]
    [InlineData("how often was Jens Hansen called in May", "how many calls to Jens Hansen in May")]
    [InlineData("calls handled by team Billing", "answered calls of the Billing team")]
    [InlineData("missed calls by line Mobile", "missed calls on the Mobile line")]
    [InlineData("slowest replying agents to texts", "slowest agents to reply to texts")]
    [InlineData("talk time by agent, lowest first", "10 lowest agents by talk time")]
    [InlineData("what hours of the day are the busiest", "busiest hours of the day")]
    [InlineData("agent comparison, answered calls in May", "answered calls by agent in May")]
    [InlineData("line comparison cost last month", "cost by line last month")]
    [InlineData("yesterday, messages in", "inbound messages yesterday")]
    [InlineData("make me a table of talk time by agent", "talk time by agent")]
    [InlineData("agents with the number of texts", "texts by agents")]
    [InlineData("2025 vs 2024 texts", "texts in 2025 vs 2024")]
    [InlineData("calls last week vs the same week a year ago", "calls last week vs a year earlier")]
    [InlineData("missed calls returned the same day", "missed calls returned within 24 hours")]
    [InlineData("in- and outbound texts this week", "inbound and outbound texts this week")]
    [InlineData("could we get a list of calls by line", "calls by line")]
    [InlineData("get the talk time by agent", "talk time by agent")]
    [InlineData("missed or busy calls today", "missed calls today")]
    [InlineData("agents with the most texts last month", "top agents by texts last month")]
    [InlineData("lines with the lowest answer rate", "lowest answer rate by lines")]
    [InlineData("top 5 customers this year", "top 5 contacts by events this year")]
    [InlineData("call outcomes yesterday", "calls by outcome yesterday")]
    [InlineData("clients who left a voicemail in May", "voicemails by clients in May")]
    [InlineData("leader board of talk time", "top 10 agents by talk time")]
    public void Small_words_and_their_place_have_a_meaning(string question, string meant) =>
        Assert.Equal(Plans.Of(meant), Plans.Of(question));

    [Theory]
    [InlineData("and by")]
    [InlineData("except anna")]
    [InlineData("and not mobile")]
    [InlineData("only the long ones")]
    [InlineData("only those longer than an hour")]
    [InlineData("the same without Sales")]
    [InlineData("and the latest")]
    [InlineData("and average?")]
    [InlineData("now as a table for Mars")]
    [InlineData("and until Friday")]
    [InlineData("compare")]
    [InlineData("send it to Bo")]
    [InlineData("and why")]
    [InlineData("only the test calls")]
    public void Follow_ups_that_would_drop_a_word_are_refused(string question)
    {
        PlanResult result = Plans.Result(question, Plans.Of("missed calls by agent last week"));
        Assert.True(result.Plan is null, $"{question}: {result.Plan?.ToJson()}");
    }

    [Fact]
    public void A_follow_up_can_ask_for_the_share_or_for_some_contacts()
    {
        QuestionPlan missed = Plans.Of("missed calls by agent last week");
        Assert.Equal(missed with { Metric = QuestionMetric.MissedRate }, Plans.Of("as a percentage", missed));
        Assert.Equal(missed with { ContactKind = QuestionContacts.New }, Plans.Of("only new customers", missed));
    }

    [Fact]
    public void A_follow_up_for_one_channel_keeps_the_figure()
    {
        QuestionPlan cost = Plans.Of("cost by line last month");
        Assert.Equal(cost with { Channel = QuestionChannel.Sms }, Plans.Of("only sms", cost));
        Assert.Equal(cost with { Channel = QuestionChannel.Call }, Plans.Of("just for calls", cost));
        QuestionPlan calls = Plans.Of("calls by line last month");
        Assert.Equal(QuestionMetric.Messages, Plans.Of("only texts", calls).Metric);
    }
}
