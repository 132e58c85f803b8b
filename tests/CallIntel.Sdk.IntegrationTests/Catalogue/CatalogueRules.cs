namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>Rules for tables and keys. Each rule is a query that returns violations.</summary>
static partial class CatalogueRules
{
    internal const string Ours = "('callintel'::regnamespace, 'callintel_private'::regnamespace)";

    // of one org a row, partitions among them
    const string OrgTables = """
        (select c.* from pg_catalog.pg_class c
          where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
            and c.relkind in ('r', 'p')
            and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id'))
        """;

    const string Verbs = "unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'])";

    internal static readonly Dictionary<string, string> OfTables = new()
    {
        ["Row-level security is enabled and forced on every table except staging tables"] = $"""
            select c.oid::regclass::text from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind in ('r', 'p')
               and not (c.relrowsecurity and c.relforcerowsecurity)
               and c.relname !~ '^staging_[0-7]$'
            """,
        ["The application role has no table privilege except INSERT on staging tables"] = $"""
            select c.oid::regclass || ' ' || p from pg_catalog.pg_class c, {Verbs} p
             where c.relnamespace in {Ours} and c.relkind not in ('v', 'i', 'I', 'c', 't')
               and not (p = 'insert' and c.oid::regclass::text ~ '^callintel\.staging_[0-7]$')
               and (has_table_privilege('callintel_app', c.oid, p)
                    or p in ('select', 'insert', 'update', 'references')
                    and has_any_column_privilege('callintel_app', c.oid, p))
            """,
        ["No role of the package has a privilege on a partition"] = $"""
            select c.oid::regclass || ' ' || r.name || ' ' || p
              from pg_catalog.pg_class c, {Verbs} p,
                   unnest(array['callintel_app', 'callintel_member', 'callintel_fence', 'callintel_definer',
                       'callintel_writer', 'callintel_queue', 'callintel_search', 'callintel_auditor']) as r (name)
             where c.relnamespace in {Ours} and c.relispartition and c.relkind = 'r'
               and has_table_privilege(r.name, c.oid, p)
            """,
        ["Staging tables have no org column"] = """
            select c.relname from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relname ~ '^staging_' and a.attname ~ 'org'
            """,
        ["The org is the first column of every key and index"] = $"""
            select i.indexrelid::regclass::text from pg_catalog.pg_index i join {OrgTables} c on c.oid = i.indrelid
              left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
             where a.attname is distinct from 'org_id'
               -- its keys are hashes under a key of the org, so they belong to one org as they are
               and i.indexrelid <> 'callintel_private.event_lexemes_lexemes_idx'::regclass
            """,
        ["Every foreign key of a table with an org contains the org, except those to roles"] = $"""
            select k.conrelid::regclass::text || ': ' || k.conname from pg_catalog.pg_constraint k
              join {OrgTables} c on c.oid = k.conrelid
              join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
             where k.contype = 'f' and a.attname <> 'org_id'
               and k.conname not in ('org_roles_role_fk', 'invitations_role_fk')
            """,
        ["Indexed columns have leakproof operators, which row-level security needs to use the index"] = $"""
            select i.indexrelid::regclass::text from pg_catalog.pg_index i join {OrgTables} c on c.oid = i.indrelid,
                   unnest(i.indclass::oid[]) as o (opclass)
              join pg_catalog.pg_opclass oc on oc.oid = o.opclass
              join pg_catalog.pg_amop ao on ao.amopfamily = oc.opcfamily and ao.amoplefttype = oc.opcintype
              and ao.amoprighttype = oc.opcintype and ao.amopstrategy = 3
              join pg_catalog.pg_operator op on op.oid = ao.amopopr
              join pg_catalog.pg_proc f on f.oid = op.oprcode
             where not f.proleakproof
            """,
        ["Text, ciphertext and vectors have no statistics, which would contain values of every org"] = $"""
            select c.oid::regclass || '.' || a.attname from {OrgTables} c
              join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relname not in ('org_keys', 'data_keys') and a.attnum > 0 and not a.attisdropped
               and a.attstattarget is distinct from 0
               and a.atttypid not in ('uuid'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype,
                   'boolean'::regtype,
                                      'timestamptz'::regtype, 'date'::regtype, 'interval'::regtype, 'xid8'::regtype)
            """,
        ["Every bytea column accepts only envelopes and is documented as protected"] = $"""
            select c.oid::regclass || '.' || a.attname from {OrgTables} c
              join pg_catalog.pg_attribute a on a.attrelid = c.oid
             where c.relname not in ('org_keys', 'data_keys', 'conversation_keys', 'erasure_ledger', 'audit_trees',
                   'audit_leaves', 'audit_checkpoints') and not c.relispartition
               -- packed rows contain columns of images only, of which PackedImageTests look at each type
               and a.attname not in ('content_hash', 'token_digest', 'images_before', 'images_after')
               and (a.atttypid = 'bytea'::regtype
                    or a.atttypid = 'callintel.envelope'::regtype
                    and coalesce(col_description(c.oid, a.attnum), '') !~ 'protected')
            """,
        ["Every table, policy, view and callable function has a comment"] = $"""
            select 'table ' || c.oid::regclass from pg_catalog.pg_class c
             where c.relnamespace in {Ours} and c.relkind in ('r', 'p', 'v')
               and obj_description(c.oid, 'pg_class') is null
            union all
            select 'policy ' || p.polname from pg_catalog.pg_policy p join {OrgTables} c on c.oid = p.polrelid
             where obj_description(p.oid, 'pg_policy') is null
            union all
            select 'function ' || f.oid::regprocedure from pg_catalog.pg_proc f
             where f.pronamespace = 'callintel'::regnamespace and obj_description(f.oid, 'pg_proc') is null
            """,
    };
}
