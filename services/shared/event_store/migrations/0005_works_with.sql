-- works with 4
-- The oldest schema whose code works on a database that has had a step: what only adds lets the release before run on.
ALTER TABLE {{migrations}} ADD COLUMN works_with integer;
