using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Study;
using CallIntel.SubjectRequestsSample;
using CallIntel.SubjectRequestsSample.Output;
using Spectre.Console;

// One person asks for access and then for erasure. Afterwards, the sample looks for what is left of the person.
IAnsiConsole console = AnsiConsole.Console;
return await SampleRun.RunAsync(async stop =>
{
    // A throw-away database: what is erased here is not missing in the quickstart.
    console.MarkupLine("[bold]1. PostgreSQL with pgvector[/]");
    await using PostgresServer server = await PostgresServer.StartAsync(
        new PostgresServerOptions { Progress = line => console.MarkupLineInterpolated($"   {line}") },
        stop
    );
    DateOnly study = new(2026, 1, 1);
    await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
        server,
        admin => new CallIntelOperations(admin).EnsurePartitionsAsync(study, study),
        stop
    );
    await using TestDatabase database = await template.CloneAsync(stop);
    // The ledger of erasures belongs on another disk than the database and its backups.
    string ledger = Path.Combine(Path.GetDirectoryName(database.RootKeyFile)!, "ledger");
    await using CallIntelDataSource source = database.CreateDataSource(options =>
        options.Erasure.LedgerSink = new FileErasureLedgerSink(ledger)
    );
    foreach (DemoOrg org in DemoOrg.Both)
        await org.CreateAsync(source, stop);
    await Import.RunAsync(source, console, stop);

    OrgIdentity admin = DemoOrg.Even.As(OrgRole.Admin) with { Purpose = AccessPurpose.SubjectRequest };
    await using OrgSession session = await source.OpenSessionAsync(admin, stop);
    Person person = await Person.ChooseAsync(session, stop);
    Walk walk = new(session, person.Id, new WalkView(console));
    await walk.AnswerAccessAsync(stop);
    await walk.AnswerErasureAsync(stop);
    console.MarkupLine("[bold]5. The same records are imported again[/]");
    await Import.RunAsync(source, console, stop);
    return await walk.ProveAsync(await Leftovers.FindAsync(database.Admin, person.Contact, stop), stop) ? 0 : 1;
});
