using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using PhoneNumbers;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Removes the texts of rejected records that contain a suppressed number, in any notation, before they are encrypted.
/// A rejected record has no contact, so nothing else would keep the number out.
/// </summary>
/// <remarks>
/// The list contains keyed digests, so every part of a text that can be a number is hashed: all runs of 7 to 15 digits,
/// without the characters between them, and with the country code of the source in front; and the words of the text as
/// they are. Not thread-safe. Use one instance per run.
/// </remarks>
sealed class SuppressedTexts(SessionTransport session, IngestSource source, IIngestProtection protection)
{
    /// <summary>A text with more digits is not searched but removed.</summary>
    internal const int MostDigits = 1000;

    const int FewestInNumber = 7,
        MostInNumber = 15,
        FewestInNationalNumber = 5;

    const string Sql = "select list_version, number_digests from callintel.read_suppressed_digests($1)";

    static readonly char[] BetweenWords = [' ', '\t', '\r', '\n', ',', ';', '"', '\'', '<', '>', '=', '|', '\u00a0'];

    readonly PartyNormalizer _parties = new(source.DefaultRegion);
    readonly string _countryCode = CountryCodeOf(source.DefaultRegion);
    HashSet<Guid> _digests = [];
    long? _version;

    internal static string[] PartiesOf(EventRecord record) =>
        [
            .. record
                .OtherParties.Select(party => party.Address)
                .Prepend(record.Party)
                .OfType<string>()
                .Where(text => text.Length > 0),
        ];

    internal async Task RemoveAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Rejects.Exists(reject => reject.Raw is not null))
            return;
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        batch.ComparedVersion = _version;
        if (_digests.Count == 0)
            return;
        for (int i = 0; i < batch.Rejects.Count; i++)
            if (
                batch.Rejects[i] is { Raw: not null } reject
                && await IsSuppressedAsync(reject, cancellationToken).ConfigureAwait(false)
            )
            {
                ref Reject stored = ref CollectionsMarshal.AsSpan(batch.Rejects)[i];
                (stored.Raw, stored.Detail) = (null, null);
            }
    }

    /// <summary>Reads the list of suppressed numbers if it has changed since the batch before.</summary>
    async Task LoadAsync(CancellationToken cancellationToken)
    {
        (long version, Guid[]? digests) = (
            await session
                .ListAsync(
                    new NpgsqlBatchCommand(Sql).With(_version),
                    row => (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<Guid[]>(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
        _version = version;
        if (digests is not null)
            _digests = [.. digests];
    }

    async Task<bool> IsSuppressedAsync(Reject reject, CancellationToken cancellationToken)
    {
        HashSet<PartyAddress> candidates = [];
        foreach (string party in reject.Parties)
            Add(candidates, party);
        if (!TryFindNumbers(Encoding.UTF8.GetString(reject.Raw!), _countryCode, candidates, Add))
            return true;
        Guid[] digests = await protection
            .SuppressionDigestsAsync([.. candidates], cancellationToken)
            .ConfigureAwait(false);
        return Array.Exists(digests, _digests.Contains);
    }

    void Add(HashSet<PartyAddress> candidates, string text)
    {
        if (_parties.Normalize(text, PartyKind.NumberOrId)?.Address is { } address)
            candidates.Add(address);
        if (_parties.Normalize(text, PartyKind.OpaqueId)?.Address is { } id)
            candidates.Add(id);
    }

    /// <returns><see langword="false"/> if the text has too many digits to be searched.</returns>
    internal static bool TryFindNumbers(
        string text,
        string countryCode,
        HashSet<PartyAddress> candidates,
        Action<HashSet<PartyAddress>, string> addWord
    )
    {
        StringBuilder only = new();
        foreach (char c in text)
            if (char.IsDigit(c))
                only.Append((int)CharUnicodeInfo.GetNumericValue(c));
        if (only.Length > MostDigits)
            return false;
        string digits = only.ToString();
        for (int first = 0; first < digits.Length; first++)
        {
            int most = Math.Min(MostInNumber, digits.Length - first);
            for (int length = FewestInNumber; length <= most && digits[first] != '0'; length++)
                AddNumber(digits.AsSpan(first, length), "");
            most = Math.Min(MostInNumber - countryCode.Length, digits.Length - first);
            for (int length = FewestInNationalNumber; length <= most && countryCode.Length > 0; length++)
                AddNumber(digits.AsSpan(first, length), countryCode);
        }
        foreach (string word in text.Split(BetweenWords, StringSplitOptions.RemoveEmptyEntries).Distinct())
            addWord(candidates, word);
        return true;

        void AddNumber(ReadOnlySpan<char> number, string before)
        {
            PartyAddress address = new(NumberKind.E164, $"+{before}{number}");
            if (address.CanBeIndexed)
                candidates.Add(address);
        }
    }

    /// <returns>The country code of national numbers; empty if the source has no region.</returns>
    static string CountryCodeOf(string? region) =>
        PhoneRegion.Check(region) is { } known
        && PhoneNumberUtil.GetInstance().GetCountryCodeForRegion(known) is > 0 and int code
            ? code.ToString(CultureInfo.InvariantCulture)
            : "";
}
