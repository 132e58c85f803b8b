-- purpose:    staging slots, where COPY puts a batch before callintel.merge_batch moves it into events
-- locks:      none on existing tables
-- reversible: drop the tables
-- COPY FROM is not possible on a table under row-level security, so these tables have none. This is safe: they have no
-- org_id, because the org comes from the verified context; the application role may only insert; and
-- callintel.open_slot empties a slot under an exclusive lock that lasts until the batch commits, so that rows which
-- others left or inserted are never merged.

set role callintel_owner;

do $$
begin
    for slot in 0..7 loop
        execute pg_catalog.format($table$
            create unlogged table callintel.staging_%s (
                id                 uuid,
                occurred_at        timestamptz,
                contact_id         uuid,
                member_id          uuid,
                duration_s         integer,
                channel            smallint,
                direction          smallint,
                outcome            smallint,
                utc_offset_minutes smallint,
                external_id        text,
                body               bytea,
                transcript         bytea,
                summary            bytea
            ) with (autovacuum_enabled = off)$table$, slot);
        execute pg_catalog.format('alter table callintel.staging_%s owner to callintel_definer', slot);
        execute pg_catalog.format(
            'comment on table callintel.staging_%s is %L', slot,
            'A batch on its way into events. It is empty between transactions. '
            'The application role may insert into it and nothing else.');
    end loop;
end $$;

reset role;
