using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Questions;

/// <summary>
/// Questions that a language model plans. The model is a script: it can be down, slow, wrong or hostile.
/// </summary>
public sealed class QuestionModelTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string February = """ "from":"2026-02-01","to":"2026-03-01","time_zone":"UTC" """;
    const string Calls = """ "metric":"calls", """ + February;
    const string Plan = """{"plan":{"metric":"missed_calls",""" + February + ""","dimension":"member"}}""";

    /// <summary>A question that the planner without a model does not understand.</summary>
    const string Odd = "zorkeling numbers that slipped through in the shortest month";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static QuestionOptions With(ScriptedChatClient client, Func<QuestionModel, QuestionModel>? change = null)
    {
        QuestionModel model = new(client);
        return new QuestionOptions { TimeZone = "UTC", Model = change is null ? model : change(model) };
    }

    Task<QuestionAnswer> AskAsync(OrgSession session, string question, QuestionOptions options) =>
        session.Questions.AskAsync(question, options, Cancellation);

    ValueTask<OrgSession> OpenAsync() => fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);

    [Fact]
    public async Task A_model_plans_what_the_planner_does_not_understand()
    {
        await using OrgSession session = await OpenAsync();
        ScriptedChatClient client = ScriptedChatClient.Replying(Plan);
        QuestionAnswer answer = await AskAsync(session, Odd, With(client));
        Assert.True(answer.IsAnswered, answer.Refusal?.Message);
        Assert.True(answer.IsFromModel);
        Assert.Equal(QuestionMetric.MissedCalls, answer.Plan!.Metric);
        Assert.Equal("Missed calls by agent, Sun 1 Feb 2026 to Sat 28 Feb 2026 (UTC)", answer.Restatement);
        Assert.InRange(answer.Confidence, 0.1, 0.9);

        // What the planner understands is not sent, unless the host asks for it.
        QuestionAnswer own = await AskAsync(session, "calls today", With(client));
        Assert.False(own.IsFromModel);
        Assert.Single(client.Sent);
        Assert.True(
            (
                await AskAsync(session, "calls today", With(client, m => m with { PlansEveryQuestion = true }))
            ).IsFromModel
        );
        Assert.Equal(2, client.Sent.Count);
    }

    [Fact]
    public async Task An_invalid_reply_is_repaired_once()
    {
        await using OrgSession session = await OpenAsync();
        ScriptedChatClient repaired = ScriptedChatClient.Replying(
            """{"plan":{"metric":"missed_calls","sql":"select 1"}}""",
            $"```json\n{Plan}\n```"
        );
        Assert.True((await AskAsync(session, Odd, With(repaired))).IsFromModel);
        Assert.Equal(2, repaired.Sent.Count);
        Assert.Contains("invalid", repaired.Sent[1], StringComparison.Ordinal);

        ScriptedChatClient stubborn = ScriptedChatClient.Replying("no JSON at all");
        QuestionAnswer refused = await AskAsync(session, Odd, With(stubborn, m => m with { FallsBack = false }));
        Assert.Equal(RefusalReason.ModelFailed, refused.Refusal?.Reason);
        Assert.Equal(2, stubborn.Sent.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[[[[[[[[[[[[[[[[")]
    [InlineData("""{"plan":null}""")]
    [InlineData("""{"plan":{""" + Calls + """},"refusal":"ambiguous"}""")]
    [InlineData("""{"sql":"drop table callintel_private.events"}""")]
    [InlineData("""{"plan":{"metric":"calls; drop table x",""" + February + """}}""")]
    [InlineData("""{"plan":{""" + Calls + ""","org_id":"6f1d3a52-7c0b-4a7e-9a55-0c2b8e6f4d10"}}""")]
    [InlineData("""{"plan":{""" + Calls + ""","members":["6f1d3a52-7c0b-4a7e-9a55-0c2b8e6f4d10"]}}""")]
    [InlineData("""{"plan":{""" + Calls + ""","members":["member_99"]}}""")]
    [InlineData("""{"plan":{""" + Calls + ""","sources":["twilio"]}}""")]
    [InlineData("""{"plan":{"metric":"calls","from":"0001-01-01","to":"9999-12-31","time_zone":"UTC"}}""")]
    [InlineData("""{"plan":{""" + Calls + ""","limit":1000000}}""")]
    public async Task Hostile_replies_end_in_a_refusal(string reply)
    {
        await using OrgSession session = await OpenAsync();
        QuestionAnswer answer = await AskAsync(
            session,
            Odd,
            With(ScriptedChatClient.Replying(reply), m => m with { FallsBack = false })
        );
        Assert.Equal(RefusalReason.ModelFailed, answer.Refusal?.Reason);
        Assert.True((await AskAsync(session, "calls today", new QuestionOptions())).IsAnswered);
    }

    [Fact]
    public async Task A_model_that_is_down_or_slow_ends_in_a_refusal_or_falls_back()
    {
        await using OrgSession session = await OpenAsync();
        ScriptedChatClient down = new(_ => throw new HttpRequestException("connection refused"));
        ScriptedChatClient slow = new(async cancellation =>
        {
            await Task.Delay(TimeSpan.FromMinutes(10), cancellation);
            return Plan;
        });
        ScriptedChatClient deaf = new(_ => new TaskCompletionSource<string>().Task);
        foreach (ScriptedChatClient client in (ScriptedChatClient[])[down, slow, deaf])
        {
            QuestionAnswer strict = await AskAsync(
                session,
                Odd,
                With(client, m => m with { FallsBack = false, Timeout = TimeSpan.FromSeconds(1) })
            );
            Assert.Equal(RefusalReason.ModelFailed, strict.Refusal?.Reason);
        }
        QuestionAnswer fallen = await AskAsync(
            session,
            "calls today",
            With(down, m => m with { PlansEveryQuestion = true })
        );
        Assert.True(fallen.IsAnswered);
        Assert.False(fallen.IsFromModel);
        Assert.Equal(RefusalReason.UnknownWord, (await AskAsync(session, Odd, With(down))).Refusal?.Reason);

        using CancellationTokenSource stop = new();
        Task<QuestionAnswer> stopped = session.Questions.AskAsync(Odd, With(deaf), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task Names_leave_the_application_only_if_the_host_allows_it()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("names", Cancellation);
        MemberId anna = org.Members[OrgRole.Member];
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await session.Members.SetDisplayNameAsync(anna, "Annabella Zetterlund", Cancellation);
        await session.Lines.AddAsync("+4532123456", label: "Lighthouse", cancellationToken: Cancellation);

        const string ForAnna = """{"plan":{""" + Calls + ""","members":["member_1"]}}""";
        ScriptedChatClient client = ScriptedChatClient.Replying(ForAnna);
        QuestionAnswer answer = await AskAsync(
            session,
            "the zorkeling of Annabella Zetterlund via +45 32 12 34 56 in the shortest month",
            With(client)
        );
        Assert.Equal([anna], answer.Plan!.Members);
        Assert.Contains("Annabella Zetterlund", answer.Restatement!, StringComparison.Ordinal);
        Assert.Contains("member_1", client.Sent[0], StringComparison.Ordinal);
        foreach (
            string text in (string[])
                ["Annabella", "Zetterlund", "Lighthouse", "32 12 34", anna.ToString(), org.Id.ToString()]
        )
            Assert.DoesNotContain(text, client.Sent[0], StringComparison.OrdinalIgnoreCase);

        ScriptedChatClient allowed = ScriptedChatClient.Replying(ForAnna);
        await AskAsync(session, Odd, With(allowed, m => m with { SendsNames = true }));
        Assert.Contains("Annabella Zetterlund", allowed.Sent[0], StringComparison.Ordinal);
        Assert.Contains("Lighthouse", allowed.Sent[0], StringComparison.Ordinal);
        Assert.DoesNotContain("32123456", allowed.Sent[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_a_model_are_checked()
    {
        await using OrgSession session = await OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            AskAsync(session, Odd, With(ScriptedChatClient.Replying(""), m => m with { Timeout = TimeSpan.Zero }))
        );
    }
}
