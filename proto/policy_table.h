/* The policy that `configure` may change in the log: one line each, P(id, NAME, "name", unit, default, least, most).
 * Ids are on the wire and in state: never reuse one. Units: ms, count, per_min, bytes, score (0-1000; 1001: never reached), share (of 10,000). Ids 1-31 claims,
 * 32-63 ideas, 64-95 supply and steering, 96-127 fleet (reserved). Source: DESIGN section 10. */
#ifndef PROTO_POLICY_TABLE_H
#define PROTO_POLICY_TABLE_H

#define POLICY_TABLE(P) \
    P(1, TTL_DEFAULT_MS, "ttl_default", MS, 3600000, 1000, 604800000) \
    P(2, TTL_MAX_MS, "ttl_max", MS, 604800000, 1000, 31536000000) \
    P(3, WAIT_DEFAULT_MS, "wait_default", MS, 600000, 1, 86400000) \
    P(4, WAIT_MAX_MS, "wait_max", MS, 86400000, 1, 604800000) \
    P(5, WAIT_SET_MAX_MS, "wait_set_max", MS, 600000, 1, 604800000) \
    P(6, WAITER_LEASE_MS, "waiter_lease", MS, 180000, 1000, 3600000) \
    P(7, WAITER_LEASE_MAX_MS, "waiter_lease_max", MS, 3600000, 1000, 86400000) \
    P(8, SERVED_LEASE_MS, "served_lease", MS, 120000, 1000, 3600000) \
    P(9, WAITED_KEEP_MS, "waited_keep", MS, 86400000, 0, 604800000) \
    P(10, DONE_TTL_MS, "done_ttl", MS, 86400000, 0, 31536000000) \
    P(11, DENIAL_WINDOW_MS, "denial_window", MS, 1800000, 0, 604800000) \
    P(12, CLAIMS_PER_SESSION, "claims_per_session", COUNT, 64, 1, 256) \
    P(13, WAITERS_PER_SESSION, "waiters_per_session", COUNT, 16, 0, 64) \
    P(14, CLAIMS_PER_MINUTE, "claims_per_minute", PER_MIN, 60, 1, 1000000) \
    P(15, QUERIES_PER_MINUTE, "queries_per_minute", PER_MIN, 120, 1, 1000000) \
    P(16, WAITERS_PER_KEY, "waiters_per_key", COUNT, 1024, 0, 65536) \
    P(17, LIVE_CLAIMS_MAX, "live_claims_max", COUNT, 1000000, 1, 10000000) \
    P(18, SESSIONS_MAX, "sessions_max", COUNT, 1000000, 1, 10000000) \
    P(19, CLIENT_ROWS_MAX, "client_rows_max", COUNT, 1000000, 1, 10000000) \
    P(20, DONE_MAX, "done_max", COUNT, 1000000, 1, 10000000) \
    P(21, KEYS_PER_CLAIM, "keys_per_claim", COUNT, 32, 1, 32) \
    P(22, CANDIDATES_PER_ANY, "candidates_per_any", COUNT, 64, 1, 64) \
    P(23, KEYS_PER_WAIT, "keys_per_wait", COUNT, 8, 1, 8) \
    P(24, ABOUT_MAX_BYTES, "about_max", BYTES, 2048, 0, 16384) \
    P(32, IDEA_DENY, "idea_deny", SCORE, 900, 0, 1001) \
    P(33, IDEA_ASK, "idea_ask", SCORE, 450, 0, 1001) \
    P(34, IDEA_WARN, "idea_warn", SCORE, 350, 0, 1001) \
    P(35, IDEA_RISE, "idea_rise", COUNT, 1, 0, 1) \
    P(36, LABELS_MAX, "labels_max", COUNT, 1000000, 0, 10000000) \
    P(64, OFFERS_MAX, "offers_max", COUNT, 1000000, 0, 10000000) \
    P(65, COOL_FIRST_MS, "cool_first", MS, 600000, 0, 604800000) \
    P(66, COOL_MAX_MS, "cool_max", MS, 21600000, 0, 604800000) \
    P(67, PRIORITY_STEP_MS, "priority_step", MS, 3600000, 1000, 604800000) \
    P(68, SUPPLY_HEALTHY, "supply_healthy", COUNT, 8, 1, 1000000) \
    P(69, SUPPLY_THIN, "supply_thin", COUNT, 5, 1, 1000000) \
    P(70, SUPPLY_DROUGHT, "supply_drought", COUNT, 10, 1, 1000000) \
    P(71, STEER_WINDOW, "steer_window", COUNT, 50, 1, 60) \
    P(72, STEER_GAIN, "steer_gain", COUNT, 100, 0, 1000) \
    P(73, STEER_TARGET, "steer_target", SHARE, 310, 0, 10000) \
    P(74, PLATEAU_WINDOW, "plateau_window", COUNT, 20, 1, 60) \
    P(75, PLATEAU_MOST, "plateau_most", SHARE, 6500, 1, 10000) \
    P(76, PLATEAU_LEAST, "plateau_least", SHARE, 500, 0, 10000)

/* As the steer_target of a category: it has none of its own any more. */
enum { POLICY_TARGET_COMMON = 10001 };

#endif
