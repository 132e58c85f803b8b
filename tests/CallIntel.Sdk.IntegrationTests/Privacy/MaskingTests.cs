using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>
/// Tests that viewers can distinguish contacts but learn neither numbers nor names, by the SDK or by SQL.
/// </summary>
public sealed class MaskingTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_are_masked_for_viewers_and_omit_hidden_contacts()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "labels", 4, 1);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Contacts.SetDisplayNameAsync(contacts[1], null, Cancellation);
        await admin.Privacy.SetAsync(contacts[2], new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);

        IReadOnlyDictionary<ContactId, ContactLabel> clear = await analyst.Contacts.ListLabelsAsync(
            [.. contacts, contacts[0]],
            Cancellation
        );
        Assert.Equal(new ContactLabel("Person 0", ContactLabelKind.Name), clear[contacts[0]]);
        Assert.Equal(new ContactLabel(NumberOf(1), ContactLabelKind.Number), clear[contacts[1]]);
        IReadOnlyDictionary<ContactId, ContactLabel> masked = await viewer.Contacts.ListLabelsAsync(
            contacts,
            Cancellation
        );
        Assert.Equal([contacts[0], contacts[1], contacts[3]], clear.Keys.OrderBy(c => Array.IndexOf(contacts, c)));
        Assert.Equal(clear.Keys.ToHashSet(), masked.Keys.ToHashSet());
        Assert.All(masked.Values, label => Assert.Matches("^Contact [0-9A-F]{4}-[0-9A-F]{4}$", label.Text));
        Assert.All(masked.Values, label => Assert.Equal(ContactLabelKind.Masked, label.Kind));
        Assert.Equal(3, masked.Values.Distinct().Count());
        Assert.DoesNotContain("Person", clear[contacts[0]].ToString(), StringComparison.Ordinal);

        await admin.Keys.CryptoShredAsync(contacts[3], Cancellation);
        Assert.Equal(
            ContactLabelKind.Masked,
            (await admin.Contacts.ListLabelsAsync(contacts, Cancellation))[contacts[3]].Kind
        );
        Assert.Empty(await viewer.Contacts.ListLabelsAsync([], Cancellation));
    }

    [Fact]
    public async Task Viewers_cannot_get_a_number_a_name_or_an_envelope_by_any_call_or_statement()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "viewing", 1);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Assert.Null(await viewer.Contacts.FindByNumberAsync(NumberOf(0), cancellationToken: Cancellation));
        Assert.Empty(await viewer.Contacts.ListNumbersAsync(contacts[0], Cancellation));
        Assert.Null(await viewer.Contacts.FindDisplayNameAsync(contacts[0], Cancellation));
        Assert.Equal(
            (3, 0),
            (await EventsWithAsync(viewer, contacts[0]), await ContentsWithAsync(viewer, contacts[0]))
        );

        foreach (string table in await AccessMatrix.TablesAsync(fixture.Database, Cancellation))
        {
            List<string> rows = await viewer
                .QueryAsync(
                    $"select t::text from callintel.{table} t",
                    row => row.GetString(0),
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation);
            // an envelope begins with c10100 or c10101
            Assert.DoesNotContain(rows, row =>
                row.Contains("\\xc101", StringComparison.Ordinal)
                || row.Contains("Person", StringComparison.Ordinal)
                || row.Contains("+4520", StringComparison.Ordinal)
            );
        }
        byte[] key = await ScalarAsync<byte[]>(
            fixture.Database,
            "select key_id from callintel_private.data_keys where org_id = $1 limit 1",
            org.Id.Value
        );
        await RefusedAsync(ErrorCodes.NotAllowed, () =>
            viewer
                .QueryAsync(
                    "select 1 from callintel.fetch_data_keys(array[$1])",
                    _ => 1,
                    [key],
                    cancellationToken: Cancellation
                )
                .ToListAsync(Cancellation)
                .AsTask()
        );
    }
}
