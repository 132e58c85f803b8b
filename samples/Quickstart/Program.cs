using System.Runtime.InteropServices;
using CallIntel;
using CallIntel.Quickstart;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
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
using CancellationTokenSource stop = new();

// Ctrl+C and SIGTERM stop the run in the same way: processes are stopped, and an unfinished batch is not stored.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    await using QuickstartDatabase database = await QuickstartDatabase.StartAsync(fresh, verbose, console, stop.Token);
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(database.Source, stop.Token);

    ImportTotals totals = await Import.RunAsync(database.Source, console, stop.Token);

    await using OrgSession analyst = await database.Source.OpenSessionAsync(
        DemoOrg.Even.As(OrgRole.Analyst),
        stop.Token
    );
    Figures figures = await Figures.ReadAsync(analyst, stop.Token);
    DashboardView.Show(console, DemoOrg.Even, figures);

    IReadOnlyList<Attempt> attempts = await Attempts.RunAsync(database.Source, stop.Token);
    AttemptsView.Show(console, attempts);
    if (json)
        JsonReport.Write(Console.OpenStandardOutput(), totals, figures, attempts);
    return attempts.All(attempt => attempt.Held) ? 0 : 1;
}
catch (CallIntelException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine($"See docs/diagnostics/{e.Code}.md.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. The next run counts the records that are already stored as duplicates.");
    return 130;
}
