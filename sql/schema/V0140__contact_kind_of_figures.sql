-- purpose:    figures can be limited to contacts that are new in their range, or to those that were known before
-- locks:      none: no table uses the type
-- reversible: alter type callintel.figure_filter drop attribute contact_kind

alter type callintel.figure_filter add attribute contact_kind smallint;
comment on type callintel.figure_filter is
    'Which calls and messages a figure counts; null is any. in_hours: whether they begin within business hours. '
    'contact_kind: 1 of contacts whose first event of all is in the range, 2 of contacts with an earlier one.';
