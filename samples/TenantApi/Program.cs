using System.Security.Cryptography;
using CallIntel.Study;
using CallIntel.TenantApi.Demo;

return await SampleRun.RunAsync(async stop =>
{
    await using DemoDatabase database = await DemoDatabase.StartAsync(Console.WriteLine, stop);
    string webhookSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    await using WebApplication app = TenantHost.Build(args, database, webhookSecret);
    Console.WriteLine("Inventing four months of calls and messages");
    await Task.WhenAll(database.FillAsync(stop), TenantHost.StartAsync(app, stop));
    Console.WriteLine($"\nOpen {app.Urls.First()} and choose a sign-in:");
    foreach (DemoMember member in DemoPeople.SignIns)
        Console.WriteLine($"  {member.Role, -8} {member.Name}");
    Console.WriteLine($"Webhook: POST {app.Urls.First()}/hooks/{DemoDatabase.Org}, secret {webhookSecret}");
    Console.WriteLine($"Database: {database.AdminConnectionString}\nCtrl-C stops the demo and deletes its data.");
    await app.WaitForShutdownAsync(stop);
    return 0;
});
