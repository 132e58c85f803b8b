-- purpose:    what a member may do, ready to read, and a copy of the context key beside the signing keys:
--             callintel.begin_session runs before every statement, and each table less that it opens is a tenth of a
--             point read
-- locks:      access exclusive on org_roles, orgs and signing_keys, briefly
-- reversible: drop the columns and the type

set role callintel_owner;

alter table callintel.orgs add column strictest_rule smallint not null default 0;
comment on column callintel.orgs.strictest_rule is
    'The highest level among the org''s privacy rules. Kept by a trigger of privacy_rules.';

alter table callintel.org_roles add column permissions bigint not null default 0;
comment on column callintel.org_roles.permissions is
    'The bits of the role, and two computed ones: 32768, no contact of the org is restricted or hidden; 65536, nor is '
    'any contact''s content withheld. Kept by triggers.';

alter table callintel_private.context_key drop column outer_pad;
alter table callintel_private.context_key rename column inner_pad to pad;

alter table callintel_private.signing_keys add column context_pad bytea;
comment on column callintel_private.signing_keys.context_pad is 'A copy of context_key.pad.';

-- The fields of a session token, in the order of its text.
create type callintel_private.session_claims as (
    org_id       uuid,
    member_id    uuid,
    purpose      smallint,
    expires_at   timestamptz,
    capabilities bigint,
    nonce        text
);

reset role;
set role callintel_definer;
-- becomes the function begin_session: a call is prepared anew each time, a select is not, and psql takes "begin" for
-- the start of a body in a dump
drop procedure if exists callintel.begin(bytea);
reset role;
