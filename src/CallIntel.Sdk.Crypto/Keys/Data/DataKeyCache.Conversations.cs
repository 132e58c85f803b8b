namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    /// <summary>The keys of the people for whom new keys of conversations are wrapped.</summary>
    sealed class Parties(DataKeySet<KeySubject>? keys) : IDisposable
    {
        /// <summary>
        /// Whether a conversation can have a key: its author's key is not destroyed, nor are the keys of all parties.
        /// </summary>
        internal bool CanWrap(KeyConversation conversation) =>
            conversation.Author is { } author
                ? StatusOf(author) != KeyLookup.CryptoShredded
                : conversation.Parties.Any(party => StatusOf(party) != KeyLookup.CryptoShredded);

        /// <summary>Wraps a key for all parties whose keys are not destroyed.</summary>
        /// <exception cref="CallIntelException">
        /// <see cref="CryptoErrorCodes.DataKeyUnwrapFailed"/>: the key of a party cannot be used.
        /// </exception>
        internal byte[] Wrap(DataKey key, KeyConversation conversation) =>
            ConversationWrapping.Wrap(
                key,
                [
                    .. conversation
                        .Parties.Where(party => StatusOf(party) != KeyLookup.CryptoShredded)
                        .Select(party =>
                            keys![KeySubject.Person(party)].Loaded ?? throw DataKeyWrapping.UnwrapFailed()
                        ),
                ],
                conversation.Author
            );

        public void Dispose() => keys?.Dispose();

        KeyLookup StatusOf(Guid party) => keys![KeySubject.Person(party)].Status;
    }

    /// <summary>
    /// Rents the keys of the parties of conversations that need a new key. Removes from the list, and reports as
    /// crypto-shredded, the conversations that nobody could read.
    /// </summary>
    async Task<Parties> RentPartiesAsync(KeyLoad<KeySubject> load, List<KeyDemand> missing)
    {
        Guid[] people = [.. missing.SelectMany(d => d.Conversation?.Parties ?? []).Distinct()];
        if (people.Length == 0)
            return new Parties(null);

        Parties parties = new(
            await RentForEncryptionAsync(
                    load.OrgId,
                    [.. people.Select(person => new KeyDemand(KeySubject.Person(person), 1))]
                )
                .ConfigureAwait(false)
        );
        foreach (KeyDemand demand in missing)
        {
            if (demand.Conversation is { } conversation && !parties.CanWrap(conversation))
                SetResult(load, demand.Subject, new DataKeyRef(KeyLookup.CryptoShredded, null));
        }

        missing.RemoveAll(d => d.Conversation is { } conversation && !parties.CanWrap(conversation));
        return parties;
    }
}
