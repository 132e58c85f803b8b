using CallIntel;
using CallIntel.Quickstart;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.SubjectRequestsSample;
using Spectre.Console;

IAnsiConsole console = AnsiConsole.Console;
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
string folder = Directory.CreateTempSubdirectory("callintel-subject-").FullName;
try
{
    // A throw-away database: what is erased here is not missing in the quickstart.
    console.MarkupLine("[bold]1. PostgreSQL with pgvector[/]");
    await using PostgresServer server = await PostgresServer.StartAsync(
        new PostgresServerOptions { Progress = line => console.MarkupLineInterpolated($"   {line}") },
        stop.Token
    );
    await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
        server,
        admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 1)),
        stop.Token
    );
    await using TestDatabase database = await template.CloneAsync(stop.Token);
    // The ledger of erasures belongs on another disk than the database and its backups.
    await using CallIntelDataSource source = database.CreateDataSource(options =>
        options.Erasure.LedgerSink = new FileErasureLedgerSink(Path.Combine(folder, "ledger"))
    );
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(source, stop.Token);
    await Import.RunAsync(source, console, stop.Token);

    await using OrgSession session = await source.OpenSessionAsync(
        DemoOrg.Even.As(OrgRole.Admin) with
        {
            Purpose = AccessPurpose.SubjectRequest,
        },
        stop.Token
    );
    Walk walk = new(session, database.Admin, console, folder);
    await walk.PlantAsync(stop.Token);
    await walk.AnswerAccessAsync(stop.Token);
    await walk.AnswerErasureAsync(stop.Token);
    await walk.ImportAgainAsync(source, stop.Token);
    return await walk.ProveAsync(stop.Token) ? 0 : 1;
}
catch (CallIntelException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine($"See docs/diagnostics/{e.Code}.md.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
