using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    const string RecordOfRequest = "records of requests are kept for 24 months after the answer (11 CCR 7101)";
    const string Proof = "proof of what was done (article 5(2)); a random id that leads to no number, name or text";

    static DataMapTable[] RequestTables() =>
        [
            Parse(
                "subject_requests",
                "data subject requests",
                SubjectPath.Unlinked,
                ErasureAction.Keep,
                "metadata regulation request_type manner state verification received_at acknowledge_by "
                    + "acknowledged_at due_at extended_at extension_reason denial_basis closed_at; "
                    + "pseudonymous request_id duplicate_of opened_by assigned_to; operational org_id opened_at",
                RecordOfRequest
            ),
            Parse(
                "subject_request_identities",
                "the identities that requests were made under",
                SubjectPath.Unlinked,
                ErasureAction.Keep,
                "identifier value; pseudonymous request_id number_index; "
                    + "operational org_id ordinal kind index_version",
                RecordOfRequest
            ),
            Parse(
                "subject_request_contacts",
                "the contacts that requests concern",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "pseudonymous request_id @contact_id; operational org_id found_at",
                RecordOfRequest
            ),
            Parse(
                "subject_request_rules",
                "privacy rules that requests set",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "pseudonymous rule_id request_id @contact_id set_by lifted_by; "
                    + "operational org_id rule_before rule_after set_at lifted_at",
                RecordOfRequest
            ),
            Parse(
                "subject_request_history",
                "what was done about requests",
                SubjectPath.Unlinked,
                ErasureAction.Keep,
                "content note; pseudonymous request_id actor; operational org_id number at from_state to_state reason",
                RecordOfRequest
            ),
            Parse(
                "legal_holds",
                "contacts whose data may not be deleted for now",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "content note; pseudonymous @contact_id placed_by released_by; "
                    + "operational org_id hold_id reason placed_at released_at",
                "proof of why data was kept; a released hold names a random id"
            ),
            Parse(
                "erasures",
                "erasures and their progress",
                SubjectPath.Member,
                ErasureAction.None,
                "pseudonymous requested_by; "
                    + "operational org_id request_id requested_at suppresses step height completed_at"
            ),
            Parse(
                "erasure_contacts",
                "the contacts of erasures",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "pseudonymous @contact_id; operational org_id request_id state closed_at",
                Proof
            ),
            Parse(
                "erasure_rows",
                "how many rows an erasure deleted",
                SubjectPath.None,
                ErasureAction.None,
                "none relation action rows; operational org_id request_id"
            ),
            Parse(
                "erasure_certificates",
                "signed certificates of erasures",
                SubjectPath.Unlinked,
                ErasureAction.Keep,
                "pseudonymous certificate; operational org_id request_id height issued_at",
                Proof
            ),
            Parse(
                "erasure_ledger",
                "the ledger of erasures, which is repeated after a restore",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "pseudonymous @contacts numbers recorded_by; "
                    + "operational org_id height kind request_id recorded_at digest",
                "without it, a restored backup would bring the data back"
            ),
            Parse(
                "suppressions",
                "digests of numbers that ingestion keeps out",
                SubjectPath.Unlinked,
                ErasureAction.Keep,
                "pseudonymous number_digest added_by; operational org_id reason added_at",
                "without it, the next import would store the data again; a digest under a key of its own"
            ),
        ];
}
