using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// The stored data of an org, as its owner reads it. Two loads ended in the same state if their stored states are
/// equal. Random ids and envelopes are not included.
/// </summary>
sealed record StoredState(long Events, long Contents, long Contacts, long Numbers, string Digest)
{
    internal static async Task<StoredState> OfAsync(TestDatabase database, TestOrg org)
    {
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner);
        Dictionary<ContactId, string> numbers = [];
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long contents = 0;
        await foreach (
            ConversationEvent e in owner.Events.ReadAsync(
                EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent()
            )
        )
        {
            if (e.Contact is { } contact && !numbers.ContainsKey(contact))
                numbers.Add(
                    contact,
                    string.Join(',', (await owner.Contacts.ListNumbersAsync(contact)).Select(n => n.Value))
                );
            digest.AppendData(
                Encoding.UTF8.GetBytes(
                    $"{e.Id}|{e.OccurredAt:O}|{e.Channel}|{e.Direction}|{e.Outcome}|{e.Duration}|"
                        + $"{(e.Contact is { } c ? numbers[c] : "")}|{e.Content?.Status}|"
                        + $"{e.Content?.Body}|{e.Content?.Transcript}\n"
                )
            );
            contents += e.Content is null ? 0 : 1;
        }
        return new StoredState(
            await CountAsync(database, org, "events"),
            contents,
            await CountAsync(database, org, "contacts"),
            await CountAsync(database, org, "contact_numbers"),
            Convert.ToHexString(digest.GetHashAndReset())
        );
    }

    internal static async Task<long> CountAsync(TestDatabase database, TestOrg org, string table)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            $"select count(*) from callintel_private.{table} where org_id = $1"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
