-- name: Ask whether a text was embedded before
-- claim: a guessed text is confirmed by its hash
-- runs: analyst, member, admin, owner
-- expect: CI312
-- naive: holds
select h as breach from callintel.find_embedded_texts(1::smallint, '{"\\x00"}') h;
