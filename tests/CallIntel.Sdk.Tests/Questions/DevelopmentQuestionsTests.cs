using CallIntel.Sdk.Questions.Planning;

namespace CallIntel.Sdk.Tests.Questions;

/// <summary>The planner without a model, measured on questions that were written as people ask them.</summary>
public sealed class DevelopmentQuestionsTests(ITestOutputHelper output)
{
    [Fact]
    public void At_least_95_percent_of_the_development_questions_have_the_expected_plan()
    {
        (double accuracy, int count) = Measure("development.txt");
        Assert.True(count >= 150, $"{count} questions");
        Assert.True(accuracy >= 0.95, $"accuracy {accuracy:0.000}");
    }

    [Theory]
    [InlineData("out-of-scope.txt")]
    [InlineData("out-of-scope-2.txt")]
    [InlineData("out-of-scope-3.txt")]
    public void At_least_95_percent_of_the_sentences_out_of_scope_are_refused(string file)
    {
        (double accuracy, int count) = Measure(file);
        Assert.True(count >= 40, $"{count} sentences");
        Assert.True(accuracy >= 0.95, $"refused {accuracy:0.000}");
    }

    [Theory]
    [InlineData("held-out.txt", 60)]
    [InlineData("held-out-2.txt", 40)]
    [InlineData("held-out-3.txt", 60)]
    [InlineData("held-out-4.txt", 60)]
    [InlineData("held-out-5.txt", 60)]
    public void At_least_85_percent_of_the_questions_kept_apart_have_the_expected_plan(string file, int least)
    {
        (double accuracy, int count) = Measure(file);
        Assert.True(count >= least, $"{count} questions");
        Assert.True(accuracy >= 0.85, $"accuracy {accuracy:0.000}");
    }

    (double Accuracy, int Count) Measure(string file)
    {
        IReadOnlyList<AskedQuestion> questions = AskedQuestions.Read(Plans.PathOf(file));
        int right = 0;
        foreach ((AskedQuestion asked, PlanResult result, bool isRight) in AskedQuestions.Plan(questions))
        {
            if (isRight)
            {
                right++;
                continue;
            }
            output.WriteLine($"{asked.File}:{asked.Line}: {asked.Text}");
            output.WriteLine($"  expected {asked.Expected?.ToJson() ?? "a refusal"}");
            output.WriteLine(
                $"  got      {result.Plan?.ToJson() ?? $"{result.Refusal!.Reason}: {result.Refusal.Message}"}"
            );
        }
        output.WriteLine($"{file}: {right} of {questions.Count}");
        return ((double)right / questions.Count, questions.Count);
    }
}
