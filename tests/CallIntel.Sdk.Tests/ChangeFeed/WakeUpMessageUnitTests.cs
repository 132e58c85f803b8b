using System.Buffers.Text;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.ChangeFeed;

/// <summary>Tests what a notification tells: the orgs to a holder of the key, and nothing to anybody else.</summary>
public sealed class WakeUpMessageUnitTests
{
    static readonly SigningKey Key = SigningKey.Create(7);
    static readonly byte[] Sender = [1, 2, 3, 4, 5, 6, 7, 8],
        Reader = [8, 7, 6, 5, 4, 3, 2, 1];
    static readonly OrgId[] Orgs =
    [
        .. Enumerable.Range(0, WakeUpMessage.MaxOrgs).Select(i => new OrgId(new Guid(i + 1, 0, 0, new byte[8]))),
    ];

    [Fact]
    public void A_holder_of_the_key_reads_the_orgs_that_it_follows()
    {
        string payload = WakeUpMessage.Create(Key, Sender, 1, Orgs[..3]);
        Assert.Equal([Orgs[1], Orgs[2]], WakeUpMessage.Read(payload, [SigningKey.Create(6), Key], Reader, Orgs[1..9]));
        Assert.Empty(WakeUpMessage.Read(payload, [Key], Reader, Orgs[3..]));
    }

    [Fact]
    public void The_largest_message_fits_into_a_notification_of_PostgreSQL()
    {
        string payload = WakeUpMessage.Create(Key, Sender, long.MaxValue, Orgs);
        Assert.True(payload.Length < 8000, $"{payload.Length} characters");
        Assert.Equal(Orgs, WakeUpMessage.Read(payload, [Key], Reader, Orgs));
    }

    [Fact]
    public void The_messages_of_the_process_itself_are_ignored() =>
        Assert.Empty(WakeUpMessage.Read(WakeUpMessage.Create(Key, Sender, 1, Orgs[..1]), [Key], Sender, Orgs));

    [Fact]
    public void Without_the_key_nobody_reads_or_creates_a_message()
    {
        SigningKey other = SigningKey.Create(7);
        Assert.Empty(WakeUpMessage.Read(WakeUpMessage.Create(other, Sender, 1, Orgs), [Key], Reader, Orgs));
        Assert.Empty(WakeUpMessage.Read(WakeUpMessage.Create(Key, Sender, 1, Orgs), [other], Reader, Orgs));
        Assert.Empty(
            WakeUpMessage.Read(WakeUpMessage.Create(Key, Sender, 1, Orgs), [SigningKey.Create(8)], Reader, Orgs)
        );
    }

    [Fact]
    public void Two_messages_about_one_org_have_nothing_in_common_but_their_sender()
    {
        byte[] first = Base64Url.DecodeFromChars(WakeUpMessage.Create(Key, Sender, 1, Orgs[..1])),
            second = Base64Url.DecodeFromChars(WakeUpMessage.Create(Key, Sender, 2, Orgs[..1]));
        Assert.NotEqual(first[^8..], second[^8..]);
        Assert.Equal(first[..9], second[..9]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("not base64!")]
    [InlineData("BwECAwQFBgcIAAAAAAAAAAE")]
    [InlineData("BwECAwQFBgcIAAAAAAAAAAEAAAA")]
    public void Malformed_messages_are_ignored(string payload) =>
        Assert.Empty(WakeUpMessage.Read(payload, [Key], Reader, Orgs));

    [Fact]
    public void A_message_that_was_changed_anywhere_names_no_org()
    {
        byte[] message = Base64Url.DecodeFromChars(WakeUpMessage.Create(Key, Sender, 1, Orgs[..1]));
        for (int i = 0; i < message.Length; i++)
        {
            byte[] changed = [.. message];
            changed[i] ^= 1;
            Assert.Empty(WakeUpMessage.Read(Base64Url.EncodeToString(changed), [Key], Reader, Orgs[..1]));
        }
    }
}
