-- purpose:    privacy rules that requests of data subjects set, with the rule before, so that they can be lifted
-- locks:      share row exclusive on subject_requests for the foreign key
-- reversible: drop the table; the rules stay

set role callintel_owner;

create table callintel_private.subject_request_rules (
    org_id      uuid        not null,
    rule_id     uuid        not null,
    request_id  uuid        not null,
    contact_id  uuid        not null,
    rule_before jsonb       not null,
    rule_after  jsonb       not null,
    set_at      timestamptz not null default now(),
    set_by      uuid        not null,
    lifted_at   timestamptz,
    lifted_by   uuid,
    constraint subject_request_rules_org_id_rule_id_pk primary key (org_id, rule_id),
    constraint subject_request_rules_org_id_request_id_fk foreign key (org_id, request_id)
        references callintel_private.subject_requests (org_id, request_id) on delete cascade,
    constraint subject_request_rules_lifted_at_ck check ((lifted_at is null) = (lifted_by is null))
);
alter table callintel_private.subject_request_rules enable row level security;
alter table callintel_private.subject_request_rules force row level security;
create index subject_request_rules_org_id_request_id_idx
    on callintel_private.subject_request_rules (org_id, request_id);
comment on table callintel_private.subject_request_rules is
    'Privacy rules that requests for restriction, objections and opt-outs set.';
comment on column callintel_private.subject_request_rules.contact_id is
    'Personal data (pseudonymous): the contact.';
comment on column callintel_private.subject_request_rules.rule_before is
    'The rule of the contact before, as in contacts.rule_before: an empty object if it had none.';
comment on column callintel_private.subject_request_rules.rule_after is
    'The rule that the request set. It is lifted only while the contact has it.';
comment on column callintel_private.subject_request_rules.set_by is
    'Personal data (pseudonymous): the member who set the rule.';
comment on column callintel_private.subject_request_rules.lifted_by is
    'Personal data (pseudonymous): the member who lifted the rule; null while it holds.';

reset role;
