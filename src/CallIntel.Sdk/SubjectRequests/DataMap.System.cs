using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    static DataMapTable[] SystemTables() =>
        [
            System(
                "signing_keys",
                "keys that sign session tokens",
                "keymaterial inner_pad outer_pad context_pad; operational key_id created_at"
            ),
            System("context_key", "the key that seals contexts", "keymaterial pad; operational only_row"),
            System("role_permissions", "the permissions of each role", "none role name permissions"),
            System("job_kinds", "the kinds of jobs", "none kind version permissions purpose max_attempts"),
            System(
                "tasks",
                "recurring work of operations",
                "operational kind run_every run_at fence worker attempts succeeded_at error"
            ),
            System(
                "feed_generations",
                "the generation of the change feed",
                "operational only_row generation identity written_by trimmed_to broadcast_to"
            ),
            System("schema_journal", "the applied SQL files", "operational name checksum applied_at applied_by"),
        ];

    static DataMapTable System(string name, string holds, string columns) =>
        Parse(name, holds, SubjectPath.None, ErasureAction.None, columns);
}
