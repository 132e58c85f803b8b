-- name: Call the function that matches words of all orgs
-- claim: the application chooses the org in which words are matched
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.rank_lexemes('{foreign}', null, array[0::smallint, 2::smallint, 3::smallint], array[]::uuid[],
    array[]::uuid[], array[]::uuid[], array['commonword'], array[0::smallint], null, null,
    '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null, null, null::smallint,
    null::smallint, null, 10) as breach;
