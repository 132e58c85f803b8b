using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tries every verb on every relation and column, and calls every function, as the application role. Only the privilege
/// is tested: no statement reads or changes a row.
/// </summary>
public sealed class GrantTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // What was not refused with "permission denied" was let through, whatever it then said. Nothing of it stays.
    const string TryAll = """
        do $try$
        declare
            r       record;
            verb    text;
            tried   text;
            columns text[];
            allowed text[] := '{}';
        begin
            for r in select c.oid, n.nspname || '.' || c.relname as name, c.relkind = 'v' as is_view from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                      where n.nspname in ('callintel', 'callintel_private') and c.relkind in ('r', 'p', 'v') loop
                foreach verb in array array['select', 'insert', 'delete', 'truncate'] loop
                    continue when r.is_view and verb <> 'select';
                    tried := case verb when 'select' then 'select 1 from %s limit 0'
                                       when 'insert' then 'insert into %s default values'
                                       when 'delete' then 'delete from %s where false' else 'truncate %s' end;
                    begin
                        execute format(tried, r.name);
                        raise exception 'rolled back';
                    exception when others then
                        if sqlerrm !~ '^permission denied' then
                            allowed := allowed || (verb || ' ' || r.name);
                        end if;
                    end;
                end loop;
                -- a fenced view cannot be written to, whoever asks, so the attempt does not tell whether the privilege
                -- is there
                foreach verb in array array['insert', 'update', 'delete', 'truncate', 'references', 'trigger'] loop
                    if r.is_view and (has_table_privilege(r.oid, verb)
                                      or verb in ('insert', 'update', 'references')
                                      and has_any_column_privilege(r.oid, verb)) then
                        allowed := allowed || (verb || ' ' || r.name);
                    end if;
                end loop;
                foreach verb in array array['select', 'update'] loop
                    columns := '{}';
                    for tried in select a.attname from pg_attribute a
                        where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and not r.is_view loop
                        begin
                            execute format(case verb when 'select' then 'select %2$I from %1$s limit 0'
                                           else 'update %1$s set %2$I = default where false' end, r.name, tried);
                            columns := columns || tried;
                        exception when insufficient_privilege then
                            null;
                        end;
                    end loop;
                    if columns <> '{}'
                       and (verb = 'update'
                            or cardinality(columns) < (select count(*) from pg_attribute a
                                                        where a.attrelid = r.oid and a.attnum > 0
                                                          and not a.attisdropped)) then
                        allowed := allowed || (verb || ' ' || r.name
                            || case when cardinality(columns) < (select count(*) from pg_attribute a
                                                                  where a.attrelid = r.oid and a.attnum > 0
                                                                    and not a.attisdropped)
                                    then ' ' || columns::text else '' end);
                    end if;
                end loop;
            end loop;
            for r in select n.nspname || '.' || f.proname as name, f.proname, a.arguments, a.row
                       from pg_proc f join pg_namespace n on n.oid = f.pronamespace,
                            lateral (select string_agg('x.a' || i, ', ' order by i) as arguments,
                                            string_agg(format('null::%s as a%s', format_type(t, null), i), ', '
                                                       order by i) as row
                                       from unnest(f.proargtypes::oid[]) with ordinality u (t, i)) a
                      where n.nspname in ('callintel', 'callintel_private') and f.prorettype <> 'trigger'::regtype loop
                begin
                    -- from a row, because a strict function of constant nulls is never called and so never refused
                    execute format('select %s(%s) from (select %s offset 0) x', r.name, r.arguments,
                        coalesce(r.row, '1'));
                    raise exception 'rolled back';
                exception when others then
                    -- what one that runs as its caller is refused further in, is another matter
                    if sqlerrm !~ '^permission denied for schema'
                       and sqlerrm <> 'permission denied for function ' || r.proname
                       and sqlerrm <> 'permission denied for aggregate ' || r.proname then
                        allowed := allowed || ('execute ' || r.name);
                    end if;
                end;
            end loop;
            perform set_config('test.allowed', array_to_string(allowed, ';'), true);
        end $try$
        """;

    static readonly Dictionary<string, string> Expected = new()
    {
        ["select"] =
            "access_log audit_log business_hours contact_numbers contact_profiles contacts dirty_buckets "
            + "event_contents event_details event_embeddings event_keys event_participants event_parts "
            + "event_tombstones events holidays ingest_rejects invitations line_profiles lines member_profiles "
            + "org_roles orgs privacy_rule_members privacy_rules sync_health sync_runs sync_sources "
            + "sync_streams team_members teams",
        ["insert"] = "staging_0 staging_1 staging_2 staging_3 staging_4 staging_5 staging_6 staging_7",
        ["execute"] =
            "advance_indexing delete_lexemes disable_text_search enable_text_search plan_indexing "
            + "read_found_events read_unindexed_contents search_contact search_state search_texts store_lexemes "
            + "accept_invitation add_line add_org_key add_team_member assign_line record_heartbeat begin_org_deletion "
            + "begin_session blind_index_version change_feed_delay complete_job count_by_line count_by_member "
            + "count_calls count_events count_events_by_contact count_events_by_hour count_outdated_data_keys "
            + "count_outdated_numbers count_unanswered_calls count_volume create_org "
            + "create_team current_member current_org "
            + "delete_event find_events_by_external_id read_events_forward read_events_forward_with_content "
            + "current_permissions delete_org_rows delete_team drop_job drop_shredded_numbers "
            + "enqueue_key_rotation enqueue_number_rotation events_between events_by_id events_of "
            + "expect_source fetch_data_keys fetch_org_keys figure_source figure_version file_access find_contact "
            + "find_contacts "
            + "find_duplicates find_event find_event_with_content find_stream_cursor finish_run first_id "
            + "first_source_name get_or_create_data_keys invite_member job_statistics keep_jobs "
            + "mark_honey_token may_name_contact measure_response_times merge_batch merge_contacts "
            + "merge_details merge_new merge_participants merge_parts move_org_key oldest_sdk_served open_slot "
            + "count_contacts list_calls_to_return list_threads previous_period sum_costs "
            + "read_accesses read_business_hours read_changes read_contact_group read_contact_labels "
            + "read_contact_names read_contact_numbers read_conversation read_event_details "
            + "read_event_participants read_event_parts read_events read_events_with_content "
            + "read_first_numbers read_honey_tokens read_invitations read_job_payload read_jobs read_lines "
            + "read_member_profiles read_members read_outdated_data_keys read_outdated_numbers "
            + "read_privacy_rules read_rejects read_teams record_batch refuse_run release_job "
            + "remove_privacy_rule remove_team_member rename_line rename_org rename_source rename_team "
            + "read_shared_contents replace_shared_contents replace_data_keys replace_numbers reserve_key_uses "
            + "resolve_contacts retire_data_keys "
            + "retire_line retire_source retry_job revoke_invitation schema_version set_business_hours "
            + "set_contact_name set_member_name set_member_role set_privacy_rule shred_data_keys "
            + "smallest_group split_contact start_run sync_health_at take_jobs transfer_ownership "
            + "unmark_honey_token write_event write_events "
            + "activate_embedding_model count_embeddings delete_former_embeddings disable_embeddings "
            + "enable_embeddings enqueue_embedding find_embedded_texts read_embedding_models read_unembedded "
            + "search_vectors store_embeddings read_audit_mode search_audit set_audit_mode "
            + "read_audit_checkpoints read_audit_leaves read_unsealed_entries "
            + "acknowledge_subject_request assign_subject_request cancel_subject_request complete_subject_request "
            + "deny_subject_request extend_subject_request find_subject_requests mark_duplicate_subject_request "
            + "measure_subject_requests open_subject_request purge_subject_requests "
            + "read_subject_request_history read_subject_request_identities read_subject_requests "
            + "verify_subject_request begin_subject_export count_subject_rows find_subject_contacts "
            + "lift_subject_rule note_rectification note_subject_export read_subject_party_events read_subject_rules "
            + "set_subject_rule "
            + "complete_erasure confirm_erasure_step scan_erasure enqueue_erasure erase_contacts erase_events "
            + "erase_keys finish_replay log_erasure place_hold read_erasure read_erasure_certificates "
            + "read_erasure_height read_erasure_ledger read_erasure_rows read_holds read_rejects_to_erase "
            + "read_suppression redact_rejects release_hold repeat_erasure replay_erasure request_erasure "
            + "set_suppression_action suppress_erased suppress_number unsuppress_number read_suppressed_digests "
            + "find_number_owner replace_contact_number read_unfinished_erasures "
            + "apply_retention enqueue_retention read_dropped_months report_retention set_retention",
    };

    [Fact]
    public async Task The_application_role_has_exactly_the_listed_privileges()
    {
        await using NpgsqlConnection connection = await fixture.Database.DataSource.Database.OpenConnectionAsync(
            Cancellation
        );
        string[] expected =
        [
            .. Expected.SelectMany(e =>
                e.Value.Split(' ').Select(name => $"{e.Key} callintel.{name.Replace('/', ' ')}")
            ),
        ];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            await AllowedAsync(
                connection,
                fixture.Database.DataSource.Database.BeginCommand(fixture.Own.As(OrgRole.Owner))
            )
        );
    }

    [Fact]
    public async Task Privileges_in_the_private_schema_are_exactly_those_that_the_views_need()
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        IReadOnlyList<string> allowed = await AllowedAsync(
            connection,
            new NpgsqlBatchCommand("grant usage on schema callintel_private to callintel_app"),
            new NpgsqlBatchCommand("set local role callintel_app")
        );
        Assert.Equal(
            [
                "execute callintel_private.listed_contacts",
                "execute callintel_private.listed_merged_contacts",
                "execute callintel_private.refuse",
                "execute callintel_private.visible_contacts",
            ],
            allowed.Where(a => a.Contains(" callintel_private.", StringComparison.Ordinal))
        );
    }

    /// <returns>In order; nothing of the statements stays.</returns>
    static async Task<IReadOnlyList<string>> AllowedAsync(
        NpgsqlConnection connection,
        params NpgsqlBatchCommand[] first
    )
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlBatch batch = new(connection);
        foreach (NpgsqlBatchCommand command in first.Append(new NpgsqlBatchCommand(TryAll)))
            batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand result = new("select current_setting('test.allowed')", connection);
        return [.. ((string)(await result.ExecuteScalarAsync(Cancellation))!).Split(';').Order(StringComparer.Ordinal)];
    }
}
