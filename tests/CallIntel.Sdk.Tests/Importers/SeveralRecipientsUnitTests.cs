using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>A field with several numbers loses none of them.</summary>
public sealed class SeveralRecipientsUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("+4532123456; +4532123457", "+4532123457")]
    [InlineData("+4532123456,+45 32 12 34 57,+4532123458", "+45 32 12 34 57,+4532123458")]
    [InlineData("+4532123456~+4532123457", "+4532123457")]
    [InlineData("32123456;32123457", "32123457")]
    [InlineData("+4532123456", "")]
    [InlineData("+4532123456;ext=12", "")]
    [InlineData("2015550123,,1234#", "")]
    [InlineData("2015550123,1234567", "")] // dialed when the call is connected
    [InlineData("Berg, Anna", "")]
    [InlineData("12;34", "")]
    public async Task A_text_message_to_several_people_has_each_of_them_as_a_party(string address, string others)
    {
        List<EventRecord> records = await FileImport
            .ReadAsync(
                Utf8($"<smses><sms address=\"{address}\" date=\"1767607200000\" type=\"2\" body=\"x\" /></smses>"),
                new(),
                Cancellation
            )
            .ToListAsync(Cancellation);

        Assert.Equal(others, string.Join(',', Assert.Single(records).OtherParties.Select(party => party.Address)));
        Assert.Equal(address, records[0].Party); // the id of the record depends on it
    }

    [Theory]
    [InlineData(PartyKind.Number, "+4532123457")]
    [InlineData(PartyKind.NumberOrId, "+4532123457")]
    [InlineData(PartyKind.OpaqueId, "")]
    public async Task A_mapped_field_with_several_numbers_has_each_of_them_as_a_party(PartyKind kind, string others)
    {
        CsvMapping mapping = Messages();
        mapping.Party!.Kind = kind;

        EventRecord record = Assert.Single(
            await ReadAsync("time,from,text\n2026-01-05T10:00:00Z,+4532123456;+4532123457,x\n", mapping)
        );

        Assert.Equal(others, string.Join(',', record.OtherParties.Select(party => party.Address)));
    }

    [Fact]
    public async Task The_placeholder_of_the_own_number_is_no_party()
    {
        EventRecord record = Assert.Single(
            await FileImport
                .ReadAsync(
                    Utf8(
                        "<smses><mms date=\"1767607200000\" msg_box=\"1\" m_type=\"132\" "
                            + "address=\"insert-address-token\">"
                            + "<parts><part ct=\"text/plain\" text=\"hi\" /></parts><addrs>"
                            + "<addr address=\"+4532123456\" type=\"137\" />"
                            + "<addr address=\"insert-address-token\" type=\"151\" /></addrs></mms></smses>"
                    ),
                    new(),
                    Cancellation
                )
                .ToListAsync(Cancellation)
        );

        Assert.Equal(("+4532123456", 0), (record.Party, record.OtherParties.Count));
    }
}
