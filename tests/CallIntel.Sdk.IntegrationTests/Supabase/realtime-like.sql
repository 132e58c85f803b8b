-- A stand-in for Supabase Realtime: the table of messages, and the functions send and topic with the signatures and the
-- behavior of those in the open-source migrations of Realtime. It is not Supabase's code, and nothing here delivers
-- messages to clients. Run after supabase-like.sql by a superuser.

create schema realtime authorization supabase_admin;
grant usage on schema realtime to anon, authenticated, service_role, project_postgres;

create table realtime.messages (
    id          uuid      not null default gen_random_uuid(),
    inserted_at timestamp not null default now(),
    topic       text      not null,
    extension   text      not null,
    event       text,
    payload     jsonb,
    private     boolean   default false,
    primary key (id, inserted_at)
);
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role, project_postgres;
-- On a hosted project, the role postgres may create policies on this table without owning it.
alter table realtime.messages owner to project_postgres;

-- The channel that a client joins; Realtime sets it before it evaluates the policies.
create function realtime.topic() returns text language sql stable as $$
    select nullif(current_setting('realtime.topic', true), '')
$$;

create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
    language plpgsql as $$
begin
    begin
        execute format('set local realtime.topic to %L', topic);
        insert into realtime.messages (payload, event, topic, private, extension)
        values (payload, event, topic, private, 'broadcast');
    exception when others then
        raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
    end;
end $$;
