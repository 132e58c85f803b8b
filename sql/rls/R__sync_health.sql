-- purpose: sync_health: the state of every stream now

set role callintel_owner;

create or replace view callintel.sync_health with (security_invoker = on) as
select h.* from callintel.sync_health_at(statement_timestamp()) h;
comment on view callintel.sync_health is
    'One row a stream: ok, lagging, late, zero_rows, rejecting, stale, never_run, hung or failing, derived when it is read, with the reasons. callintel.sync_health_at tells any moment.';
grant select on callintel.sync_health to callintel_app;

reset role;
