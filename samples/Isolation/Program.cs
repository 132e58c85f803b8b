using CallIntel.Isolation;
using CallIntel.Isolation.Output;
using CallIntel.Study;
using Spectre.Console;

// An application whose search box allows SQL injection, and what an attacker gets of another customer's rows.
return await SampleRun.RunAsync(async stop =>
{
    IAnsiConsole console = AnsiConsole.Console;
    await using StudyDatabase database = await StudyDatabase.StartAsync(false, false, console, stop);
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(database.Source, stop);
    await Import.RunAsync(database.Source, console, stop);
    IReadOnlyList<Attempt> attempts = await Attempts.RunAsync(database.Source, stop);
    AttemptsView.Show(console, "3", attempts);
    return attempts.All(attempt => attempt.Held) ? 0 : 1;
});
