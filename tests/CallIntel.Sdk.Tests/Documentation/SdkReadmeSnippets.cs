using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of the README of CallIntel.Sdk. <see cref="ReadmeTests"/> compares the two.</summary>
static class SdkReadmeSnippets
{
    internal static async Task UseAsync(
        IHostApplicationBuilder builder,
        string passphrase,
        CallIntelDataSource callIntel,
        OrgId orgId,
        MemberId memberId,
        CancellationToken cancellationToken
    )
    {
        // At startup: the section contains ConnectionString and SigningKeyFile.
        builder
            .Services.AddCallIntel(builder.Configuration.GetSection("CallIntel"))
            .AddFieldEncryption(keys =>
                keys.UseKeyRingFile("/etc/myapp/ring.json", KeyRingProtection.Passphrase(passphrase))
            );

        // In a service: callIntel is the singleton CallIntelDataSource. Your application has authenticated the member.
        await using OrgSession session = await callIntel.OpenSessionAsync(
            new OrgIdentity(orgId, memberId),
            cancellationToken
        );

        // Import a file, or any other IAsyncEnumerable<EventRecord>.
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("pbx", "csv", DefaultRegion: "DK"),
            CsvImporter.ReadAsync("calls.csv", CsvMapping.Load("calls.json"), cancellationToken),
            cancellationToken: cancellationToken
        );
        Console.WriteLine(
            $"{report.Read} read, {report.Inserted} inserted, {report.Duplicate} duplicates, {report.Rejected} rejected"
        );

        // Read a dashboard, and the newest events of one contact.
        DashboardAnswer<VolumePoint> volume = await session.Dashboards.VolumeAsync(
            TimeRange.LastDays(30),
            Grain.Day.In("Europe/Copenhagen"),
            cancellationToken
        );
        if (
            await session.Contacts.FindByNumberAsync("+45 32 12 34 56", cancellationToken: cancellationToken) is
            { } contact
        )
        {
            EventFilter newest = EventFilter.All.ForContact(contact).WithContent().Newest(20);
            await foreach (ConversationEvent e in session.Events.ReadAsync(newest, cancellationToken))
                Console.WriteLine($"{e.OccurredAt:g} {e.Channel} {e.Direction}: {e.Content?.Body}");
        }
    }
}
