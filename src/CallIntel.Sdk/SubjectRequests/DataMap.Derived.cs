using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    static DataMapTable[] DerivedTables() =>
        [
            Parse(
                "event_embeddings",
                "the meaning of texts as vectors",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "content embedding content_hash; pseudonymous @contact_id member_id; metadata event_id; "
                    + "operational org_id model chunk graph is_searchable level"
            ),
            Parse(
                "event_embedding_states",
                "which events were embedded",
                SubjectPath.Event,
                ErasureAction.DeleteWithEvent,
                "metadata event_id; operational org_id model"
            ),
            Parse(
                "event_lexemes",
                "the words of texts as keyed hashes",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "content lexemes words; pseudonymous @contact_id @sealed_for member_id; "
                    + "metadata event_id channel direction source_id; operational org_id chunk revision level"
            ),
            Parse(
                "change_feed",
                "which quarters of an hour a transaction changed",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "pseudonymous @contact_id member_id; metadata events range_from range_to kind; "
                    + "operational org_id xact seq scope level recorded_at"
            ),
            Parse(
                "dirty_buckets",
                "marks of figures that have to be computed again",
                SubjectPath.None,
                ErasureAction.Recompute,
                "metadata bucket; operational org_id id xid is_day has_legs"
            ),
            Parse(
                "event_cells",
                "counts of events by time and line",
                SubjectPath.None,
                ErasureAction.Recompute,
                "pseudonymous line_id; metadata bucket channel direction outcome level events talk_s; "
                    + "operational org_id is_day has_legs"
            ),
            Parse(
                "member_cells",
                "counts of events by time and member",
                SubjectPath.None,
                ErasureAction.Recompute,
                "pseudonymous member_id; metadata bucket channel direction outcome level events talk_s; "
                    + "operational org_id is_day has_legs"
            ),
            Parse(
                "total_cells",
                "counts of events by time",
                SubjectPath.None,
                ErasureAction.Recompute,
                "metadata bucket channel direction level events answered missed talk_s; "
                    + "operational org_id grain has_legs of_hidden"
            ),
            Parse(
                "contact_cells",
                "counts of events by day and contact",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "pseudonymous @contact_id; metadata bucket level events messages talk_s last_at; operational org_id"
            ),
            Parse(
                "wait_cells",
                "counts of messages and calls by day and waiting time",
                SubjectPath.None,
                ErasureAction.Recompute,
                "metadata bucket channel level wait_s events; operational org_id kind"
            ),
            Parse(
                "rollup_states",
                "which orgs use counts",
                SubjectPath.None,
                ErasureAction.None,
                "operational org_id day_zone recomputed_at format"
            ),
            Parse(
                "dropped_months",
                "months whose events were dropped by retention",
                SubjectPath.None,
                ErasureAction.None,
                "operational org_id month events dropped_at"
            ),
            Parse(
                "search_states",
                "how far an org is indexed",
                SubjectPath.None,
                ErasureAction.None,
                "operational org_id is_enabled language analyzer key_version revision generation xact seq sweep_wanted "
                    + "sweep_done sweep_after indexed_at parts"
            ),
            Parse(
                "embedding_models",
                "the models that embed the texts of an org",
                SubjectPath.Member,
                ErasureAction.None,
                "pseudonymous enabled_by; operational org_id model name dimensions state graph daily_limit used_on "
                    + "used enabled_at requests"
            ),
        ];
}
