-- What the indexes of the search hold (src/entities/support-chat/search). They are built beside running traffic, which no
-- migration can do, by `npm run db:migrate` and `npm start`. docs/decisions/045 says why this is not pg_trgm.

-- Every three characters that follow each other, letter case aside, as lexemes; the last two characters are followed by
-- spaces, so that one or two letters are the beginning of some lexeme. The cost keeps the planner from calling this for
-- row after row where it can read an index.
CREATE FUNCTION "textParts"(said TEXT) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
DECLARE
  line TEXT;
BEGIN
  -- A tsvector has an end at a megabyte. What is longer than any text we let in is looked through each time.
  IF length(said) > 20000 THEN
    RETURN array_to_tsvector(ARRAY['(long)']);
  END IF;
  line := replace(lower(said), E'\x01', ' ') || '   ';
  RETURN array_to_tsvector(array_remove(
    string_to_array(regexp_replace(line, '(...)', E'\\1\x01', 'g'), E'\x01')
    || string_to_array(regexp_replace(substr(line, 2), '(...)', E'\\1\x01', 'g'), E'\x01')
    || string_to_array(regexp_replace(substr(line, 3), '(...)', E'\\1\x01', 'g'), E'\x01'), ''));
END $$;

-- What the parts of a text must have for the text to hold these words. All that do hold them pass, and few others.
CREATE FUNCTION "textPartsOf"(words TEXT) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ('(' || string_agg('''' || replace(replace(part, '\', '\\'), '''', '''''') || ''''
           || CASE WHEN length(part) < 3 THEN ':*' ELSE '' END, ' & ') || ') | ''(long)''')::tsquery
    FROM (SELECT replace(lower(words), E'\x01', ' ') AS line) l,
         LATERAL (SELECT substr(line, n, 3) AS part FROM generate_series(1, greatest(length(line) - 2, 1)) n) p
$$;
