using CallIntel.Isolation;
using CallIntel.Isolation.Output;
using CallIntel.Quickstart;
using CallIntel.Quickstart.Output;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Study;
using Spectre.Console;

bool json = args.Contains("--json"),
    fresh = args.Contains("--fresh"),
    verbose = args.Contains("--verbose");
if (args.Except(["--json", "--fresh", "--verbose"]).Any())
{
    Console.Error.WriteLine(
        """
        usage: dotnet run --project samples/Quickstart [-- [--json] [--fresh] [--verbose]]
          --json     prints one JSON object to standard output, and everything else to standard error
          --fresh    deletes the data of earlier runs first
          --verbose  prints the output of the package manager and the database server as well
        """
    );
    return 2;
}

// With --json, standard output contains the JSON object and nothing else.
IAnsiConsole console = json
    ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
    : AnsiConsole.Console;
return await SampleRun.RunAsync(async stop =>
{
    await using StudyDatabase database = await StudyDatabase.StartAsync(fresh, verbose, console, stop);
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(database.Source, stop);

    ImportTotals totals = await Import.RunAsync(database.Source, console, stop);

    await using OrgSession analyst = await database.Source.OpenSessionAsync(DemoOrg.Even.As(OrgRole.Analyst), stop);
    Figures figures = await Figures.ReadAsync(analyst, stop);
    DashboardView.Show(console, DemoOrg.Even, figures);

    IReadOnlyList<Attempt> attempts = await Attempts.RunAsync(database.Source, stop);
    AttemptsView.Show(console, "4", attempts);
    if (json)
        JsonReport.Write(Console.OpenStandardOutput(), totals, figures, attempts);
    return attempts.All(attempt => attempt.Held) ? 0 : 1;
});
