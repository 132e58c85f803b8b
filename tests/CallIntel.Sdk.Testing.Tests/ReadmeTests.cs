using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Tests.Documentation;

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>The README of the package.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void Its_snippet_is_the_code_of_the_next_test() =>
        Documents.AssertSnippetsAreCompiled(
            "src/CallIntel.Sdk.Testing/README.md",
            "tests/CallIntel.Sdk.Testing.Tests/ReadmeTests.cs"
        );

    // The snippet has no cancellation tokens, because a reader's test framework may have none.
#pragma warning disable xUnit1051
    [Fact]
    public async Task Its_snippet_stores_a_message_once()
    {
        // Once for all tests.
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server);

        // For each test: a database of its own, and an org with one member of every role.
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("Example Ltd");

        EventRecord message = new()
        {
            OccurredAt = new DateTimeOffset(2026, 1, 5, 9, 30, 0, TimeSpan.Zero),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = "+45 32 12 34 56",
            ExternalId = "message-1",
            Body = "See you at nine",
        };
        await using OrgSession ingester = await org.OpenSessionAsync(OrgRole.Ingester);
        IngestReport first = await ingester.Ingestion.WriteAsync(new IngestSource("gateway"), [message]);
        IngestReport second = await ingester.Ingestion.WriteAsync(new IngestSource("gateway"), [message]);
        // first.Inserted is 1, and second.Duplicate is 1

        Assert.Equal(1, first.Inserted);
        Assert.Equal(1, second.Duplicate);
    }
}
