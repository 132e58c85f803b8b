namespace CallIntel.Sdk.Audit;

/// <summary>
/// Statements of operations over the ledgers and their seals. They compute hashes themselves instead of calling
/// functions of the schema, which somebody who can rewrite entries could replace.
/// </summary>
static class SealSql
{
    const string ChangeColumns =
        "1::smallint, a.org_id, a.id, a.occurred_at, a.xid, a.member_id, a.purpose, a.action, a.object, a.row_count,"
        + " a.subject_id, a.detail, a.op, a.request_id, a.row_keys, a.images";

    /// <summary>
    /// The binary form of an entry a of the audit log; R__read_seals.sql has the same. Entries without packed rows have
    /// the form they had before these columns existed, so that older leaves stay valid.
    /// </summary>
    const string ChangeBytes =
        $"case when num_nulls(a.image_columns, a.images_before, a.images_after) = 3 then"
        + $" record_send(row({ChangeColumns})) else"
        + $" record_send(row({ChangeColumns}, a.image_columns, a.images_before, a.images_after)) end";

    /// <summary>The binary form of an entry a of the access ledger.</summary>
    const string AccessBytes =
        "record_send(row(2::smallint, a.org_id, a.id, a.accessed_at, a.xid, a.member_id, a.purpose, a.request_id,"
        + " a.fields, a.row_count, a.is_alert, a.event_ids, a.contact_ids, a.other_ids))";

    internal const string Orgs = "select o from callintel_private.list_orgs() o";

    internal const string Lock =
        "insert into callintel_private.audit_seals (org_id, horizon, identity, sealed_at)"
        + " values ($1, 0, '', '-infinity') on conflict do nothing";

    internal const string State =
        "select s.horizon, s.identity, callintel_private.feed_identity(null),"
        + " pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
        + " pg_snapshot_xmax(pg_current_snapshot())::text::bigint, clock_timestamp(),"
        + " exists (select from callintel_private.audit_log a where a.org_id = $1"
        + " and a.xid >= pg_snapshot_xmax(pg_current_snapshot()))"
        + " or exists (select from callintel_private.access_log a where a.org_id = $1"
        + " and a.xid >= pg_snapshot_xmax(pg_current_snapshot()))"
        + " from callintel_private.audit_seals s where s.org_id = $1 for update";

    /// <summary>Entries of finished transactions, from a transaction id to another one.</summary>
    internal const string Unsealed =
        "select x.ledger, x.id, x.hash from ("
        + $"select 1::smallint as ledger, a.id, a.xid, sha256('\\x00'::bytea || {ChangeBytes}) as hash"
        + " from callintel_private.audit_log a where a.org_id = $1"
        + " and a.xid >= $2::text::xid8 and a.xid < $3::text::xid8"
        + " and not exists (select from callintel_private.audit_leaves v"
        + " where v.org_id = $1 and v.row_id = a.id and v.ledger = 1)"
        + $" union all select 2::smallint, a.id, a.xid, sha256('\\x00'::bytea || {AccessBytes})"
        + " from callintel_private.access_log a where a.org_id = $1"
        + " and a.xid >= $2::text::xid8 and a.xid < $3::text::xid8"
        + " and not exists (select from callintel_private.audit_leaves v"
        + " where v.org_id = $1 and v.row_id = a.id and v.ledger = 2)"
        + ") x order by x.xid, x.ledger, x.id limit $4";

    internal const string Trees =
        "select t.month, t.size, t.frontier from callintel_private.audit_trees t where t.org_id = $1";

    internal const string AddLeaves =
        "insert into callintel_private.audit_leaves (org_id, month, position, ledger, row_id, leaf_hash)"
        + " select $1, $2, x.position, x.ledger, x.row_id, x.hash"
        + " from unnest($3, $4, $5, $6) as x (position, ledger, row_id, hash)";

    internal const string SetTree =
        "insert into callintel_private.audit_trees as t (org_id, month, size, frontier) values ($1, $2, $3, $4)"
        + " on conflict on constraint audit_trees_org_id_month_pk"
        + " do update set size = excluded.size, frontier = excluded.frontier";

    internal const string AddCheckpoint =
        "insert into callintel_private.audit_checkpoints"
        + " (org_id, month, size, root, horizon, next_xid, identity, sealed_at, note)"
        + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    internal const string SetState =
        "update callintel_private.audit_seals set horizon = $2, identity = $3, sealed_at = $4 where org_id = $1";

    internal const string Unpublished =
        "select c.month, c.size, c.root, c.note,"
        + " coalesce((select max(p.size) from callintel_private.audit_checkpoints p"
        + " where p.org_id = $1 and p.month = c.month and p.published_at is not null and p.size < c.size), 0)"
        + " from callintel_private.audit_checkpoints c where c.org_id = $1 and c.published_at is null"
        + " and c.size = (select max(n.size) from callintel_private.audit_checkpoints n"
        + " where n.org_id = $1 and n.month = c.month) order by c.month";

    internal const string LeavesBetween =
        "select l.position, l.ledger, l.row_id, l.leaf_hash from callintel_private.audit_leaves l"
        + " where l.org_id = $1 and l.month = $2 and l.position >= $3 and l.position < $4 order by l.position";

    internal const string Published =
        "update callintel_private.audit_checkpoints set published_at = clock_timestamp()"
        + " where org_id = $1 and month = $2 and size <= $3 and published_at is null";

    internal const string Checkpoints =
        "select c.month, c.size, c.root, c.horizon, c.next_xid, c.identity, c.sealed_at, c.note,"
        + " c.identity = callintel_private.present_identity(),"
        + " exists (select from callintel_private.audit_log a where a.org_id = $1 and a.action = 'retire'"
        + " and a.object = 'audit_log' and a.detail = to_char(c.month, 'YYYY-MM'))"
        + " from callintel_private.audit_checkpoints c where c.org_id = $1 order by c.month, c.size";

    internal const string Leaves =
        "select l.position, l.ledger, l.row_id, l.leaf_hash, coalesce(a.hash, b.hash), coalesce(a.xact, b.xact)"
        + " from (select v.position, v.ledger, v.row_id, v.leaf_hash from callintel_private.audit_leaves v"
        + " where v.org_id = $1 and v.month = $2 and v.position > $3 order by v.position limit $4) l"
        + $" left join lateral (select a.xid::text::bigint as xact, sha256('\\x00'::bytea || {ChangeBytes}) as hash"
        + " from callintel_private.audit_log a where l.ledger = 1 and a.org_id = $1 and a.id = l.row_id) a on true"
        + $" left join lateral (select a.xid::text::bigint as xact, sha256('\\x00'::bytea || {AccessBytes}) as hash"
        + " from callintel_private.access_log a where l.ledger = 2 and a.org_id = $1 and a.id = l.row_id) b on true"
        + " order by l.position";

    internal const string WithoutLeaf =
        "select x.ledger, x.id, x.xact from (select 1::smallint as ledger, a.id, a.xid::text::bigint as xact"
        + " from callintel_private.audit_log a where a.org_id = $1 and a.id > $2"
        + " and not exists (select from callintel_private.audit_leaves v"
        + " where v.org_id = $1 and v.row_id = a.id and v.ledger = 1)"
        + " union all select 2::smallint, a.id, a.xid::text::bigint"
        + " from callintel_private.access_log a where a.org_id = $1 and a.id > $2"
        + " and not exists (select from callintel_private.audit_leaves v"
        + " where v.org_id = $1 and v.row_id = a.id and v.ledger = 2)) x order by x.id limit $3";

    /// <summary>The oldest entry without a leaf, of all orgs, and the checkpoints that no sink has.</summary>
    internal const string Lag =
        "select clock_timestamp() - min(u.at), (select count(*) from callintel_private.audit_checkpoints c"
        + " where c.published_at is null), (select clock_timestamp() - min(c.sealed_at)"
        + " from callintel_private.audit_checkpoints c where c.published_at is null)"
        + " from (select s.org_id, s.horizon from callintel_private.audit_seals s"
        + " union all select o, 0 from callintel_private.list_orgs() o"
        + " where not exists (select from callintel_private.audit_seals s where s.org_id = o)) s"
        + " cross join lateral (select min(a.occurred_at) as at from callintel_private.audit_log a"
        + " where a.org_id = s.org_id and a.xid >= s.horizon::text::xid8"
        + " and not exists (select from callintel_private.audit_leaves v"
        + " where v.org_id = a.org_id and v.row_id = a.id and v.ledger = 1) union all"
        + " select min(a.accessed_at) from callintel_private.access_log a"
        + " where a.org_id = s.org_id and a.xid >= s.horizon::text::xid8"
        + " and not exists (select from callintel_private.audit_leaves v"
        + " where v.org_id = a.org_id and v.row_id = a.id and v.ledger = 2)) u";
}
