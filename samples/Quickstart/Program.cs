using System.Runtime.InteropServices;
using CallIntel;
using CallIntel.Quickstart;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using Spectre.Console;

bool json = args.Contains("--json"),
    fresh = args.Contains("--fresh");
if (args.Except(["--json", "--fresh"]).Any())
{
    Console.Error.WriteLine("usage: dotnet run --project samples/Quickstart [-- [--json] [--fresh]]");
    Console.Error.WriteLine(
        "  --json   prints one JSON object on standard output, and everything else on standard error"
    );
    Console.Error.WriteLine("  --fresh  forgets what an earlier run stored");
    return 2;
}

// With --json, standard output belongs to the one object.
IAnsiConsole screen = json
    ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
    : AnsiConsole.Console;
using CancellationTokenSource stop = new();

// Ctrl+C and a polite kill end the run the same way: what was started is stopped, and nothing half-written stays.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    await using QuickstartDatabase database = await QuickstartDatabase.StartAsync(fresh, screen, stop.Token);
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(database.Source, stop.Token);

    ImportTotals totals = await Import.RunAsync(database.Source, screen, stop.Token);

    await using OrgSession analyst = await database.Source.OpenSessionAsync(
        DemoOrg.Even.As(OrgRole.Analyst),
        stop.Token
    );
    Figures figures = await Figures.ReadAsync(analyst, stop.Token);
    DashboardView.Show(screen, DemoOrg.Even, figures);

    IReadOnlyList<Attempt> attempts = await Attempts.RunAsync(database.Source, stop.Token);
    AttemptsView.Show(screen, attempts);
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
    Console.Error.WriteLine("Stopped. What was committed stays; the next run counts it as duplicates.");
    return 130;
}
