using System.Security.Cryptography;
using CallIntel.TenantApi;
using CallIntel.TenantApi.Demo;

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    await using DemoDatabase database = await DemoDatabase.StartAsync(Console.WriteLine, stop.Token);
    string webhookSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    await using WebApplication app = TenantHost.Build(args, database, webhookSecret);
    await app.StartAsync(stop.Token);
    Console.WriteLine($"\nOpen {app.Urls.First()} and choose a sign-in:");
    foreach (DemoMember member in DemoPeople.SignIns)
        Console.WriteLine($"  {member.Role, -8} {member.Name}");
    Console.WriteLine($"Webhook: POST {app.Urls.First()}/hooks/{DemoDatabase.Org}, secret {webhookSecret}");
    Console.WriteLine("Ctrl-C stops the demo and deletes its data.");
    await app.WaitForShutdownAsync(stop.Token);
    return 0;
}
catch (CallIntel.CallIntelException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine($"See docs/diagnostics/{e.Code}.md.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
