-- purpose:    audit_log: the statement that changed a table, its request, and the rows that it changed; audit_modes:
--             how much of it an org has on file
-- locks:      access exclusive on audit_log for the moment of adding columns
-- reversible: drop the columns and the table

set role callintel_owner;

alter table callintel_private.audit_log
    add column op         smallint not null default 0,
    add column request_id uuid,
    add column row_keys   text[],
    add column images     jsonb;
comment on column callintel_private.audit_log.op is
    '0: an action that a function of the package files. Otherwise filed by a trigger, for each statement that changes '
    'a table: 1 insert, 2 update, 3 delete, 4 truncate.';
comment on column callintel_private.audit_log.request_id is
    'The request of the application, from the verified context; the id of the job for changes by a job.';
comment on column callintel_private.audit_log.row_keys is
    'With the mode keys: the primary keys of the first 100 rows, without the org and without hashes of numbers.';
comment on column callintel_private.audit_log.images is
    'With the mode images: the rows before and after the statement, 100 in each row of the log. Protected fields are '
    'envelopes; texts, hashes of numbers and digests are left out.';
-- Images are read rarely, and compressing them costs more than writing them.
do $$
declare
    relation regclass;
begin
    for relation in select c.oid from pg_catalog.pg_class c
                     where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
                       and c.relname ~ '^audit_log(_|$)' loop
        execute format('alter table %s alter column images set storage external', relation);
        execute format('alter table %s alter column images set statistics 0', relation);
        execute format('alter table %s alter column row_keys set statistics 0', relation);
    end loop;
end $$;

create table callintel_private.audit_modes (
    org_id uuid        not null,
    mode   smallint    not null,
    set_by uuid        not null,
    set_at timestamptz not null default now(),
    constraint audit_modes_org_id_pk primary key (org_id),
    constraint audit_modes_mode_ck check (mode between 0 and 2)
);
alter table callintel_private.audit_modes enable row level security;
alter table callintel_private.audit_modes force row level security;
comment on table callintel_private.audit_modes is
    'What triggers file about a statement: 0 a summary, 1 the keys of its rows too, 2 the rows before and after it too.'
    ' The row of the nil uuid is for orgs without a row; 0 without one.';
comment on column callintel_private.audit_modes.set_by is
    'Personal data (pseudonymous): the member who chose the mode; the nil uuid for operations.';

reset role;
