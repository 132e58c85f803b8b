using System.Globalization;
using System.Text;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using PhoneNumbers;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// Finds rejected records that contain one of the numbers, in any notation. A text is searched without the characters
/// between digits, so it can match by chance; such a text is removed too.
/// </summary>
sealed class RejectScan(SessionTransport session, OrgEncryption encryption)
{
    const int PageSize = 200;

    /// <summary>A shorter number is searched for as the source wrote it.</summary>
    const int FewestDigits = 6;

    const string Sql = "select run_id, ordinal, raw from callintel.read_rejects_to_erase($1, $2, $3)";

    static readonly ProtectedRead Read = new(Sql, 3, [new("raw", ProtectedFields.RejectedRecord)], others: "run_id");

    readonly record struct Stored(Guid Run, long Ordinal, byte[] Raw);

    /// <returns>The number of texts removed.</returns>
    internal async Task<long> RedactAsync(
        Guid request,
        IReadOnlyCollection<PartyAddress> numbers,
        CancellationToken cancellationToken
    )
    {
        if (numbers.Count == 0)
            return 0;
        string[] digits = [.. numbers.SelectMany(DigitsOf).Distinct()];
        string[] texts = [.. numbers.Where(n => !DigitsOf(n).Any()).Select(n => n.Value)];
        AccessReason reason = encryption.Gate.Reason(AccessPurpose.SubjectRequest);
        long redacted = 0;
        for ((Guid Run, long Ordinal)? after = null; ; )
        {
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(Sql).With(after?.Run, after?.Ordinal, PageSize);
            (List<Stored> page, FiledAccess? access) = await encryption
                .Gate.ListAsync(
                    new ProtectedCall<Stored>(Read, command, row => new Stored(
                        row.GetGuid(0),
                        row.GetInt64(1),
                        row.GetFieldValue<byte[]>(2)
                    )),
                    reason,
                    cancellationToken
                )
                .ConfigureAwait(false);
            List<Stored> found = [];
            using (
                DecryptionScope scope = await encryption
                    .OpenAsync(access, page.Select(r => r.Raw), cancellationToken)
                    .ConfigureAwait(false)
            )
                foreach (Stored reject in page)
                    if (
                        scope
                            .Open(
                                encryption.Fields.RejectRaw,
                                ScopeKeys.RejectRowId(reject.Run, reject.Ordinal),
                                reject.Raw
                            )
                            .Text
                            is { } text
                        && Contains(text, digits, texts)
                    )
                        found.Add(reject);
            if (found.Count > 0)
                redacted += await session
                    .ScalarAsync<long>(
                        new NpgsqlBatchCommand("select callintel.redact_rejects($1, $2, $3)").With(
                            request,
                            (Guid[])[.. found.Select(r => r.Run)],
                            (long[])[.. found.Select(r => r.Ordinal)]
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            if (page.Count < PageSize)
                return redacted;
            after = (page[^1].Run, page[^1].Ordinal);
        }
    }

    /// <summary>Whether a text contains one of the numbers.</summary>
    internal static bool Contains(string text, IReadOnlyCollection<string> digits, IReadOnlyCollection<string> texts)
    {
        StringBuilder only = new(text.Length);
        foreach (char c in text)
            if (char.IsDigit(c))
                only.Append((int)CharUnicodeInfo.GetNumericValue(c));
        string squeezed = only.ToString();
        return digits.Any(d => squeezed.Contains(d, StringComparison.Ordinal))
            || texts.Any(t => text.Contains(t, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The digits that every notation of a telephone number contains: without the country code.</summary>
    internal static IEnumerable<string> DigitsOf(PartyAddress number)
    {
        if (number.Kind is not NumberKind.E164)
            yield break;
        string digits = number.Value.TrimStart('+');
        string national = digits;
        try
        {
            PhoneNumberUtil phone = PhoneNumberUtil.GetInstance();
            national = phone.GetNationalSignificantNumber(phone.Parse(number.Value, null));
        }
        catch (NumberParseException) { }
        if (national.Length >= FewestDigits)
            yield return national;
        else if (digits.Length >= FewestDigits)
            yield return digits;
    }
}
