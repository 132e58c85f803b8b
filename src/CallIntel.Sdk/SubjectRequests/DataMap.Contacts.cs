using static CallIntel.Sdk.SubjectRequests.DataMapTable;

namespace CallIntel.Sdk.SubjectRequests;

public static partial class DataMap
{
    static DataMapTable[] ContactTables() =>
        [
            Parse(
                "contacts",
                "the existence of a contact",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "pseudonymous @id @merged_into created_by; operational org_id created_at level rule_before"
            ),
            Parse(
                "contact_numbers",
                "the numbers of contacts",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "identifier number; pseudonymous number_index @contact_id @merged_from; "
                    + "metadata kind; operational org_id created_at index_version is_suppressed replaced_at"
            ),
            Parse(
                "contact_profiles",
                "the names of contacts",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "identifier display_name; pseudonymous @contact_id @copied_from; operational org_id updated_at"
            ),
            Parse(
                "privacy_rules",
                "who may see a contact and its content",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "pseudonymous @contact_id set_by; "
                    + "operational org_id level no_search no_embedding retention_days set_at"
            ),
            Parse(
                "privacy_rule_members",
                "the members who may see a restricted contact",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "pseudonymous @contact_id member_id; operational org_id"
            ),
            Parse(
                "honey_tokens",
                "contacts whose opening raises an alert",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "pseudonymous @contact_id marked_by; operational org_id marked_at"
            ),
            Parse(
                "data_keys",
                "keys of persons, conversations and scopes, wrapped",
                SubjectPath.Contact,
                ErasureAction.CryptoShred,
                "keymaterial wrapped key_id; pseudonymous @subject_id; "
                    + "operational org_id purpose epoch state uses created_at destroyed_at",
                "a destroyed key has no bytes left; its id distinguishes erased data from damaged data"
            ),
            Parse(
                "conversation_keys",
                "keys of content of several people, wrapped for each of them",
                SubjectPath.Contact,
                ErasureAction.Delete,
                "keymaterial wrapped key_id party_key_id; pseudonymous @party_id; operational org_id is_author"
            ),
        ];
}
