using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    static DataMapTable[] OrgTables() =>
        [
            Member(
                "orgs",
                "the tenants",
                "none name home_zone retention_days suppression_action suppression_version; "
                    + "operational org_id created_at lock_number erasure_height",
                SubjectPath.None
            ),
            Member(
                "org_roles",
                "the members of an org and their roles",
                "pseudonymous member_id granted_by; "
                    + "operational org_id role granted_at permissions lock_number erasure_height"
            ),
            Member(
                "member_profiles",
                "the names of members",
                "identifier display_name; pseudonymous member_id; operational org_id updated_at"
            ),
            Member(
                "invitations",
                "roles that are offered to the holder of a token",
                "keymaterial token_digest; pseudonymous invited_by accepted_by; "
                    + "operational org_id id role invited_at expires_at accepted_at revoked_at"
            ),
            Member(
                "lines",
                "the telephone lines of the org",
                "pseudonymous line_id member_id; operational org_id created_at retired_at"
            ),
            Member(
                "line_profiles",
                "the numbers and labels of the lines of the org",
                "identifier number label; pseudonymous line_id; operational org_id updated_at"
            ),
            Member(
                "teams",
                "the teams of the org",
                "none name; operational org_id team_id created_at",
                SubjectPath.None
            ),
            Member(
                "team_members",
                "who belongs to which team",
                "pseudonymous member_id; operational org_id team_id added_at"
            ),
            Member(
                "business_hours",
                "when the org is open",
                "none weekday opens closes; operational org_id",
                SubjectPath.None
            ),
            Member(
                "audit_modes",
                "how much of each changed row the audit log records",
                "pseudonymous set_by; operational org_id mode set_at"
            ),
            Member(
                "audit_seals",
                "how far the ledgers of an org are sealed",
                "operational org_id horizon identity sealed_at",
                SubjectPath.None
            ),
            Member(
                "audit_trees",
                "the Merkle trees of the ledgers",
                "operational org_id month size frontier retired_at",
                SubjectPath.None
            ),
            Member(
                "audit_leaves",
                "ids and hashes of entries of the ledgers",
                "operational org_id month position ledger row_id leaf_hash",
                SubjectPath.None
            ),
            Member(
                "audit_checkpoints",
                "signed states of the Merkle trees",
                "operational org_id month size root horizon next_xid identity sealed_at note published_at",
                SubjectPath.None
            ),
            Member("holidays", "when the org is closed", "none day; operational org_id", SubjectPath.None),
            Member(
                "sync_sources",
                "the sources of events",
                "none name first_name kind; "
                    + "operational org_id id expected_every expected_lag created_at renamed_to retired_at",
                SubjectPath.None
            ),
            Member(
                "sync_streams",
                "the ordered feeds of sources",
                "metadata cursor watermark; none name; operational org_id id source_id updated_at",
                SubjectPath.None
            ),
            Member(
                "sync_runs",
                "ingestion runs",
                "pseudonymous member_id; metadata watermark; operational org_id id stream_id status started_at "
                    + "heartbeat_at heartbeat_every finished_at read inserted updated duplicate rejected suppressed "
                    + "error_code rolling"
            ),
            Member(
                "org_keys",
                "wrapped keys of orgs",
                "keymaterial wrapped root_key_id; operational org_id kind version state created_at destroyed_at",
                SubjectPath.None
            ),
            Member(
                "org_deletions",
                "orgs that left",
                "pseudonymous requested_by; operational org_id requested_at completed_at rows_deleted"
            ),
            Parse(
                "jobs",
                "background work that is not done",
                SubjectPath.None,
                ErasureAction.None,
                "pseudonymous requested_by; operational org_id job_id kind version dedup_key payload run_at "
                    + "deadline_at attempts fence worker repeats begins_again is_later_step step_payload died_at error "
                    + "enqueued_at"
            ),
            Parse(
                "access_log",
                "who read which protected fields",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "pseudonymous @contact_ids event_ids other_ids member_id; "
                    + "operational org_id id accessed_at xid purpose request_id fields row_count is_alert",
                "evidence of accesses (articles 5(2), 32 to 34); random ids that lead to no number, name or text any "
                    + "more"
            ),
            Parse(
                "audit_log",
                "who changed what",
                SubjectPath.Contact,
                ErasureAction.Keep,
                "content images images_before images_after; pseudonymous @subject_id member_id row_keys; "
                    + "operational org_id id occurred_at xid purpose action object row_count detail op request_id "
                    + "image_columns",
                "evidence of changes (article 5(2)); random ids that lead to no number, name or text any more"
            ),
        ];

    static DataMapTable Member(string name, string holds, string columns, SubjectPath path = SubjectPath.Member) =>
        Parse(name, holds, path, ErasureAction.None, columns);
}
