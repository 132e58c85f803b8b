-- name: Call find_duplicates for an event of a hidden contact
-- claim: stored records can be distinguished from others, contact by contact
-- runs: admin, owner
-- expect: own rows
-- naive: crosses
-- with any-contact: minutes = 3 | contact = null::uuid | member = null::uuid | channel = 4 | direction = 2
-- with by-contact: minutes = 3 | contact = '{own_hidden}'::uuid | member = null::uuid | channel = 4 | direction = 2
select callintel.find_duplicates(array['{own_hidden_event}'::uuid],
    array[timestamptz '2026-01-10 10:00:00Z' + {minutes} * interval '1 minute'], array[{contact}], array[{member}],
    array[null::integer],
       array[{channel}::smallint], array[{direction}::smallint], array[0::smallint], array[null::smallint],
           array[null::bigint], array[null::bigint], array[null::bigint]) <> '{}' as breach;
