-- name: Read legal holds from the table
-- claim: holds can be read past the functions
-- runs: everyone
-- expect: 42501
-- naive: holds
select h.hold_id as breach from callintel_private.legal_holds h;
