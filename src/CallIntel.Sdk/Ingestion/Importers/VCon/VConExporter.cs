using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>Writes events as vCons, the IETF's container for conversations, one event a vCon and a line: what <see cref="VConImporter"/> reads.</summary>
/// <remarks>
/// Source: draft-ietf-vcon-vcon-core-04 of 2026-09-07. What the draft has no word for (legs, prices, a source's own status) stands in an object
/// <c>callintel</c> of the dialog, which the vCon declares as an extension. Nothing is signed or encrypted: what is written is plaintext.
/// Neither the reading nor the export is in the audit log, which holds changes.
/// </remarks>
public static class VConExporter
{
    const int Page = 100;

    /// <summary>Writes what the session's member may read, in constant memory, the newest first.</summary>
    /// <param name="session">Who exports. Privacy rules hold: contacts that the member may not see are left out, and hidden ones need a purpose.</param>
    /// <param name="filter">Which events; content and details are read whatever it says.</param>
    /// <param name="destination">Where to: UTF-8, an object a line. Stays open.</param>
    /// <param name="cancellationToken">Cancels; whole lines are written by then.</param>
    /// <returns>How many.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c> the role may not read content; a coded failure of the connection or the session.</exception>
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
        // vCons without words would look like conversations in which nothing was said
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
                "The member's role does not allow to read content, and so not to export it.",
                "Ask an admin of the org for a role that does."
            );

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
                .Contacts.ListFirstNumbersAsync(contacts, cancellationToken)
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
