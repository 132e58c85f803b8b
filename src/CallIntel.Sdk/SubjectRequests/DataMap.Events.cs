using CallIntel.Sdk.Ingestion.Staging;
using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    static string EventMetadata => string.Join(' ', EventColumns.Metadata.Select(column => column.Name));

    /// <summary>Why a certificate names events that an erased contact took part in.</summary>
    internal const string BelongsToOthers =
        "other people took part in the event; the contact's reference and what the contact wrote were removed";

    static DataMapTable[] EventTables() =>
        [
            Parse(
                "events",
                "one call or message each",
                SubjectPath.Contact,
                ErasureAction.Delete,
                $"pseudonymous @contact_id @merged_from member_id; metadata source_id {EventMetadata}; "
                    + "operational org_id level",
                "an event of several people that the contact did not send stays with another participant"
            ),
            Parse(
                "misplaced_events",
                "events whose time is outside of the month of their id, until operations repair them",
                SubjectPath.Contact,
                ErasureAction.Delete,
                $"pseudonymous @contact_id @merged_from member_id; metadata source_id {EventMetadata}; "
                    + "operational org_id level quarantined_at"
            ),
            Parse(
                "event_contents",
                "what was said or written",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "content body transcript summary body_hash transcript_hash summary_hash; "
                    + "pseudonymous @contact_id @sealed_for member_id; metadata event_id sealed_id; "
                    + "operational org_id level"
            ),
            Parse(
                "event_details",
                "what only some sources report about an event",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "identifier own_number; pseudonymous @contact_id member_id own_number_hash; "
                    + "metadata event_id conversation_id parent_id leg status error_code price_micros currency; "
                    + "operational org_id level modified_at"
            ),
            Parse(
                "event_parts",
                "references to pictures, recordings and other files",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "content reference reference_hash; pseudonymous @contact_id @sealed_for member_id; "
                    + "metadata event_id ordinal media_type size_bytes; operational org_id level"
            ),
            Parse(
                "event_participants",
                "participants of an event besides its contact",
                SubjectPath.Contact,
                ErasureAction.Anonymize,
                "pseudonymous @contact_id @party_id @merged_from member_id; "
                    + "metadata event_id ordinal role outcome status started_at duration_s; "
                    + "operational org_id level party_level",
                "a participant of somebody else's event loses the reference; those of an own event are deleted"
            ),
            Parse(
                "event_keys",
                "which event belongs to a record of a source",
                SubjectPath.Event,
                ErasureAction.DeleteWithEvent,
                "metadata event_id record_key; operational org_id"
            ),
            Parse(
                "event_tombstones",
                "records that their source deleted or redacted",
                SubjectPath.Unlinked,
                ErasureAction.Keep,
                "pseudonymous record_key; operational org_id kind deleted_at",
                "a digest of the source's id of the record, without time, number or text, and without a way to the "
                    + "contact"
            ),
            Parse(
                "staging",
                "a batch of records on its way into events; empty between transactions",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "content body transcript summary body_hash transcript_hash summary_hash; "
                    + "pseudonymous @contact_id member_id; "
                    + $"metadata {EventMetadata}; operational modified_at change place",
                "the next batch empties it; texts are encrypted with keys that erasure destroys"
            ),
            Parse(
                "staging_stream",
                "a batch of the stream lane; rows are deleted before their transaction ends",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "content body transcript summary body_hash transcript_hash summary_hash; "
                    + "pseudonymous @contact_id member_id; "
                    + $"metadata {EventMetadata}; operational modified_at change place xact",
                "no row outlives its transaction"
            ),
            Parse(
                "ingest_rejects",
                "records that could not be stored",
                SubjectPath.Unlinked,
                ErasureAction.Redact,
                "content raw; metadata ordinal reason place detail; operational org_id run_id rejected_at",
                "only the decrypted text shows whether it contains a number of the contact"
            ),
        ];
}
