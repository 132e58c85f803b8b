using System.Text.Json;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Lines;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Teams;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Writes everything that a member can read of their org: the events as vCons, and all other records as JSON Lines.
/// </summary>
/// <remarks>
/// The files are plaintext. Use an owner's session with a purpose for a complete export: contacts that privacy rules
/// hide from the member, and content that nobody may read, are left out.
/// </remarks>
public static class OrgExporter
{
    /// <summary>How many contacts are read, decrypted and written at a time.</summary>
    const int Page = 200;

    /// <summary>Writes an export in constant memory.</summary>
    /// <param name="session">The session of the member who exports.</param>
    /// <param name="events">
    /// The stream for the events, as <see cref="VConExporter"/> writes them. It stays open.
    /// </param>
    /// <param name="records">
    /// The stream for all other records, as UTF-8 with one JSON object per line. The property <c>type</c> tells what it
    /// is: <c>org</c>, <c>business_hours</c>, <c>member</c>, <c>team</c>, <c>line</c>, <c>contact</c>,
    /// <c>privacy_rule</c>, <c>source</c> or <c>reject</c>. It stays open.
    /// </param>
    /// <param name="cancellationToken">Cancels the export. The lines that are written by then are complete.</param>
    /// <returns>The number of lines written.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> the session has no purpose; <c>CI0005</c> the role of the member does not include reading content.
    /// Other codes: the connection or the session failed.
    /// </exception>
    public static async Task<OrgExportReport> WriteAsync(
        OrgSession session,
        Stream events,
        Stream records,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(records);
        VConExportReport exported = await VConExporter
            .WriteAsync(session, EventFilter.All, events, cancellationToken)
            .ConfigureAwait(false);
        using JsonLines lines = new(records);
        await WriteOrgAsync(session, lines, cancellationToken).ConfigureAwait(false);
        await WritePeopleAsync(session, lines, cancellationToken).ConfigureAwait(false);
        await WriteContactsAsync(session, lines, cancellationToken).ConfigureAwait(false);
        await WriteSourcesAsync(session, lines, cancellationToken).ConfigureAwait(false);
        await records.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new OrgExportReport(exported.Events, lines.Count, exported.Unopened);
    }

    static async Task WriteOrgAsync(OrgSession session, JsonLines lines, CancellationToken cancellationToken)
    {
        await foreach (
            (string name, DateTime created) in session
                .QueryAsync(
                    "select name, created_at from callintel.orgs",
                    row => (row.GetString(0), row.GetDateTime(1)),
                    cancellationToken: cancellationToken
                )
                .ConfigureAwait(false)
        )
            await lines
                .WriteAsync(
                    "org",
                    json =>
                    {
                        json.WriteString("id", session.Identity.Org.Value);
                        json.WriteString("name", name);
                        json.WriteString("created_at", created);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (await session.Organization.GetBusinessHoursAsync(cancellationToken).ConfigureAwait(false) is not { } hours)
            return;
        await lines
            .WriteAsync(
                "business_hours",
                json =>
                {
                    json.WriteString("zone", hours.HomeZone);
                    json.WriteStartArray("weekly");
                    foreach (OpeningHours open in hours.Weekly)
                    {
                        json.WriteStartObject();
                        json.WriteString("day", open.Day.ToString());
                        json.WriteString("opens", $"{open.Opens:HH:mm}");
                        json.WriteString("closes", $"{open.Closes:HH:mm}");
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    json.WriteStartArray("holidays");
                    foreach (DateOnly day in hours.Holidays)
                        json.WriteStringValue($"{day:yyyy-MM-dd}");
                    json.WriteEndArray();
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    static async Task WritePeopleAsync(OrgSession session, JsonLines lines, CancellationToken cancellationToken)
    {
        foreach (
            (MemberId member, MemberProfile profile) in await session
                .Members.ListProfilesAsync(cancellationToken)
                .ConfigureAwait(false)
        )
            await lines
                .WriteAsync(
                    "member",
                    json =>
                    {
                        json.WriteString("id", member.Value);
                        json.WriteString("role", profile.Role?.ToString());
                        json.WriteString("name", profile.Name?.Value);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        foreach (Team team in await session.Teams.ListAsync(cancellationToken).ConfigureAwait(false))
            await lines
                .WriteAsync(
                    "team",
                    json =>
                    {
                        json.WriteString("id", team.Id.Value);
                        json.WriteString("name", team.Name);
                        WriteIds(json, "members", team.Members);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        foreach (Line line in await session.Lines.ListAsync(cancellationToken).ConfigureAwait(false))
            await lines
                .WriteAsync(
                    "line",
                    json =>
                    {
                        json.WriteString("id", line.Id.Value);
                        json.WriteString("number", line.Number);
                        json.WriteString("label", line.Label);
                        json.WriteString("member", line.Member?.Value.ToString());
                        if (line.RetiredAt is { } retired)
                            json.WriteString("retired_at", retired);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
    }

    static async Task WriteContactsAsync(OrgSession session, JsonLines lines, CancellationToken cancellationToken)
    {
        await foreach (
            (Guid Id, Guid? Into)[] page in session
                .QueryAsync(
                    "select id, merged_into from callintel.contacts order by id",
                    row => (row.GetGuid(0), row.IsDBNull(1) ? (Guid?)null : row.GetGuid(1)),
                    cancellationToken: cancellationToken
                )
                .Chunk(Page)
                .WithCancellation(cancellationToken)
                .ConfigureAwait(false)
        )
        {
            IReadOnlyDictionary<ContactId, ContactName> names = await session
                .Contacts.ListDisplayNamesAsync([.. page.Select(c => new ContactId(c.Id))], cancellationToken)
                .ConfigureAwait(false);
            foreach ((Guid id, Guid? into) in page)
            {
                IReadOnlyList<ContactNumber> numbers = await session
                    .Contacts.ListNumbersAsync(new ContactId(id), cancellationToken)
                    .ConfigureAwait(false);
                await lines
                    .WriteAsync(
                        "contact",
                        json =>
                        {
                            json.WriteString("id", id);
                            if (into is { } survivor)
                                json.WriteString("merged_into", survivor);
                            json.WriteString("name", names.GetValueOrDefault(new ContactId(id))?.Value);
                            json.WriteStartArray("numbers");
                            foreach (ContactNumber number in numbers)
                                json.WriteStringValue(number.Value);
                            json.WriteEndArray();
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }
        foreach (
            (ContactId contact, PrivacyRule rule) in await session
                .Privacy.ListAsync(cancellationToken)
                .ConfigureAwait(false)
        )
            await lines
                .WriteAsync(
                    "privacy_rule",
                    json =>
                    {
                        json.WriteString("contact", contact.Value);
                        json.WriteString("level", rule.Level.ToString());
                        json.WriteBoolean("no_search", rule.NoSearch);
                        json.WriteBoolean("no_embedding", rule.NoEmbedding);
                        if (rule.RetentionDays is { } days)
                            json.WriteNumber("retention_days", days);
                        WriteIds(json, "members", rule.Members);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
    }

    static async Task WriteSourcesAsync(OrgSession session, JsonLines lines, CancellationToken cancellationToken)
    {
        await foreach (
            (string name, string kind) in session
                .QueryAsync(
                    "select name, kind from callintel.sync_sources order by name",
                    row => (row.GetString(0), row.GetString(1)),
                    cancellationToken: cancellationToken
                )
                .ConfigureAwait(false)
        )
            await lines
                .WriteAsync(
                    "source",
                    json =>
                    {
                        json.WriteString("name", name);
                        json.WriteString("kind", kind);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        await foreach (
            Guid run in session
                .QueryAsync(
                    "select id from callintel.sync_runs where rejected > 0 order by id",
                    row => row.GetGuid(0),
                    cancellationToken: cancellationToken
                )
                .ConfigureAwait(false)
        )
        await foreach (
            RejectedRecord reject in session.Ingestion.ReadRejectsAsync(run, cancellationToken).ConfigureAwait(false)
        )
            await lines
                .WriteAsync(
                    "reject",
                    json =>
                    {
                        json.WriteString("run", run);
                        json.WriteNumber("ordinal", reject.Ordinal);
                        json.WriteString("reason", reject.Reason);
                        json.WriteString("detail", reject.Detail);
                        json.WriteString("place", reject.Place);
                        json.WriteString("raw", reject.Raw);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
    }

    static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<MemberId> members)
    {
        json.WriteStartArray(name);
        foreach (MemberId member in members)
            json.WriteStringValue(member.Value);
        json.WriteEndArray();
    }
}
