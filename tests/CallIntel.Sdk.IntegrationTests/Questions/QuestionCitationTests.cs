using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.IntegrationTests.Search;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Questions;

/// <summary>Tests questions about texts, which the search answers.</summary>
public sealed class QuestionCitationTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Question = "messages that mention \"parcel\" in March 2026";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_about_texts_is_answered_with_passages_that_the_ledger_records()
    {
        TestOrg org = await OrgAsync("cited");
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        QuestionAnswer answer = await analyst.Questions.AskAsync(Question, cancellationToken: Cancellation);
        Assert.True(answer.IsAnswered, answer.Refusal?.Message);
        Assert.Equal(QuestionMetric.Matches, answer.Plan!.Metric);
        Assert.Equal(QuestionChart.List, answer.Chart);
        Assert.Equal(["0", "2"], answer.Citations.Select(hit => hit.Event.ExternalId).Order(StringComparer.Ordinal));
        Assert.All(answer.Citations, hit =>
            Assert.Contains("parcel", Assert.Single(hit.Snippets).Text, StringComparison.OrdinalIgnoreCase)
        );

        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Guid[] filed =
        [
            .. (await admin.Audit.ReadAccessesAsync(AccessFilter.All, Cancellation).ToListAsync(Cancellation))
                .Where(entry => entry.Member == org.Members[OrgRole.Analyst])
                .SelectMany(entry => entry.Events),
        ];
        Assert.Equal(answer.Citations.Select(hit => hit.Event.Id).Order(), filed.Order());
    }

    [Fact]
    public async Task Texts_of_a_hidden_contact_and_of_another_period_or_channel_are_not_cited()
    {
        TestOrg org = await OrgAsync("not cited");
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        ContactId hidden = (
            await owner.Contacts.FindByNumberAsync(SearchHarness.NumberOf(2), cancellationToken: Cancellation)
        )!.Value;
        await owner.Privacy.SetAsync(hidden, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        Assert.Equal(["0"], await CitedAsync(analyst, Question));
        Assert.Empty(await CitedAsync(analyst, "messages that mention \"parcel\" in February 2026"));
        Assert.Empty(await CitedAsync(analyst, "calls that mention \"parcel\" in March 2026"));
    }

    [Fact]
    public async Task Without_an_index_and_with_filters_that_no_search_has_the_question_is_refused()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("not indexed", Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        QuestionAnswer off = await analyst.Questions.AskAsync(Question, cancellationToken: Cancellation);
        Assert.Equal(RefusalReason.NotAnswerable, off.Refusal?.Reason);
        Assert.Empty(off.Citations);
        QuestionAnswer compared = await analyst.Questions.AnswerAsync(
            off.Plan! with
            {
                Comparison = off.Plan.Period,
            },
            Cancellation
        );
        Assert.Equal(RefusalReason.NotAnswerable, compared.Refusal?.Reason);

        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            viewer.Questions.AskAsync(Question, cancellationToken: Cancellation)
        );
        Assert.Equal(ErrorCodes.NotAllowed, refused.Code);
    }

    static async Task<string?[]> CitedAsync(OrgSession session, string question)
    {
        QuestionAnswer answer = await session.Questions.AskAsync(question, cancellationToken: Cancellation);
        Assert.True(answer.IsAnswered, answer.Refusal?.Message);
        return [.. answer.Citations.Select(hit => hit.Event.ExternalId)];
    }

    Task<TestOrg> OrgAsync(string name) =>
        SearchHarness.OrgAsync(
            fixture.Database,
            name,
            [
                SearchHarness.Message(0, "Where is my parcel?", 0),
                SearchHarness.Message(1, "The invoice is wrong.", 1),
                SearchHarness.Message(2, "The parcel has arrived, thank you.", 2),
            ]
        );
}
