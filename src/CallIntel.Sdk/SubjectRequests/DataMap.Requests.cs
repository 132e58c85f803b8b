using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    const string RecordOfRequest = "records of requests are kept for 24 months after the answer (11 CCR 7101)";

    static DataMapTable[] RequestTables() =>
        [
            Parse(
                "subject_requests",
                "requests of data subjects",
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
        ];
}
