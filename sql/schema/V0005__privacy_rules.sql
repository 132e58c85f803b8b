-- purpose:    privacy rules of contacts: who may see a contact and its content, whether content is searched, how long
--             it is kept
-- locks:      none on existing tables
-- reversible: drop the tables

set role callintel_owner;

create table callintel.privacy_rules (
    org_id         uuid        not null,
    contact_id     uuid        not null,
    level          smallint    not null default 0,
    no_search      boolean     not null default false,
    no_embedding   boolean     not null default false,
    retention_days integer,
    set_by         uuid        not null,
    set_at         timestamptz not null default now(),
    constraint privacy_rules_org_id_contact_id_pk primary key (org_id, contact_id),
    constraint privacy_rules_org_id_contact_id_fk foreign key (org_id, contact_id)
        references callintel.contacts (org_id, id),
    constraint privacy_rules_level_ck check (level between 0 and 3),
    constraint privacy_rules_retention_days_ck check (retention_days > 0)
);
alter table callintel.privacy_rules enable row level security;
alter table callintel.privacy_rules force row level security;

-- callintel.begin looks up the highest level of the org before every statement.
create index privacy_rules_org_id_level_idx on callintel.privacy_rules (org_id, level);

comment on table callintel.privacy_rules is
    'level: 0 normal, 1 metadata_only (content for nobody), 2 restricted (listed members and admins), 3 hidden (owner '
    'and admin with a purpose).';

create table callintel.privacy_rule_members (
    org_id     uuid not null,
    contact_id uuid not null,
    member_id  uuid not null,
    constraint privacy_rule_members_org_id_contact_id_member_id_pk primary key (org_id, contact_id, member_id),
    constraint privacy_rule_members_org_id_contact_id_fk foreign key (org_id, contact_id)
        references callintel.privacy_rules (org_id, contact_id)
);
alter table callintel.privacy_rule_members enable row level security;
alter table callintel.privacy_rule_members force row level security;

comment on table callintel.privacy_rule_members is 'The members who may see a restricted contact.';

reset role;
