using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of <c>README.md</c>. <see cref="ReadmeTests"/> compares the two.</summary>
static class ReadmeSnippets
{
    internal static async Task IngestAndReadAsync(CallIntelDataSource callIntel, OrgId orgId, MemberId memberId)
    {
        await using OrgSession session = await callIntel.OpenSessionAsync(new OrgIdentity(orgId, memberId));

        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("pbx", "csv", DefaultRegion: "DK"),
            CsvImporter.ReadAsync("calls.csv", CsvMapping.Load("calls.json"))
        );

        await foreach (ConversationEvent e in session.Events.ReadAsync(EventFilter.All.WithContent().Newest(20)))
            Console.WriteLine($"{e.OccurredAt:g} {e.Channel} {e.Direction}: {e.Content?.Body}");
    }

    internal static async Task InstallAsync(
        string adminConnectionString,
        string passphrase,
        string appPassword,
        DateOnly firstMonth,
        DateOnly lastMonth
    )
    {
        await using NpgsqlDataSource admin = NpgsqlDataSource.Create(adminConnectionString);
        await new SchemaMigrator(admin).MigrateAsync();

        // Both files are secrets. Copy them to the hosts of the application and nowhere else, and back up the key ring.
        SigningKeyRing keys = new(SigningKey.Create(1));
        keys.Save("/etc/myapp/signing-keys.json");
        KeyRingFileProvider.Create("/etc/myapp/ring.json", KeyRingProtection.Passphrase(passphrase)).Dispose();

        CallIntelOperations operations = new(admin);
        await operations.InstallSigningKeysAsync(keys);
        await operations.SetAppPasswordAsync(appPassword); // the application logs in as callintel_app
        await operations.EnsurePartitionsAsync(firstMonth, lastMonth); // also on a schedule, some months ahead
    }

    internal static void Register(IHostApplicationBuilder builder, string passphrase)
    {
        builder
            .Services.AddCallIntel(builder.Configuration.GetSection("CallIntel")) // ConnectionString, SigningKeyFile
            .AddFieldEncryption(keys =>
                keys.UseKeyRingFile("/etc/myapp/ring.json", KeyRingProtection.Passphrase(passphrase))
            );
    }

    internal static async Task CreateOrgAsync(
        CallIntelDataSource callIntel,
        OrgId orgId,
        MemberId ownerId,
        MemberId memberId
    )
    {
        await callIntel.CreateOrgAsync(orgId, "Example Ltd", ownerId);
        await using OrgSession owner = await callIntel.OpenSessionAsync(new OrgIdentity(orgId, ownerId));
        await owner.Members.SetRoleAsync(memberId, OrgRole.Admin);
    }
}
