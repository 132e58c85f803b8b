using System.Text.Json;
using CallIntel.Sdk.SubjectRequests;

namespace CallIntel.Sdk.Exports;

sealed partial class SubjectExportRun
{
    /// <summary>The categories of personal data of article 15(1)(b) that CallIntel stores.</summary>
    static readonly string[] Categories =
    [
        "telephone numbers and names",
        "times, durations, directions and outcomes of calls and messages",
        "contents, transcripts and summaries of calls and messages, and references to attachments",
        "privacy settings",
    ];

    void NoteOmissions()
    {
        Omit(withheld, "content of events", "a privacy rule of the level MetadataOnly: nobody may read the content");
        foreach (SubjectIdentityKind kind in found.Unsearchable)
            Omissions.Add(
                new ExportOmission(
                    $"data that only an identity of the kind {kind} leads to",
                    "contacts are found by numbers and ids of sources",
                    null
                )
            );
        Omissions.Add(
            new ExportOmission(
                "the audit log and the access ledger",
                "they record actions of members of the org, with ids only",
                null
            )
        );
        Omissions.Add(
            new ExportOmission(
                "the search index and embeddings",
                "they are computed from the content and are not readable",
                null
            )
        );
    }

    void Omit(long count, string what, string reason)
    {
        if (count > 0)
            Omissions.Add(new ExportOmission(what, reason, count));
    }

    void WriteFacts(Utf8JsonWriter json)
    {
        ProcessingFacts facts = options.Facts;
        json.WriteString("controller", facts.Controller);
        WriteList(json, "purposes", facts.Purposes);
        json.WriteStartArray("categories");
        foreach (string category in Categories)
            json.WriteStringValue(category);
        json.WriteEndArray();
        WriteList(json, "recipients", facts.Recipients);
        WriteList(json, "retention", facts.Retention);
        WriteList(json, "sources", facts.Sources);
        WriteList(json, "transfers", facts.Transfers);
        WriteList(json, "automated_decisions", facts.AutomatedDecisions);
        json.WriteString("supervisory_authority", facts.SupervisoryAuthority);
        WriteList(json, "rights", ["rectification", "erasure", "restriction", "objection", "portability"]);
    }

    static void WriteRequest(Utf8JsonWriter json, SubjectRequestDetails details)
    {
        json.WriteString("id", details.Request.Id.Value);
        json.WriteString("regulation", details.Request.Regulation.ToString());
        json.WriteString("type", details.Request.Type.ToString());
        json.WriteString("received_at", details.Request.ReceivedAt);
        json.WriteString("due_at", details.Request.DueAt);
        json.WriteStartArray("identities");
        foreach (SubjectIdentity identity in details.Identities)
        {
            json.WriteStartObject();
            json.WriteString("kind", identity.Kind.ToString());
            json.WriteString("value", identity.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteManifest(Utf8JsonWriter json)
    {
        json.WriteString("org", header.Org);
        json.WriteString("request", request.Value);
        json.WriteString("created_at", header.CreatedAt);
        json.WriteString("expires_at", header.ExpiresAt);
        json.WriteStartObject("counts");
        json.WriteNumber("contacts", found.Contacts.Count);
        json.WriteNumber("events", Events);
        json.WriteEndObject();
        json.WriteStartObject("rows_by_table");
        foreach ((string table, long rows) in found.Tables.OrderBy(t => t.Key, StringComparer.Ordinal))
            json.WriteNumber(table, rows);
        json.WriteEndObject();
        json.WriteStartArray("omissions");
        foreach (ExportOmission omission in Omissions)
        {
            json.WriteStartObject();
            json.WriteString("what", omission.What);
            json.WriteString("reason", omission.Reason);
            if (omission.Count is { } count)
                json.WriteNumber("count", count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
