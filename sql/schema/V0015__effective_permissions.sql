-- purpose:    the permissions of each member in one column, and a copy of the context key with the signing keys:
--             callintel.begin_session runs before every statement, and each table that it need not open saves a tenth
--             of a point read
-- locks:      access exclusive on org_roles, orgs and signing_keys, briefly
-- reversible: drop the columns and the type

set role callintel_owner;

alter table callintel.orgs add column strictest_rule smallint not null default 0;
comment on column callintel.orgs.strictest_rule is
    'The highest level among the privacy rules of the org. A trigger of privacy_rules updates it.';

alter table callintel.org_roles add column permissions bigint not null default 0;
comment on column callintel.org_roles.permissions is
    'The bits of the role, and two computed ones: 32768, no contact of the org is restricted or hidden; 65536, nor is '
    'any content restricted. Triggers update it.';

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
-- Becomes the function begin_session: a call is prepared again each time, while a select is not, and psql takes "begin"
-- for the start of a body in a dump.
drop procedure if exists callintel.begin(bytea);
reset role;
