using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Legs of RingCentral's calls.</summary>
public sealed class RingCentralImporterUnitTests
{
    const string Same =
            "{'direction':'Inbound','from':{'phoneNumber':'+4532123456'},'to':{'phoneNumber':'+4520101010'}}",
        Master = "{'master':true,'direction':'Inbound','from':{'phoneNumber':'+4532123456'}}",
        Agent = "{'direction':'Outbound','to':{'phoneNumber':'+4540506070'},'legType':'FindMe'}";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Same, "")]
    [InlineData(Same + "," + Agent, "+4540506070")]
    [InlineData(Agent + "," + Agent, "+4540506070 +4540506070")] // no leg repeats the call
    [InlineData(Master + "," + Agent, "+4540506070")]
    [InlineData(Agent + "," + Master, "+4540506070")]
    [InlineData(Master + "," + Same, "+4532123456")] // a leg of its own beside the master
    public async Task The_leg_that_repeats_the_call_is_not_another_party(string legs, string expected)
    {
        string call =
            "{'id':'1','sessionId':'7','startTime':'2026-01-05T10:00:00Z','direction':'Inbound','result':'Accepted',"
            + $"'from':{{'phoneNumber':'+4532123456'}},'to':{{'phoneNumber':'+4520101010'}},'legs':[{legs}]}}";
        EventRecord record = Assert.Single(
            await RingCentralImporter
                .ReadAsync(Importing.Utf8(call.Replace('\'', '"')), cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Equal(expected, string.Join(' ', record.OtherParties.Select(party => party.Address)));
        Assert.Equal("7", record.Details?.ConversationId);
    }
}
