-- name: Read content without filing it
-- claim: text leaves the database without an entry; the functions return ciphertext only
-- runs: analyst, admin, owner
-- expect: no rows
-- naive: holds
select body as breach
  from callintel.read_events_with_content(null, null, null, null, null, null, null, 1000)
 where get_byte(body, 0) <> 193 or octet_length(body) < 63;
