-- The queries of Nexmark, each behind its name. `n` is the number of an event, in order of arrival.

-- q0
SELECT auction, bidder, price, date_time FROM bid

-- q1
SELECT auction, bidder, 0.908 * price AS price, date_time FROM bid

-- q2
SELECT auction, price FROM bid WHERE auction % 123 = 0

-- q3
SELECT name, city, state, auction.id
FROM auction JOIN person ON seller = person.id
WHERE category = 10 AND state IN ('or', 'id', 'ca')

-- q4
SELECT category, avg(final) AS final
FROM (
    SELECT category, max(price) AS final
    FROM auction JOIN bid ON bid.auction = auction.id
    WHERE bid.date_time BETWEEN auction.date_time AND expires
    GROUP BY auction.id
)
GROUP BY category

-- q5
WITH
    pane (back) AS (VALUES (0), (2000), (4000), (6000), (8000)),
    counts AS (
        SELECT auction, date_time / 2000 * 2000 - back AS window_start, count(*) AS num
        FROM bid, pane
        GROUP BY 1, 2
    )
SELECT auction, num, window_start
FROM counts
WHERE (window_start, num) IN (SELECT window_start, max(num) FROM counts GROUP BY window_start)

-- q6
WITH ranked AS (
    SELECT
        seller, auction, price, bid.date_time,
        row_number() OVER (PARTITION BY auction ORDER BY price DESC, bid.date_time, bid.n) AS rank
    FROM auction JOIN bid ON bid.auction = auction.id
    WHERE bid.date_time BETWEEN auction.date_time AND expires
)
SELECT
    seller, auction,
    avg(price) OVER (
        PARTITION BY seller ORDER BY date_time, auction ROWS BETWEEN 10 PRECEDING AND CURRENT ROW
    ) AS avg_price
FROM ranked
WHERE rank = 1

-- q7
SELECT auction, bidder, price, date_time
FROM bid
WHERE (date_time / 10000, price) IN (
    SELECT date_time / 10000, max(price) FROM bid GROUP BY date_time / 10000
)

-- q8
SELECT DISTINCT person.id, name, person.date_time / 10000 * 10000 AS window_start
FROM person JOIN auction ON seller = person.id
WHERE auction.date_time / 10000 = person.date_time / 10000

-- q9
WITH ranked AS (
    SELECT
        auction.id, auction, bidder, price, bid.date_time AS bid_date_time,
        row_number() OVER (PARTITION BY auction ORDER BY price DESC, bid.date_time, bidder) AS rank
    FROM auction JOIN bid ON bid.auction = auction.id
    WHERE bid.date_time BETWEEN auction.date_time AND expires
)
SELECT id, auction, bidder, price, bid_date_time FROM ranked WHERE rank = 1

-- q10
SELECT auction, bidder, price, date_time FROM bid

-- q11
WITH
    gaps AS (
        SELECT
            n, bidder, date_time,
            date_time - lag(date_time) OVER (PARTITION BY bidder ORDER BY date_time, n) AS gap
        FROM bid
    ),
    sessions AS (
        SELECT
            bidder, date_time,
            sum(gap IS NULL OR gap >= 10000) OVER (
                PARTITION BY bidder ORDER BY date_time, n ROWS UNBOUNDED PRECEDING
            ) AS session
        FROM gaps
    )
SELECT bidder, count(*) AS bid_count, min(date_time) AS start, max(date_time) + 10000 AS end
FROM sessions
GROUP BY bidder, session

-- q12
WITH stamped AS (
    SELECT bidder, :base + :step * (row_number() OVER (ORDER BY n) - 1) AS at FROM bid
)
SELECT bidder, count(*) AS bid_count FROM stamped GROUP BY bidder, at / 10000

-- q13
WITH RECURSIVE
    keys (key) AS (VALUES (0) UNION ALL SELECT key + 1 FROM keys WHERE key < 9999),
    side AS MATERIALIZED (SELECT key, 'v' || key AS value FROM keys)
SELECT auction, bidder, price, date_time, value FROM bid JOIN side ON key = auction % 10000

-- q14
SELECT
    auction, bidder, 0.908 * price AS price,
    CASE
        WHEN date_time / 3600000 % 24 BETWEEN 8 AND 18 THEN 'dayTime'
        WHEN date_time / 3600000 % 24 <= 6 OR date_time / 3600000 % 24 >= 20 THEN 'nightTime'
        ELSE 'otherTime'
    END AS bid_time_type,
    date_time,
    length(extra) - length(replace(extra, 'c', '')) AS c_counts
FROM bid
WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000

-- q15
SELECT
    date(date_time / 1000, 'unixepoch') AS day,
    count(*) AS total_bids,
    count(*) FILTER (WHERE price < 10000) AS rank1_bids,
    count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    count(DISTINCT bidder) AS total_bidders,
    count(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
    count(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders,
    count(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
    count(DISTINCT auction) AS total_auctions,
    count(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
    count(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions,
    count(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
FROM bid
GROUP BY day

-- q16
SELECT
    channel,
    date(date_time / 1000, 'unixepoch') AS day,
    max(strftime('%H:%M', date_time / 1000, 'unixepoch')) AS minute,
    count(*) AS total_bids,
    count(*) FILTER (WHERE price < 10000) AS rank1_bids,
    count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    count(DISTINCT bidder) AS total_bidders,
    count(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
    count(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders,
    count(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
    count(DISTINCT auction) AS total_auctions,
    count(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
    count(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions,
    count(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
FROM bid
GROUP BY channel, day

-- q17
SELECT
    auction,
    date(date_time / 1000, 'unixepoch') AS day,
    count(*) AS total_bids,
    count(*) FILTER (WHERE price < 10000) AS rank1_bids,
    count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
    min(price) AS min_price,
    max(price) AS max_price,
    avg(price) AS avg_price,
    sum(price) AS sum_price
FROM bid
GROUP BY auction, day

-- q18
WITH ranked AS (
    SELECT
        auction, bidder, price, date_time,
        row_number() OVER (PARTITION BY bidder, auction ORDER BY date_time DESC, n DESC) AS rank
    FROM bid
)
SELECT auction, bidder, price, date_time FROM ranked WHERE rank = 1

-- q19
WITH ranked AS (
    SELECT
        auction, bidder, price, date_time,
        row_number() OVER (PARTITION BY auction ORDER BY price DESC, n) AS rank
    FROM bid
)
SELECT auction, bidder, price, date_time, rank FROM ranked WHERE rank <= 10

-- q20
SELECT auction, bidder, price, bid.date_time, seller, expires
FROM bid JOIN auction ON auction = auction.id
WHERE category = 10

-- q21
WITH numbered AS (
    SELECT
        auction, bidder, price, channel,
        CASE lower(channel)
            WHEN 'apple' THEN 0
            WHEN 'google' THEN 1
            WHEN 'facebook' THEN 2
            WHEN 'baidu' THEN 3
            ELSE CASE
                WHEN instr(url, 'channel_id=') > 0
                    THEN CAST(substr(url, instr(url, 'channel_id=') + 11) AS INTEGER)
            END
        END AS channel_id
    FROM bid
)
SELECT * FROM numbered WHERE channel_id IS NOT NULL

-- q22
WITH split AS (
    SELECT auction, bidder, price, '["' || replace(url, '/', '","') || '"]' AS parts FROM bid
)
SELECT auction, bidder, price, parts ->> 3 AS dir1, parts ->> 4 AS dir2, parts ->> 5 AS dir3
FROM split

-- q23
SELECT auction, bidder, price, name AS seller_name
FROM bid JOIN auction ON auction = auction.id JOIN person ON seller = person.id
