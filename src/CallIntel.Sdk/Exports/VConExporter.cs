using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.VCon;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Writes events as vCons, the IETF format for conversations: one vCon with one event per line, which
/// <see cref="VConImporter"/> can read.
/// </summary>
/// <remarks>
/// <para>
/// Specification: draft-ietf-vcon-vcon-core-04 of 2026-09-07. Data that the draft does not define (legs, prices, the
/// status of the source) is written to an object <c>callintel</c> of the dialog, which the vCon declares as an
/// extension.
/// </para>
/// <para>
/// The vCons are plaintext: they are neither signed nor encrypted. The access ledger records each page that is read,
/// with the purpose of the export.
/// </para>
/// </remarks>
public static class VConExporter
{
    const int Page = 100;

    /// <summary>Writes the events that the session's member can read, newest first, in constant memory.</summary>
    /// <param name="session">
    /// The session of the member who exports. Privacy rules apply: contacts that are hidden from the member are left
    /// out, unless the session has a purpose that allows reading them.
    /// </param>
    /// <param name="filter">
    /// The events to export. Content and details are always read. It must name a purpose, unless the session has one:
    /// <c>EventFilter.All.ForPurpose(AccessPurpose.SubjectRequest)</c>.
    /// </param>
    /// <param name="destination">The stream to write to, as UTF-8 with one JSON object per line. It stays open.</param>
    /// <param name="cancellationToken">Cancels the export. The lines that are written by then are complete.</param>
    /// <returns>The number of exported events.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> neither the filter nor the session names a purpose; <c>CI0005</c> the role of the member does not
    /// include reading content. Other codes: the connection or the session failed.
    /// </exception>
    public static async Task<VConExportReport> WriteAsync(
        OrgSession session,
        EventFilter filter,
        Stream destination,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(destination);
        AccessGate gate = session.Encryption.Gate;
        gate.RequirePurpose(filter.Purpose, "An export");
        // without this check, the vCons would look like conversations without content
        if (
            !await session
                .Transport.ScalarAsync<bool>(
                    new NpgsqlBatchCommand("select callintel.current_permissions() & 4 = 4"),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
            throw new CallIntelException(
                ErrorCodes.NotAllowed,
                "The member's role does not include reading content, which an export requires.",
                "Ask an owner or admin of the org for a role that includes it."
            );

        AccessReason reason = gate.Reason(filter.Purpose);
        DateTimeOffset now = session.Transport.Time.GetUtcNow();
        long events = 0,
            unopened = 0;
        using MemoryStream lines = new();
        using Utf8JsonWriter json = new(lines, VConWriter.Options);
        await foreach (
            ConversationEvent[] page in session
                .Events.ReadAsync(filter.WithContent().WithDetails(), cancellationToken)
                .Chunk(Page)
                .WithCancellation(cancellationToken)
                .ConfigureAwait(false)
        )
        {
            ContactId[] contacts =
            [
                .. page.SelectMany(e => e.OtherParties.Select(party => party.Contact).Append(e.Contact))
                    .OfType<ContactId>()
                    .Distinct(),
            ];
            Dictionary<ContactId, ContactNumber> numbers = await session
                .Contacts.ListFirstNumbersAsync(contacts, reason, cancellationToken)
                .ConfigureAwait(false);
            foreach (ConversationEvent e in page)
            {
                new VConWriter(json, e, numbers, now).Write();
                await json.FlushAsync(cancellationToken).ConfigureAwait(false);
                json.Reset();
                lines.WriteByte((byte)'\n');
                events++;
                unopened += IsWhole(e, numbers) ? 0 : 1;
            }
            await destination
                .WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellationToken)
                .ConfigureAwait(false);
            lines.SetLength(0);
        }
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new VConExportReport(events, unopened);
    }

    static bool IsWhole(ConversationEvent e, Dictionary<ContactId, ContactNumber> numbers) =>
        e.Content is null or { Status: DecryptResult.Ok }
        && e.Details is null or { OwnNumberStatus: DecryptResult.Ok }
        && e.Parts.All(part => part.Status is DecryptResult.Ok)
        && e.OtherParties.Select(party => party.Contact)
            .Append(e.Contact)
            .OfType<ContactId>()
            .All(contact =>
                !numbers.TryGetValue(contact, out ContactNumber? number) || number.Status is DecryptResult.Ok
            );
}
