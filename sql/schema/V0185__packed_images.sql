-- purpose:    audit_log: the rows of statements that changed many rows, packed instead of as jsonb
-- locks:      access exclusive on audit_log for the moment of adding columns
-- reversible: drop the columns; entries of many rows lose their images

set role callintel_owner;

alter table callintel_private.audit_log
    add column image_columns text[],
    add column images_before bytea,
    add column images_after  bytea;
comment on column callintel_private.audit_log.image_columns is
    'With the mode images, for a statement that changed more than 100 rows: the columns of the packed rows.';
comment on column callintel_private.audit_log.images_before is
    'The packed rows before the statement, each in the binary format of PostgreSQL for a record. '
    'callintel_private.unpack_images returns them as JSON.';
comment on column callintel_private.audit_log.images_after is
    'The packed rows after the statement. Protected fields are envelopes; texts, hashes of numbers and digests are '
    'left out.';
-- Most of a packed row is ciphertext, which does not become smaller.
do $$
declare
    relation regclass;
begin
    for relation in select c.oid from pg_catalog.pg_class c
                     where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname ~ '^audit_log(_|$)' loop
        execute format('alter table %s alter column images_before set storage external', relation);
        execute format('alter table %s alter column images_after set storage external', relation);
        execute format('alter table %s alter column image_columns set statistics 0', relation);
        execute format('alter table %s alter column images_before set statistics 0', relation);
        execute format('alter table %s alter column images_after set statistics 0', relation);
    end loop;
end $$;

reset role;
