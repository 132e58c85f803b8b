using CallIntel.Sdk;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of docs/guides/contacts.md. <see cref="ReadmeTests"/> compares the two.</summary>
static class ContactsSnippets
{
    internal static async Task MergeAsync(OrgSession session)
    {
        ContactId? mobile = await session.Contacts.FindByNumberAsync("+4520000001");
        ContactId? office = await session.Contacts.FindByNumberAsync("+4532000002");
        if (mobile is { } from && office is { } into)
        {
            ContactMerge merge = await session.Contacts.MergeAsync(from, into);
            Console.WriteLine($"{merge.Events} events moved to {merge.Contact}");
        }

        // later, if that was a mistake
        if (mobile is { } again && await session.Contacts.FindSurvivorAsync(again) != again)
            await session.Contacts.SplitAsync(again);
    }

    internal static async Task ReplaceAsync(OrgSession session, ContactId contact)
    {
        await session.Contacts.ReplaceNumberAsync(contact, from: "+45 29 83 74 61", to: "+45 31 31 31 31");
    }
}
