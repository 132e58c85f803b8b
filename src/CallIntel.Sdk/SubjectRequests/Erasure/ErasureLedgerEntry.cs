using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>An entry of the ledger of erasures. It contains random ids and keyed digests only.</summary>
/// <param name="Org">The org.</param>
/// <param name="Height">The number of the entry within the org, from 1.</param>
/// <param name="Kind">What the entry says.</param>
/// <param name="RequestId">The request that the erasure is for.</param>
/// <param name="Contacts">The contacts, with those that are merged with them.</param>
/// <param name="NumberDigests">Digests of their numbers, which ingestion recognizes.</param>
/// <param name="RecordedAt">When the entry was written, in UTC, to the microsecond.</param>
/// <param name="RecordedBy">The member who ran the erasure; the nil UUID if a worker did.</param>
/// <param name="Digest">
/// The SHA-256 digest of the entry and of the digest before it, in lower-case hexadecimal.
/// </param>
public sealed record ErasureLedgerEntry(
    OrgId Org,
    long Height,
    ErasureLedgerEntryKind Kind,
    Guid RequestId,
    [property: PseudonymousData] IReadOnlyList<ContactId> Contacts,
    [property: PseudonymousData] IReadOnlyList<Guid> NumberDigests,
    DateTimeOffset RecordedAt,
    [property: PseudonymousData] MemberId RecordedBy,
    string Digest
)
{
    /// <summary>
    /// The id of the root key that wraps <see cref="WrappedSuppressionKey"/>; null if the org has no such key.
    /// </summary>
    public string? RootKeyId { get; init; }

    /// <summary>
    /// The key of <see cref="NumberDigests"/>, encrypted by the root key: an older backup may lack it.
    /// </summary>
    public ReadOnlyMemory<byte> WrappedSuppressionKey { get; init; }

    /// <summary>Computes what <see cref="Digest"/> has to be. The database computes the same.</summary>
    /// <param name="formerDigest">The digest of the entry before; null for the first one.</param>
    public string ComputeDigest(string? formerDigest)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"callintel.erasure.v1|{Org.Value}|{Height}|{(int)Kind}|{RequestId}|"
                + $"{string.Join(',', Contacts.Select(c => c.Value))}|{string.Join(',', NumberDigests)}|"
                + $"{(RecordedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}|{RecordedBy.Value}"
        );
        byte[] former = formerDigest is null ? [] : Convert.FromHexString(formerDigest);
        return Convert.ToHexStringLower(SHA256.HashData([.. former, .. Encoding.UTF8.GetBytes(text)]));
    }
}
