using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Tests.Contacts;

public sealed class PartyNormalizerUnitTests
{
    static NormalizedParty Read(string text, string? region, PartyKind kind = PartyKind.Number) =>
        Assert.NotNull(new PartyNormalizer(region).Normalize(text, kind));

    [Theory]
    [InlineData("+45 20 12 34 56", null, "+4520123456")]
    [InlineData("20123456", "DK", "+4520123456")]
    [InlineData("4520123456", "DK", "+4520123456")]
    // further recipients are parties of their own
    [InlineData("+45 32 12 34 56; +45 32 12 34 57", null, "+4532123456")]
    [InlineData("+4532123456,+4532123457", null, "+4532123456")]
    [InlineData("+4532123456 ~ +4532123457", null, "+4532123456")]
    [InlineData("2015550123|2015550124", "US", "+12015550123")]
    // what is dialed when the call is connected
    [InlineData("2015550123,1234", "US", "+12015550123")]
    // international, without the plus
    [InlineData("4532123456", "US", "+4532123456")]
    [InlineData("447400123456", "US", "+447400123456")]
    [InlineData("12015550123", "GB", "+12015550123")]
    // the code of the region instead of its trunk prefix
    [InlineData("4917012345678", "DE", "+4917012345678")]
    [InlineData("017012345678", "DE", "+4917012345678")]
    [InlineData("436641234567", "AT", "+436641234567")]
    // numbers that became quantities
    [InlineData("4.47400123456E+11", "GB", "+447400123456")]
    [InlineData("4,47400123456e+11", "GB", "+447400123456")]
    [InlineData("447400123456.0", "GB", "+447400123456")]
    [InlineData("7400123456.0", "GB", "+447400123456")]
    [InlineData("447400123456,00", "GB", "+447400123456")]
    [InlineData("447,400,123,456", "GB", "+447400123456")]
    [InlineData("=+447400123456", null, "+447400123456")]
    [InlineData("=447400123456", "GB", "+447400123456")]
    // the region comes first
    [InlineData("2125550123", "US", "+12125550123")]
    [InlineData("whatsapp:+5215512345678", null, "+525512345678")]
    [InlineData("whatsapp:+525512345678", null, "+525512345678")]
    [InlineData("+52 1 55 1234 5678", "MX", "+525512345678")]
    [InlineData("+54 9 11 2345 6789", null, "+5491123456789")]
    [InlineData("+54 11 15 2345 6789", null, "+5491123456789")]
    [InlineData("011 15-2345-6789", "AR", "+5491123456789")]
    [InlineData("+55 11 98765-4321", null, "+5511987654321")]
    [InlineData("+55 11 8765-4321", null, "+5511987654321")]
    [InlineData("+55 11 3456-7890", null, "+551134567890")]
    [InlineData("tel:+1-201-555-0123;ext=5", null, "+12015550123")]
    [InlineData("tel:201-555-0123;phone-context=+1", null, "+12015550123")]
    [InlineData("TEL:+12015550123", null, "+12015550123")]
    [InlineData("sip:+12015550123@example.com;user=phone", null, "+12015550123")]
    [InlineData("sips:%2B12015550123@example.com", null, "+12015550123")]
    [InlineData("\"Anna\" <sip:2015550123@pbx.example>", "US", "+12015550123")]
    [InlineData("Anna <+12015550123>", null, "+12015550123")]
    [InlineData("Anna Berg (+12015550123)", null, "+12015550123")]
    [InlineData("Berg, Anna (201-555-0123)", "US", "+12015550123")]
    [InlineData("12015550123@s.whatsapp.net", null, "+12015550123")]
    [InlineData("sms:+12015550123", null, "+12015550123")]
    [InlineData("+44 (0)20 7946 0018", null, "+442079460018")]
    [InlineData("+45 (0) 20123456", null, "+4520123456")]
    [InlineData("+49 (0) 30 123456", null, "+4930123456")]
    [InlineData("0044 20 7946 0018", null, "+442079460018")]
    [InlineData("0044 20 7946 0018", "US", "+442079460018")]
    [InlineData("011 44 20 7946 0018", "US", "+442079460018")]
    [InlineData("9011442079460018", "US", "+442079460018")]
    [InlineData("912015550123", "US", "+12015550123")]
    [InlineData("92015550123", "US", "+12015550123")]
    [InlineData("920123456", "DK", "+4520123456")]
    [InlineData("020123456", "DK", "+4520123456")]
    [InlineData("000442079460018", "DE", "+442079460018")]
    [InlineData("(201) 555-0123", "US", "+12015550123")]
    [InlineData("201.555.0123", "us", "+12015550123")]
    [InlineData("(201) 555-0123 x12", "US", "+12015550123")]
    [InlineData("+1 201 555 0123 ext. 12", null, "+12015550123")]
    [InlineData("+12015550123;12", null, "+12015550123")]
    [InlineData("1-800-FLOWERS", "US", "+18003569377")]
    [InlineData("030 123456", "DE", "+4930123456")]
    [InlineData("5551234", "IS", "+3545551234")]
    [InlineData("\u202A+45 20 12 34 56\u202C", null, "+4520123456")]
    [InlineData("=\"+4520123456\"", null, "+4520123456")]
    [InlineData("'+4520123456", null, "+4520123456")]
    public void Numbers_have_one_form_in_all_notations(string text, string? region, string expected) =>
        Assert.Equal(new NormalizedParty(new PartyAddress(NumberKind.E164, expected), false), Read(text, region));

    [Theory]
    [InlineData("555-0123", "US")]
    [InlineData("5550123", "US")]
    [InlineData("95550123", "US")]
    [InlineData("5550123", null)]
    [InlineData("201 555 0123", null)]
    [InlineData("1234567", "SE")]
    [InlineData("123 4567", "GB")]
    [InlineData("9123 4567", "AU")]
    [InlineData("1234 5678", "MX")]
    [InlineData("3456-7890", "BR")]
    [InlineData("7654321", "DE")]
    [InlineData("no-number-at-all!", null)]
    [InlineData("???", "US")]
    [InlineData("+1415XXXX123", null)]
    [InlineData("+1 415 *** 0123", "US")]
    [InlineData("+99999999999999999999", null)]
    public void A_party_that_is_no_number_is_kept_as_it_is_written_and_flagged(string text, string? region)
    {
        NormalizedParty party = Read(text, region);

        Assert.Equal(new PartyAddress(NumberKind.OpaqueId, text), party.Address);
        Assert.True(party.IsUnrecognized);
    }

    [Theory]
    [InlineData("client:anna")]
    [InlineData("sip:anna@example.com")]
    [InlineData("sip:101@pbx.example")]
    [InlineData("anna@example.com")]
    public void Addresses_are_ids_and_not_flagged(string text) =>
        Assert.Equal(
            new NormalizedParty(new PartyAddress(NumberKind.OpaqueId, text), IsUnrecognized: false),
            Read(text, "US")
        );

    [Fact]
    public void A_text_that_can_be_an_id_is_flagged_only_if_it_looks_like_a_number()
    {
        Assert.False(Read("*97", "US", PartyKind.NumberOrId).IsUnrecognized);
        Assert.False(Read("Local/101@from-queue", "US", PartyKind.NumberOrId).IsUnrecognized);
        Assert.True(Read("555-0123", "US", PartyKind.NumberOrId).IsUnrecognized);
        Assert.Equal(NumberKind.E164, Read("sip:+4520123456@x", null, PartyKind.NumberOrId).Address!.Value.Kind);
    }

    [Theory]
    [InlineData("12345", "US", NumberKind.ShortCode, "US:12345")]
    [InlineData("1204", null, NumberKind.ShortCode, "1204")]
    [InlineData("T-Mobile", "US", NumberKind.Alphanumeric, "T-MOBILE")]
    [InlineData("H&M", null, NumberKind.Alphanumeric, "H&M")]
    [InlineData("24SevenTaxi", "US", NumberKind.Alphanumeric, "24SEVENTAXI")]
    public void Short_codes_and_senders_are_recognized(string text, string? region, NumberKind kind, string expected) =>
        Assert.Equal(new NormalizedParty(new PartyAddress(kind, expected), false), Read(text, region));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("anonymous")]
    [InlineData("Anonymous")]
    [InlineData("<anonymous>")]
    [InlineData("(Unknown)")]
    [InlineData("PRIVATE NUMBER")]
    [InlineData("private_number")]
    [InlineData("Restricted")]
    [InlineData("Unavailable")]
    [InlineData("blocked")]
    [InlineData("withheld")]
    [InlineData("No Caller ID")]
    [InlineData("-1")]
    [InlineData("-2")]
    [InlineData("+266696687")]
    [InlineData("+7378742833")]
    [InlineData("+2562533")]
    [InlineData("+8656696")]
    [InlineData("+86282452253")]
    [InlineData("whatsapp:anonymous")]
    [InlineData("sip:anonymous@anonymous.invalid")]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>")]
    [InlineData("Unbekannt")]
    [InlineData("UNTERDRÜCKT")]
    [InlineData("anonyme")]
    [InlineData("Privé")]
    [InlineData("Numéro masqué")]
    [InlineData("Inconnu")]
    [InlineData("Número desconocido")]
    [InlineData("numero desconocido")]
    [InlineData("Oculto")]
    [InlineData("sconosciuto")]
    [InlineData("Privato")]
    [InlineData("onbekend")]
    [InlineData("Ukendt nummer")]
    [InlineData("Hemligt nummer")]
    [InlineData("Tuntematon")]
    [InlineData("Numer zastrzeżony")]
    [InlineData("Неизвестный")]
    [InlineData("非通知")]
    [InlineData("발신번호 표시제한")]
    public void Words_and_codes_for_a_withheld_number_are_one_table(string text)
    {
        foreach (PartyKind kind in (PartyKind[])[PartyKind.Number, PartyKind.NumberOrId])
            Assert.Equal(NormalizedParty.Withheld, Read(text, "US", kind));
    }

    [Fact]
    public void An_id_of_the_source_is_used_unchanged() =>
        Assert.Equal(
            new PartyAddress(NumberKind.OpaqueId, "anonymous"),
            Read("anonymous", "US", PartyKind.OpaqueId).Address
        );

    [Theory]
    [InlineData("us", "US")]
    [InlineData(" dk ", "DK")]
    public void A_region_is_read_in_any_case(string region, string expected) =>
        Assert.Equal(expected, new IngestSource("pbx", DefaultRegion: region).DefaultRegion);

    [Theory]
    [InlineData("USA")]
    [InlineData("UK")]
    [InlineData("Denmark")]
    [InlineData("45")]
    [InlineData("")]
    public void An_unknown_region_is_refused_with_a_remedy(string region)
    {
        CallIntelException refused = Assert.Throws<CallIntelException>(() =>
            new IngestSource("pbx", DefaultRegion: region)
        );

        Assert.Equal(ErrorCodes.InvalidMapping, refused.Code);
        Assert.Contains("two-letter", refused.Message, StringComparison.Ordinal);
    }
}
