using System.Security.Cryptography;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Lines;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Lines;

public sealed class LineIdUnitTests
{
    [Fact]
    public void All_notations_of_a_number_identify_the_same_line()
    {
        LineId line = Find("+4532123456", null)!.Value;
        Assert.Equal(line, Find("+45 32 12 34 56", null));
        Assert.Equal(line, Find("32123456", "DK"));
        Assert.Equal(line, Find("0045 32 12 34 56", "DK"));
        Assert.NotEqual(line, Find("+4532123457", null));
        Assert.NotEqual(line, Find("32123456", null));
    }

    [Theory]
    [InlineData("101")]
    [InlineData("sip:anna@example.org")]
    [InlineData("client:anna")]
    [InlineData("*97")]
    [InlineData("Reception")]
    public void Other_texts_identify_a_line_as_they_are_written_in_every_region(string text)
    {
        LineId line = Find(text, null)!.Value;
        Assert.Equal(line, Find(text, "DK"));
        Assert.NotEqual(line, Find(text + " ", null));
        Assert.NotEqual(line, Find(text.ToUpperInvariant() + "x", null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void A_blank_number_identifies_no_line(string? text) => Assert.Null(Find(text, "DK"));

    /// <summary>Stored events refer to these ids: a change of the rule would separate them from their lines.</summary>
    [Fact]
    public void Ids_never_change_and_are_uuids_of_version_8()
    {
        Assert.Equal("9ae93a65-23bc-8d5a-93c1-6a05f7391f4f", $"{Find("+4532123456", null)}");
        Assert.Equal("9201c3bb-ef0a-8855-adff-e9968878db43", $"{Find("101", null)}");
        for (int i = 0; i < 100; i++)
        {
            string id = $"{Find($"{i}", null)}";
            Assert.Equal('8', id[14]);
            Assert.Contains(id[19], "89ab");
        }
    }

    [Fact]
    public void Lines_of_two_orgs_with_the_same_number_have_different_ids() =>
        Assert.NotEqual(Find("+4532123456", null), Find("+4532123456", null, key: 1));

    static LineId? Find(string? number, string? region, byte key = 0)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(
            HashAlgorithmName.SHA256,
            [.. Enumerable.Repeat(key, 32)]
        );
        LineIds ids = new(hash, new PartyNormalizer(region));
        LineId? first = ids.Find(number);
        Assert.Equal(first, ids.Find(number));
        return first;
    }
}
