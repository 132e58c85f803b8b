using System.Security.Cryptography;
using CallIntel.Study;
using CallIntel.TenantApi.Demo;

return await SampleRun.RunAsync(async stop =>
{
    await using DemoDatabase database = await DemoDatabase.StartAsync(Console.WriteLine, stop);
    string webhookSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    await using WebApplication app = TenantHost.Build(args, database, webhookSecret);
    Console.WriteLine("Inventing four months of calls and messages");
    await Task.WhenAll(database.FillAsync(stop), StartAsync(app, stop));
    Console.WriteLine($"\nOpen {app.Urls.First()} and choose a sign-in:");
    foreach (DemoMember member in DemoPeople.SignIns)
        Console.WriteLine($"  {member.Role, -8} {member.Name}");
    Console.WriteLine($"Webhook: POST {app.Urls.First()}/hooks/{DemoDatabase.Org}, secret {webhookSecret}");
    Console.WriteLine($"Database: {database.AdminConnectionString}\nCtrl-C stops the demo and deletes its data.");
    await app.WaitForShutdownAsync(stop);
    return 0;
});

static async Task StartAsync(WebApplication app, CancellationToken stop)
{
    await app.StartAsync(stop);
    // The first page of a process takes long, because its code is compiled. This happens while records are stored.
    using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
    await client.GetStringAsync("/sign-in", stop);
}
