using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Tests.Ingestion;

public sealed class RecordIdentityUnitTests
{
    static readonly EventRecord Record = new()
    {
        OccurredAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Channel = EventChannel.Sms,
        Direction = EventDirection.Inbound,
        Party = "+4520123456",
        Body = new string('x', 1000),
    };

    [Fact]
    public void Computing_a_record_id_allocates_no_memory()
    {
        using RecordIdentity identity = Under(1);
        identity.EventIdOf("source", Record);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            identity.EventIdOf("source", Record);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_record_id_depends_only_on_record_source_and_key()
    {
        using RecordIdentity one = Under(1),
            again = Under(1),
            other = Under(2);
        Guid id = one.EventIdOf("source", Record);
        again.ExternalIdOf(new string('a', 32));
        Assert.Equal(id, again.EventIdOf("source", Record));
        Assert.NotEqual(id, one.EventIdOf("sourcf", Record));
        Assert.NotEqual(id, other.EventIdOf("source", Record));
        Assert.Equal(8, id.Version);
    }

    /// <summary>The rule is frozen: another id would store old files a second time.</summary>
    [Fact]
    public void The_party_counts_as_the_source_wrote_it_whatever_the_normalizer_makes_of_it()
    {
        using RecordIdentity identity = Under(1);
        Guid IdOf(string? party, PartyKind kind = PartyKind.Number) =>
            identity.EventIdOf("source", Record with { Party = party, PartyKind = kind });

        Assert.Equal(new Guid("019c21ac-e950-8db7-ac18-e70abeb9f0ba"), IdOf("+45 20 12 34 56"));
        Assert.Equal(IdOf("+4520123456"), IdOf(" +4520123456\t", PartyKind.OpaqueId));
        Assert.NotEqual(IdOf("+4520123456"), IdOf("+45 20123456"));
        Assert.NotEqual(IdOf(""), IdOf(null));
    }

    [Theory]
    [InlineData(1, "x")]
    [InlineData(511, "æ")]
    [InlineData(300, "日")]
    [InlineData(129, "😀")]
    public void The_complete_text_of_an_id_is_hashed_regardless_of_its_length(int count, string letter)
    {
        string body = string.Concat(Enumerable.Repeat(letter, count));
        byte[] hashed =
        [
            .. Facts(Record with { Body = body }),
            .. Text("source"),
            .. Text("+4520123456"),
            .. Text(body),
            .. Text(null),
            .. Text(null),
        ];
        byte[] digest = HMACSHA256.HashData((byte[])[1, .. new byte[31]], hashed);
        using RecordIdentity identity = Under(1);
        Assert.Equal(
            EventId.From(Record.OccurredAt, digest),
            identity.EventIdOf("source", Record with { Body = body })
        );
    }

    [Fact]
    public void The_id_of_a_line_keeps_its_format_and_number()
    {
        using RecordIdentity one = Under(1),
            other = Under(2);
        string line = Convert.ToHexStringLower(SHA256.HashData("line"u8)[..16]);
        string first = one.ExternalIdOf(line);
        Assert.Matches("^[0-9a-f]{32}$", first);
        Assert.Equal(first + "#12", one.ExternalIdOf(line + "#12"));
        Assert.NotEqual(first, other.ExternalIdOf(line));
        Assert.NotEqual(line, first);
    }

    static byte[] Facts(EventRecord record)
    {
        byte[] facts = new byte[37];
        (facts[0], facts[1], facts[2]) = (1, (byte)record.Channel, (byte)record.Direction);
        BinaryPrimitives.WriteInt64BigEndian(facts.AsSpan(29), record.OccurredAt.UtcTicks);
        return facts;
    }

    static byte[] Text(string? text)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        return [.. length, .. Encoding.UTF8.GetBytes(text ?? "")];
    }

    static RecordIdentity Under(byte key) =>
        new(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, [key, .. new byte[31]]));
}
