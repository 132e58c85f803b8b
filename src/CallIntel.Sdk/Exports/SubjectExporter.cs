using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Answers a request for access or portability: writes everything that the org stores about the person to one encrypted
/// archive that expires.
/// </summary>
/// <remarks>
/// <para>
/// The archive is a zip file inside authenticated encryption, in the format that <c>docs/export-archive.md</c>
/// describes. <see cref="ExportArchiveReader"/> opens it. The zip file contains the person's contacts and events as
/// JSON Lines and CSV, the events as vCons, the facts of GDPR article 15(1), and a manifest with the SHA-256 of each
/// file and a list of what was left out.
/// </para>
/// <para>
/// Numbers and ids of other people are left out (article 15(4)). Texts are not changed: what others said in a
/// conversation with the person is in the archive.
/// </para>
/// </remarks>
public static class SubjectExporter
{
    static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(1),
        LongestLifetime = TimeSpan.FromDays(90);

    /// <summary>Writes the archive of a request in constant memory, and records it in the register.</summary>
    /// <param name="session">
    /// The session of an owner or admin with the purpose <see cref="AccessPurpose.SubjectRequest"/>.
    /// </param>
    /// <param name="request">
    /// The request. Its identity is verified. Its contacts are found again, see
    /// <see cref="SubjectRequestRegister.DiscoverAsync"/>, and its state becomes
    /// <see cref="SubjectRequestState.Executing"/>.
    /// </param>
    /// <param name="destination">The stream to write the archive to. It stays open.</param>
    /// <param name="options">The facts about the processing, and the lifetime of the archive.</param>
    /// <param name="cancellationToken">Cancels the export. What was written cannot be opened then.</param>
    /// <returns>
    /// The key of the archive, which is not stored, and what was left out. When the person has the archive, call
    /// <see cref="SubjectRequestRegister.CompleteAsync"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The lifetime is shorter than one minute or longer than 90 days.
    /// </exception>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> the session has another purpose; <c>CI0400</c> the org has no such request; <c>CI0402</c> the
    /// request asks for something else, is not verified, on hold or closed; <c>CI0005</c> the role does not include
    /// the permission. Other codes: the connection or the session failed.
    /// </exception>
    public static async Task<SubjectExportReport> WriteAsync(
        OrgSession session,
        SubjectRequestId request,
        Stream destination,
        SubjectExportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lifetime, ShortestLifetime, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Lifetime, LongestLifetime, nameof(options));
        if (session.Identity.Purpose is not AccessPurpose.SubjectRequest)
            throw new CallIntelException(
                ErrorCodes.ReadPurposeNeeded,
                "An export for a data subject requires a session with the purpose SubjectRequest.",
                "Open the session with OrgIdentity.Purpose = AccessPurpose.SubjectRequest."
            );
        SubjectDiscovery found = await session
            .SubjectRequests.DiscoverAsync(request, cancellationToken)
            .ConfigureAwait(false);
        long withheld = await session
            .SubjectRequests.BeginExportAsync(request, cancellationToken)
            .ConfigureAwait(false);
        DateTimeOffset created = session.Transport.Time.GetUtcNow();
        ArchiveKey key = ArchiveKey.Create();
        ArchiveHeader header = ArchiveHeader.Create(
            key,
            session.Identity.Org.Value,
            request.Value,
            created,
            created + options.Lifetime
        );
        await destination.WriteAsync(header.Bytes, cancellationToken).ConfigureAwait(false);
        ArchiveWriteStream encrypted = new(destination, header.PayloadKey(key));
        await using (encrypted.ConfigureAwait(false))
        {
            SubjectExportRun run = new(session, request, found, options, header, withheld);
            ZipArchive zip = await ZipArchive
                .CreateAsync(encrypted, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken)
                .ConfigureAwait(false);
            await using (zip.ConfigureAwait(false))
                await run.WriteAsync(new SubjectArchive(zip, created), cancellationToken).ConfigureAwait(false);
            await encrypted.CompleteAsync(cancellationToken).ConfigureAwait(false);
            await session
                .SubjectRequests.NoteExportAsync(request, run.Events + found.Contacts.Count, cancellationToken)
                .ConfigureAwait(false);
            return new SubjectExportReport(key, header.ExpiresAt, found.Contacts.Count, run.Events, run.Omissions);
        }
    }
}
