-- purpose:    rejected records keep which field was wrong and what was expected
-- locks:      access exclusive on ingest_rejects for the moment of adding a column
-- reversible: drop the column, then install the functions of the former version again

set role callintel_owner;

alter table callintel_private.ingest_rejects
    add column detail text collate "C",
    add constraint ingest_rejects_detail_ck check (octet_length(detail) <= 4000);
comment on column callintel_private.ingest_rejects.detail is
    'The field and what was expected, without values of the record; null if unknown.';

-- These functions have one more parameter, or return one more column.
set role callintel_definer;
drop function if exists callintel.record_batch(
    uuid, uuid, bigint, bigint, bigint, bigint, timestamptz, bigint[], text[], bytea[], text[], text, text, bytea[]);
set role callintel_member;
drop function if exists callintel.read_rejects(uuid, bigint, integer);

reset role;
