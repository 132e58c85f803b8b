using CallIntel.Sdk;
using CallIntel.Sdk.Questions;
using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of docs/guides/questions.md. <see cref="ReadmeTests"/> compares the two.</summary>
static class QuestionsSnippets
{
    internal static async Task AskAsync(OrgSession session)
    {
        QuestionAnswer answer = await session.Questions.AskAsync(
            "missed calls by agent last week, compared to the week before",
            new QuestionOptions { TimeZone = "Europe/Copenhagen" }
        );
        Console.WriteLine(answer.Restatement ?? answer.Refusal!.Message);
        foreach (QuestionRow row in answer.Rows)
            Console.WriteLine($"{row.Label}: {row.Value} (before: {row.Comparison})");

        // The next question can refine the one before.
        QuestionAnswer next = await session.Questions.AskAsync(
            "and only the mobile line?",
            new QuestionOptions { TimeZone = "Europe/Copenhagen", Previous = answer.Plan }
        );
        Console.WriteLine(next.Restatement);
    }

    internal static async Task AskAsync(OrgSession session, IChatClient chatClient, string question)
    {
        QuestionAnswer answer = await session.Questions.AskAsync(
            question,
            new QuestionOptions { Model = new QuestionModel(chatClient) { Timeout = TimeSpan.FromSeconds(10) } }
        );
        Console.WriteLine(answer.Restatement);
    }
}
