-- Every measure of attendance once more, in SQL, from the raw tables of one event. Written from the words of
-- docs/guide/attendance.md and docs/words.md, not from the product's code; nothing here is shared with it.
--
-- People: one row a person (or so many) of whom it is known who, and one a line of others, in `head`, for a `cut`:
-- everything, a day, a venue, a session. Visits: in `visit`. The rest follows from these two.

-- Lines that nobody took back, with day (it ends in the night) and five minutes reckoned anew from their time.
CREATE TABLE standing AS
SELECT
    e.id, e.kind, e.method, e.place_id AS place, e.ticket_id AS ticket, e.registration_id AS registration, e.source_id,
    e."at" AS moment, e.new_today, e.reentry, n.category_id AS category, n.number,
    CASE WHEN e.party_kind = 'team' THEN NULL ELSE e.booked END AS booked,
    e.kind = 'exit' OR coalesce(e.direction, 'in') = 'out' AS leaving,
    e.party_kind AS party, e.organisation_kind AS organisation, e.language, e.lead_days AS lead,
    CASE WHEN e.place_id IS NOT NULL THEN
        CAST(timezone(v.timezone, timezone('UTC', e."at")) - to_seconds(epoch(v.day_ends_at)) AS DATE) END AS day,
    CASE WHEN e.place_id IS NOT NULL THEN CAST(floor(epoch(e."at") / 300) AS BIGINT) END AS slot
FROM entry e
JOIN entry_number n ON n.entry_id = e.id
CROSS JOIN event v
WHERE e.kind <> 'undo' AND e.id NOT IN (SELECT undoes_id FROM entry WHERE undoes_id IS NOT NULL);

CREATE TABLE spot AS
SELECT p.id AS place, p.session_id AS session, coalesce(r.venue_id, p.venue_id) AS venue
FROM place p LEFT JOIN event_session s ON s.id = p.session_id LEFT JOIN room r ON r.id = s.room_id;

-- A ticket that was issued again is still the same person: the last one of the row speaks for all before it.
CREATE TABLE holder AS
WITH RECURSIVE chain(ticket, who) AS (
    SELECT id, id FROM ticket
    UNION ALL
    SELECT c.ticket, t.replaced_by_id FROM chain c JOIN ticket t ON t.id = c.who WHERE t.replaced_by_id IS NOT NULL
)
SELECT c.ticket, c.who, c.who AS last, coalesce(t.attendee_id, -t.registration_id) AS paper,
    t.registration_id AS registration, t.attendee_id IS NOT NULL AS named
FROM chain c JOIN ticket t ON t.id = c.who WHERE t.replaced_by_id IS NULL;

-- Whose party came on its one ticket too is counted with the party: nobody knows who of it that was.
UPDATE holder SET who = party.who, named = FALSE
FROM (SELECT DISTINCT h.registration, h.who, h.ticket FROM holder h WHERE NOT h.named) party
WHERE holder.named AND party.registration = holder.registration
    AND holder.ticket IN (FROM standing SELECT ticket WHERE NOT leaving)
    AND party.ticket IN (FROM standing SELECT ticket WHERE NOT leaving);

-- Who came in, or came back. Of one person: the ticket of somebody named, or of a registration that was never for more.
CREATE TABLE inward AS
SELECT s.*, h.who, spot.session, spot.venue,
    h.who IS NOT NULL
        AND bool_and(coalesce(h.named OR s.party = 'person', FALSE)) OVER (PARTITION BY h.who) AS single
FROM standing s JOIN spot ON spot.place = s.place LEFT JOIN holder h ON h.ticket = s.ticket
WHERE NOT s.leaving AND s.kind <> 'room_count';

-- The newest line of one person says its category and how it is known; of a party's category, how new it is.
CREATE TABLE newest AS
SELECT * FROM inward WHERE single AND number > 0
QUALIFY row_number() OVER (PARTITION BY who ORDER BY moment DESC, id DESC, category DESC) = 1;

CREATE TABLE size AS
SELECT t.id AS who, sum(p.number) AS people
FROM ticket t JOIN registration r ON r.id = t.registration_id JOIN party_number p ON p.registration_id = r.id
WHERE t.attendee_id IS NULL AND r.party_kind <> 'person' GROUP BY t.id;

-- What a line says of its party: of a ticket what its newest line says.
CREATE TABLE said AS
SELECT who, party, organisation, language, lead FROM inward WHERE who IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY who ORDER BY moment DESC, id DESC) = 1;

-- Everything that is looked at by itself: (cut, value), and the lines in it.
CREATE TABLE piece AS
SELECT 'all' AS cut, NULL AS value, * FROM inward
UNION ALL SELECT 'day', CAST(day AS TEXT), * FROM inward
UNION ALL SELECT 'venue', coalesce(CAST(venue AS TEXT), 'online'), * FROM inward
UNION ALL SELECT 'session', coalesce(CAST(session AS TEXT), 'entrance'), * FROM inward;

-- Parties: net numbers of those who did not come back, at each place of a piece; of each category the fullest place.
CREATE TABLE net AS
SELECT cut, value, who, category, place, sum(number) AS number
FROM piece WHERE who IS NOT NULL AND NOT single AND NOT reentry GROUP BY ALL;

CREATE TABLE fullest AS
WITH best AS (
    SELECT * FROM net WHERE number > 0
    QUALIFY row_number() OVER (PARTITION BY cut, value, who, category ORDER BY number DESC, place) = 1
), at_one_place AS (
    SELECT cut, value, who, max(people) AS people FROM (
        SELECT cut, value, who, place, sum(greatest(number, 0)) AS people FROM net GROUP BY ALL
    ) GROUP BY ALL
), age AS (
    SELECT who, category, max((moment, id)) AS newest FROM inward WHERE NOT single AND NOT reentry AND number > 0 GROUP BY ALL
), ranked AS (
    SELECT b.*, greatest(s.people, o.people) AS most,
        coalesce(sum(b.number) OVER (PARTITION BY b.cut, b.value, b.who ORDER BY a.newest DESC, b.category DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM best b JOIN age a USING (who, category) LEFT JOIN size s USING (who)
    JOIN at_one_place o ON o.cut = b.cut AND o.who = b.who AND o.value IS NOT DISTINCT FROM b.value
)
SELECT cut, value, who, category, place, number AS there,
    CASE WHEN most IS NULL THEN number ELSE least(number, greatest(most - before, 0)) END AS number
FROM ranked;

CREATE TABLE head AS
-- One person, once in each piece.
SELECT DISTINCT p.cut, p.value, p.who, n.category, n.method, FALSE AS anonymous, 1 AS number
FROM piece p JOIN newest n USING (who) WHERE p.single AND p.number > 0
UNION ALL
-- Parties, by how they are known at their fullest place; where the party is fewer than that, nobody says of whom.
SELECT f.cut, f.value, f.who, f.category, CASE WHEN f.there = f.number THEN p.method ELSE 'limited' END, FALSE,
    CASE WHEN f.there = f.number THEN sum(p.number) ELSE any_value(f.number) END
FROM fullest f
JOIN piece p ON p.cut = f.cut AND p.value IS NOT DISTINCT FROM f.value AND p.who = f.who AND p.category = f.category
    AND p.place = f.place AND NOT p.reentry
GROUP BY f.cut, f.value, f.who, f.category, f.there = f.number,
    CASE WHEN f.there = f.number THEN p.method ELSE 'limited' END
UNION ALL
-- Without a ticket: who was new that day.
SELECT cut, value, NULL, category, method, TRUE, number FROM piece WHERE who IS NULL AND new_today AND NOT reentry
UNION ALL
-- Figures of a source that counts people; it does not say where and when.
SELECT cut.cut, NULL, NULL, s.category, s.method, FALSE, s.number
FROM standing s LEFT JOIN figure_source f ON f.id = s.source_id CROSS JOIN event v
CROSS JOIN (VALUES ('all'), ('day'), ('venue'), ('session')) cut(cut)
WHERE s.place IS NULL AND coalesce(f.measure, v.people_measure, 'people') = 'people';

-- Who of each ticket is inside at any moment, step by step: nobody leaves twice, nobody is in twice. At a door every
-- paper of a registration counts for itself; one that was issued again is the same.
CREATE TABLE walk AS
WITH RECURSIVE step AS (
    SELECT s.place, h.paper AS who, s.category, s.moment, s.id, s.number, s.leaving, s.reentry,
        row_number() OVER (PARTITION BY s.place, h.paper, s.category ORDER BY s.moment, s.id) AS step
    FROM standing s JOIN holder h ON h.ticket = s.ticket WHERE s.kind <> 'room_count'
), walk(place, who, category, moment, id, step, admitted, inside, too_many) AS (
    SELECT place, who, category, moment, id, CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT), FALSE
    FROM step WHERE step = 1
    UNION ALL
    SELECT w.place, w.who, w.category, s.moment, s.id, s.step,
        w.admitted + CASE WHEN s.leaving OR s.reentry THEN 0 ELSE s.number END,
        CASE WHEN s.leaving THEN greatest(w.inside - abs(s.number), 0)
            ELSE least(w.inside + s.number, CASE
                WHEN w.admitted + CASE WHEN s.reentry THEN 0 ELSE s.number END = 0 THEN s.number
                ELSE w.admitted + CASE WHEN s.reentry THEN 0 ELSE s.number END END) END,
        CASE WHEN s.leaving THEN w.inside < abs(s.number)
            ELSE w.inside + s.number > w.admitted + CASE WHEN s.reentry THEN 0 ELSE s.number END END
    FROM walk w JOIN step s ON s.place = w.place AND s.who = w.who AND s.category = w.category AND s.step = w.step + 1
)
SELECT * FROM walk WHERE step > 0;

-- Where the lines alone do not say it: one ticket came or left under several categories in turn (of one of them more left
-- or came back than there were), or came back although nobody let them in.
CREATE TABLE doubtful AS
SELECT DISTINCT place FROM (
    SELECT s.place FROM standing s JOIN holder h ON h.ticket = s.ticket GROUP BY s.place, h.paper
    HAVING (bool_or(s.reentry) AND NOT bool_or(NOT s.reentry AND NOT s.leaving))
        OR bool_or(s.party = 'person') AND count(DISTINCT s.category) > 1
    UNION ALL
    SELECT s.place FROM standing s JOIN holder h ON h.ticket = s.ticket GROUP BY s.place, h.paper, s.category
    HAVING bool_or(s.leaving OR s.reentry) AND NOT bool_or(NOT s.reentry AND NOT s.leaving)
    UNION ALL
    SELECT place FROM walk GROUP BY place, who HAVING bool_or(too_many) AND count(DISTINCT category) > 1
);

-- Who holds a ticket and is inside at a moment that matters: now, when a room was counted, at the end of five minutes.
CREATE TABLE moment AS
SELECT DISTINCT place, moment, CAST(NULL AS BIGINT) AS slot FROM standing WHERE kind = 'room_count'
UNION ALL
SELECT place, max(moment), slot FROM standing WHERE place IS NOT NULL GROUP BY place, slot
UNION ALL
SELECT place, max(moment), -1 FROM standing WHERE place IS NOT NULL GROUP BY place;

CREATE TABLE holding AS
WITH last AS (
    SELECT m.place, m.moment, m.slot, w.who, w.category, w.inside FROM moment m JOIN walk w ON w.place = m.place AND w.moment <= m.moment
    QUALIFY row_number() OVER (PARTITION BY m.place, m.moment, m.slot, w.who, w.category ORDER BY w.step DESC) = 1
)
SELECT place, moment, slot, category, sum(inside) AS number FROM last GROUP BY ALL;

-- Others: as many as came and have not left; or, since the newest room count, those it found less the holders inside
-- (of one that nobody was asked for, all of them), and who came or left after it.
CREATE TABLE other AS
WITH found AS (
    SELECT s.id, s.place, s.moment, sum(greatest(s.number - coalesce((
        SELECT sum(h.number) FROM holding h
        WHERE h.place = s.place AND h.moment = s.moment AND h.slot IS NULL AND (k.unknown OR h.category = s.category)), 0), 0)) AS number
    FROM standing s JOIN category k ON k.id = s.category WHERE s.kind = 'room_count' GROUP BY s.id, s.place, s.moment
), speaking AS (
    SELECT m.place, m.moment, m.slot, f.moment AS counted, f.number FROM moment m JOIN found f ON f.place = m.place AND f.moment <= m.moment
    QUALIFY row_number() OVER (PARTITION BY m.place, m.moment, m.slot ORDER BY f.moment DESC, f.number DESC) = 1
)
SELECT m.place, m.slot, coalesce(c.number, 0) + coalesce(sum(CASE
    WHEN s.leaving THEN -abs(s.number) ELSE s.number END), 0) AS number
FROM moment m
LEFT JOIN speaking c ON c.place = m.place AND c.moment = m.moment AND c.slot IS NOT DISTINCT FROM m.slot
LEFT JOIN standing s ON s.place = m.place AND s.ticket IS NULL AND s.kind <> 'room_count' AND s.moment <= m.moment
    AND (c.counted IS NULL OR s.moment > c.counted)
WHERE m.slot IS NOT NULL GROUP BY m.place, m.slot, c.number;

CREATE TABLE inside AS
SELECT o.place, o.slot, greatest(o.number, 0) + coalesce((
    SELECT sum(h.number) FROM holding h WHERE h.place = o.place AND h.slot = o.slot), 0) AS number
FROM other o;

-- Now, and over time: where somebody is counted out at the end of each five minutes in which anything was written, where
-- only the room is counted in those of a count.
CREATE TABLE inside_now AS SELECT place, number FROM inside WHERE slot = -1;

CREATE TABLE occupancy AS
SELECT i.place, i.slot, i.number FROM inside i JOIN spot ON spot.place = i.place
WHERE i.slot >= 0 AND spot.session IS NOT NULL AND (
    i.place IN (SELECT place FROM standing WHERE leaving)
    OR EXISTS (FROM standing c WHERE c.kind = 'room_count' AND c.place = i.place AND c.slot = i.slot));

-- Stays: of each paper that came and left in turn, always all of it, the minutes inside; as many times as it is people.
CREATE TABLE stay AS
WITH line AS (
    SELECT s.place, h.last AS who, s.moment, s.leaving, s.reentry, sum(abs(s.number)) AS number, min(s.number) AS least,
        min(s.id) AS id
    FROM standing s JOIN holder h ON h.ticket = s.ticket WHERE s.kind <> 'room_count'
    GROUP BY s.place, h.last, s.moment, s.leaving, s.reentry
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY place, who ORDER BY moment, id) AS step,
        count(*) OVER (PARTITION BY place, who) AS steps FROM line
)
SELECT place, who, sum(CASE WHEN leaving THEN 1 ELSE -1 END * epoch(moment)) / 60 AS minutes,
    sum(CASE WHEN NOT leaving AND NOT reentry THEN number ELSE 0 END) AS people
FROM numbered GROUP BY place, who
HAVING bool_and(leaving = (step % 2 = 0)) AND max(steps) % 2 = 0 AND min(number) = max(number) AND min(least) FILTER (NOT leaving) > 0;

-- "63 here": of each count those who hold no ticket; of several the one that finds most of them, the first of equals.
CREATE TABLE counted AS
WITH holders AS (
    SELECT DISTINCT c.id, h.category, h.number AS holders
    FROM standing c JOIN holding h ON h.place = c.place AND h.moment = c.moment AND h.slot IS NULL WHERE c.kind = 'room_count'
), found AS (
    SELECT s.id, s.place, s.moment, s.category, s.day, s.slot, greatest(s.number - CASE
        WHEN k.unknown THEN coalesce((SELECT sum(holders) FROM holders i WHERE i.id = s.id), 0)
        ELSE coalesce((SELECT sum(holders) FROM holders i WHERE i.id = s.id AND i.category = s.category), 0) END, 0) AS number
    FROM standing s JOIN category k ON k.id = s.category WHERE s.kind = 'room_count'
), together AS (
    SELECT id, place, moment, sum(number) AS people FROM found GROUP BY id, place, moment
    QUALIFY row_number() OVER (PARTITION BY place ORDER BY people DESC, moment, id) = 1
)
SELECT f.* FROM found f JOIN together t USING (id);

CREATE TABLE visit AS
WITH mine AS (
    SELECT *,
        row_number() OVER (PARTITION BY who, place ORDER BY reentry, moment DESC, id DESC) AS speaks,
        first_value(day) OVER (PARTITION BY who, place ORDER BY moment, id) AS first_day,
        first_value(slot) OVER (PARTITION BY who, place ORDER BY moment, id) AS first_slot
    FROM inward WHERE single AND number > 0
)
-- One person once in each place: it began with the first line, and is what the newest says that is no return.
SELECT place, who, category, method, first_day AS day, first_slot AS slot, booked, FALSE AS anonymous, 1 AS number
FROM mine WHERE speaks = 1
UNION ALL
SELECT place, who, category, method, day, slot, booked, FALSE, number
FROM inward WHERE who IS NOT NULL AND NOT single AND NOT reentry
UNION ALL
SELECT place, NULL, category, method, day, slot, booked, TRUE, number
FROM inward WHERE who IS NULL AND NOT reentry AND place NOT IN (SELECT place FROM standing WHERE kind = 'room_count')
UNION ALL
SELECT place, NULL, category, 'room_count', day, slot, NULL, TRUE, number FROM counted
UNION ALL
SELECT NULL, NULL, s.category, s.method, NULL, NULL, NULL, FALSE, s.number
FROM standing s LEFT JOIN figure_source f ON f.id = s.source_id CROSS JOIN event v
WHERE s.place IS NULL AND coalesce(f.measure, v.people_measure, 'people') = 'visits';

CREATE TABLE visited AS
SELECT visit.*, spot.session, spot.venue, visit.place IS NULL OR spot.session IS NOT NULL AS of_session,
    said.party, said.language, said.lead,
    CASE WHEN visit.who IS NULL THEN NULL ELSE coalesce(said.organisation, 'none') END AS organisation
FROM visit LEFT JOIN spot USING (place) LEFT JOIN said USING (who);

-- Who came in when: what was taken off is taken from the last arrivals before it; what is owed still, from the next.
-- So of all who came up to a moment those stay whom no later sum falls below.
CREATE TABLE arrival AS
WITH slots AS (SELECT place, slot, sum(number) AS number FROM visit WHERE slot IS NOT NULL GROUP BY ALL),
running AS (SELECT place, slot, sum(number) OVER (PARTITION BY place ORDER BY slot) AS until FROM slots),
stay AS (
    SELECT place, slot, greatest(min(until) OVER (PARTITION BY place ORDER BY slot
        ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), 0) AS kept FROM running
)
SELECT place, slot, spot.session IS NOT NULL AS of_session,
    kept - coalesce(lag(kept) OVER (PARTITION BY place ORDER BY slot), 0) AS number
FROM stay JOIN spot USING (place);

-- Places asked for and still wanted, and those of them that are held; a team takes none.
CREATE TABLE wanted AS
SELECT b.session_id AS session, sum(l.number) AS registered,
    sum(CASE WHEN l.state IN ('confirmed', 'offered') THEN l.number ELSE 0 END) AS confirmed
FROM booking b JOIN booking_line l ON l.booking_id = b.id JOIN registration r ON r.id = b.registration_id
WHERE r.party_kind <> 'team' AND l.state IN ('applied', 'pending', 'confirmed', 'offered', 'waiting')
GROUP BY ALL;

-- Organisations: confirmed in one role, or (denied in none) with a role or a party that was let in.
CREATE TABLE part AS
SELECT o.id, CASE o.kind WHEN 'school' THEN 'schools' WHEN 'department' THEN 'departments' ELSE 'organisations' END AS kind,
    coalesce(bool_or(p.took_part), FALSE) AS confirmed, coalesce(bool_or(NOT p.took_part), FALSE) AS denied
FROM organisation o LEFT JOIN participation p ON p.organisation_id = o.id
WHERE p.id IS NOT NULL OR o.id IN (
    SELECT r.organisation_id FROM registration r JOIN standing s ON s.registration = r.id)
GROUP BY ALL;
