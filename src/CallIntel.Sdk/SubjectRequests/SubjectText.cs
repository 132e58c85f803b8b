using System.Text;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Checks and encrypts the identities and notes of requests.</summary>
/// <remarks>
/// The key belongs to a month of the register, not to a person: records of requests stay readable after the person was
/// erased, because the law requires them for 24 months.
/// </remarks>
static class SubjectText
{
    internal const int MaxNoteLength = 4000;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the plaintext of an identity: its region and its value, divided by a line feed.</summary>
    internal static byte[] Plaintext(SubjectIdentity identity) =>
        Encoding.UTF8.GetBytes($"{PhoneRegion.Check(identity.Region)}\n{identity.Value}");

    /// <summary>Reads what <see cref="Plaintext"/> returned.</summary>
    internal static SubjectIdentity Parse(SubjectIdentityKind kind, string? text)
    {
        if (text is null || text.IndexOf('\n', StringComparison.Ordinal) is var end && end < 0)
            return new SubjectIdentity(kind, null);
        return new SubjectIdentity(kind, text[(end + 1)..], end == 0 ? null : text[..end]);
    }

    /// <exception cref="CallIntelException"><c>CI0401</c>: the note cannot be stored.</exception>
    internal static byte[]? CheckNote(string? note)
    {
        if (note is null)
            return null;
        if (
            string.IsNullOrWhiteSpace(note)
            || note.Length > MaxNoteLength
            || note.Contains('\0', StringComparison.Ordinal)
        )
            throw Invalid($"a note has 1 to {MaxNoteLength} characters without NUL");
        try
        {
            return Strict.GetBytes(note);
        }
        catch (EncoderFallbackException)
        {
            throw Invalid("a note has no unpaired surrogates");
        }
    }

    /// <summary>Encrypts a note of a request.</summary>
    internal static async Task<byte[]?> EncryptNoteAsync(
        OrgEncryption encryption,
        SubjectRequestId request,
        byte[]? note,
        CancellationToken cancellationToken
    )
    {
        if (note is null)
            return null;
        KeySubject register = ScopeKeys.SubjectRequests(encryption.Session.Time.GetUtcNow());
        using DataKeySet<KeySubject> keys = await encryption
            .RentForEncryptionAsync([new KeyDemand(register, 1)], cancellationToken)
            .ConfigureAwait(false);
        return Envelopes.Encrypt(keys[register], encryption.Fields.SubjectNote, request.Value, note);
    }

    internal static AccessReason Reason(OrgEncryption encryption) =>
        encryption.Gate.Reason(AccessPurpose.SubjectRequest);

    internal static CallIntelException Invalid(string problem) =>
        new(
            ErrorCodes.InvalidSubjectRequest,
            $"The data subject request is not valid: {problem}.",
            "Correct the value and repeat the call."
        );
}
