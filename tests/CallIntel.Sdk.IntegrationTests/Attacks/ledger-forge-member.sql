-- name: File an access and look for an entry about anybody else
-- claim: file_access writes entries about another member or another org
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select a.member_id as breach
  from callintel.file_access(1, 1, 0::smallint, '00000000-0000-0000-0000-0000000000aa', 0, '{}', '{}', '{}') f,
       lateral callintel.read_accesses(null, null, null, null, null, false, null, 1000) a
 where a.request_id = '00000000-0000-0000-0000-0000000000aa'
   and a.member_id <> callintel.current_member();
