using System.Security.Cryptography;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Tests.Ingestion;

public sealed class RecordIdentityUnitTests
{
    static readonly EventRecord Record = new()
    {
        OccurredAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), Channel = EventChannel.Sms, Direction = EventDirection.Inbound,
        Party = "+4520123456", Body = new string('x', 1000),
    };

    [Fact]
    public void An_id_allocates_nothing()
    {
        using RecordIdentity identity = Under(1);
        StagedEvent row = Staged(identity);
        identity.EventIdOf("source", Record, row);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            identity.EventIdOf("source", Record, row);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_id_follows_from_record_source_and_key_and_from_nothing_before_it()
    {
        using RecordIdentity one = Under(1), again = Under(1), other = Under(2);
        StagedEvent row = Staged(one);
        Guid id = one.EventIdOf("source", Record, row);
        again.ExternalIdOf(new string('a', 32));
        Assert.Equal(id, again.EventIdOf("source", Record, row));
        Assert.NotEqual(id, one.EventIdOf("sourcf", Record, row));
        Assert.NotEqual(id, other.EventIdOf("source", Record, row));
        Assert.Equal(8, id.Version);
    }

    [Fact]
    public void The_id_of_a_line_keeps_its_form_and_number()
    {
        using RecordIdentity one = Under(1), other = Under(2);
        string line = Convert.ToHexStringLower(SHA256.HashData("line"u8)[..16]);
        string first = one.ExternalIdOf(line);
        Assert.Matches("^[0-9a-f]{32}$", first);
        Assert.Equal(first + "#12", one.ExternalIdOf(line + "#12"));
        Assert.NotEqual(first, other.ExternalIdOf(line));
        Assert.NotEqual(line, first);
    }

    static RecordIdentity Under(byte key) => new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, [key, .. new byte[31]]));

    static StagedEvent Staged(RecordIdentity identity)
    {
        RecordValidator validator = new(new IngestSource("source"), Record.OccurredAt) { Identity = identity };
        Assert.Null(validator.TryStage(Record, out StagedEvent row));
        return row;
    }
}
