using CallIntel.Ask;
using CallIntel.Ask.Output;
using CallIntel.Sdk;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Tenancy;
using CallIntel.Study;
using Spectre.Console;

List<string> asked = [];
for (int i = 0; i < args.Length; i += 2)
{
    if (args[i] is not "--question" || i + 1 == args.Length)
    {
        Console.Error.WriteLine(
            """
            usage: dotnet run --project samples/Ask [-- --question "TEXT" ...]
              --question  answers questions and exits; each can refine the one before. Default: reads them in a loop
            """
        );
        return 2;
    }
    asked.Add(args[i + 1]);
}

IAnsiConsole console = AnsiConsole.Console;
return await SampleRun.RunAsync(async stop =>
{
    await using StudyDatabase database = await StudyDatabase.StartAsync(false, false, console, stop);
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(database.Source, stop);
    await Import.RunAsync(database.Source, console, stop);
    await Texts.ImportAsync(database.Source, console, stop);
    await using (OrgSession owner = await database.Source.OpenSessionAsync(DemoOrg.Even.As(OrgRole.Owner), stop))
        await owner.Members.SetDisplayNameAsync(DemoOrg.Even.As(OrgRole.Member).Member, "Anna Berg", stop);

    console.MarkupLineInterpolated($"[bold]3. Questions about {DemoOrg.Even.Name}, as an analyst[/]");
    console.MarkupLine("   [grey]The records are from 5 to 25 January 2026. For example:[/]");
    foreach (string example in AnswerView.Examples)
        console.MarkupLineInterpolated($"   [grey]{example}[/]");
    await using OrgSession session = await database.Source.OpenSessionAsync(DemoOrg.Even.As(OrgRole.Analyst), stop);
    return await AnswerAllAsync(session, asked.Count > 0 ? asked : Typed(stop), stop);
});

// Each question can refine the one before: "and by agent?"
async Task<int> AnswerAllAsync(OrgSession session, IEnumerable<string> questions, CancellationToken stop)
{
    QuestionPlan? previous = null;
    int refused = 0;
    foreach (string question in questions)
    {
        QuestionAnswer answer = await session.Questions.AskAsync(
            question,
            new QuestionOptions { TimeZone = "Europe/Copenhagen", Previous = previous },
            stop
        );
        AnswerView.Show(console, question, answer);
        previous = answer.Plan ?? previous;
        refused += answer.IsAnswered ? 0 : 1;
    }
    return refused == 0 ? 0 : 3;
}

static IEnumerable<string> Typed(CancellationToken stop)
{
    while (!stop.IsCancellationRequested)
    {
        Console.Write("> ");
        if (Console.ReadLine() is not { } line)
            yield break;
        if (!string.IsNullOrWhiteSpace(line))
            yield return line;
    }
}
