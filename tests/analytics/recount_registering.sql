-- What is known of registrations once more, from the words of docs/guide/attendance.md. Read after recount.sql.

CREATE TABLE asking AS
SELECT b.id AS booking, b.session_id AS session, b.registration_id AS registration, b.created_at AS asked_at, b.passed_over,
    b.waited_at IS NOT NULL AS joined, b.promoted_at IS NOT NULL AS promoted, b.offered_at IS NOT NULL AS offered,
    b.lapsed_at IS NOT NULL AS lapsed, l.number, l.state, l.state_at
FROM booking b JOIN booking_line l ON l.booking_id = b.id JOIN registration r ON r.id = b.registration_id
WHERE r.party_kind <> 'team';

-- What became of every place that was asked for.
CREATE TABLE demanded AS
SELECT session, CASE WHEN state IN ('confirmed', 'offered') THEN 'given' WHEN state = 'waiting' THEN 'waiting'
    WHEN state IN ('applied', 'pending') THEN 'undecided' WHEN state = 'cancelled' THEN 'cancelled' ELSE 'refused' END AS became,
    sum(number) AS number
FROM asking GROUP BY ALL;

CREATE TABLE overtaken AS
SELECT session, count(DISTINCT booking) AS parties FROM asking WHERE state = 'waiting' AND passed_over > 0 GROUP BY ALL;

CREATE TABLE won AS
SELECT session_id AS session, coalesce(sum(CAST(one ->> '$[1]' AS BIGINT)) FILTER (CAST(one ->> '$[2]' AS BOOLEAN)), 0) AS places
FROM (SELECT session_id, unnest(CAST(result AS JSON[])) AS one FROM lottery WHERE drawn_at IS NOT NULL) GROUP BY ALL;

-- Parties of a waiting list, each once in every column.
CREATE TABLE queued AS
WITH party AS (
    SELECT session, booking, any_value(promoted) AS promoted, any_value(offered) AS offered, any_value(lapsed) AS lapsed,
        bool_or(state = 'waiting') AS waits, bool_or(state IN ('confirmed', 'offered', 'waiting')) AS stays
    FROM asking WHERE joined GROUP BY ALL
)
SELECT session, count(*) AS joined, count_if(promoted), count_if(offered), count_if(lapsed),
    count_if(NOT promoted AND NOT offered AND NOT stays), count_if(waits)
FROM party GROUP BY ALL;

-- The days on which people asked and on which they gave back, where the event is; of no session: registrations.
CREATE TABLE moved AS
WITH move AS (
    SELECT NULL AS session, r.created_at AS asked, r.cancelled_at AS gone, p.number
    FROM registration r JOIN party_number p ON p.registration_id = r.id WHERE r.party_kind <> 'team'
    UNION ALL
    SELECT session, asked_at, CASE WHEN state IN ('declined', 'not_drawn', 'expired', 'cancelled') THEN state_at END, number
    FROM asking
), local AS (
    SELECT session, number, CAST(timezone(v.timezone, timezone('UTC', asked)) AS DATE) AS asked,
        CAST(timezone(v.timezone, timezone('UTC', gone)) AS DATE) AS gone
    FROM move CROSS JOIN event v
)
SELECT session, asked AS day, number AS asked, 0 AS gone FROM local
UNION ALL
SELECT session, greatest(gone, asked), 0, number FROM local WHERE gone IS NOT NULL;

CREATE TABLE curve AS
WITH span AS (
    SELECT session, unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS day FROM moved GROUP BY session
), daily AS (
    SELECT s.session, CAST(s.day AS DATE) AS day, coalesce(sum(m.asked), 0) AS asked, coalesce(sum(m.gone), 0) AS gone
    FROM span s LEFT JOIN moved m ON m.day = s.day AND m.session IS NOT DISTINCT FROM s.session GROUP BY ALL
)
SELECT session, day, asked, gone, sum(asked) OVER w AS so_far, sum(asked - gone) OVER w AS standing
FROM daily WINDOW w AS (PARTITION BY session ORDER BY day);

-- Of sessions that were closed as counted: each party's places, and who came on them, never more than it had.
CREATE TABLE absent AS
WITH had AS (
    SELECT a.session, a.registration, sum(a.number) AS places FROM asking a
    WHERE a.state IN ('confirmed', 'offered') AND a.session IN (
        SELECT spot.session FROM place_close c JOIN spot ON spot.place = c.place_id WHERE c.state = 'counted')
    GROUP BY ALL
), came AS (
    SELECT session, registration, sum(number) AS number FROM inward WHERE booked AND NOT reentry GROUP BY ALL
)
SELECT h.session, r.party_kind AS kind, r.language, coalesce(o.kind, 'none') AS organisation, h.places,
    least(greatest(coalesce(c.number, 0), 0), h.places) AS came,
    CAST(timezone(v.timezone, timezone('UTC', s.starts_at))
        - to_seconds(CASE WHEN s.ends_at - s.starts_at >= INTERVAL 23 HOUR THEN 0 ELSE epoch(v.day_ends_at) END) AS DATE) - CAST(timezone(v.timezone, timezone('UTC', r.created_at)) AS DATE) AS days
FROM had h JOIN registration r ON r.id = h.registration JOIN event_session s ON s.id = h.session CROSS JOIN event v
LEFT JOIN organisation o ON o.id = r.organisation_id
LEFT JOIN came c ON c.session = h.session AND c.registration = h.registration;

CREATE TABLE no_show AS
SELECT *, CASE WHEN days <= 0 THEN 'same_day' WHEN days <= 3 THEN '1-3' WHEN days <= 7 THEN '4-7' WHEN days <= 14 THEN '8-14'
    WHEN days <= 30 THEN '15-30' ELSE '31+' END AS lead
FROM absent;
