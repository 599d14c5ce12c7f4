/* Two hundred sessions that ask, work and close; one that offers; one that watches. Each of these tells one record, or a
 * few, and keeps the yard's books. */
#ifndef TEST_SUPPLY_FLEET_H
#define TEST_SUPPLY_FLEET_H

#include "base/random.h"
#include "tests/supply/teller.h"

enum { FLEET_SESSIONS = 200, FLEET_WATCH = FLEET_SESSIONS, FLEET_FEEDER, FLEET_ALL };

enum session_state { SESSION_IDLE, SESSION_WORKS, SESSION_WORKS_ASIDE, SESSION_DEAD };

struct session {
    char name[16];
    uint8_t identity[LIMIT_IDENTITY_BYTES];
    uint64_t seq;
    enum session_state state;
    uint64_t at_ms; /* when it does something next */
    uint32_t item;  /* that it works on */
    char key[32];   /* that it works on aside */
};

struct fleet {
    struct session sessions[FLEET_ALL];
    struct teller *teller;
    struct yard *yard;
    struct random *dice;
    struct intent intent;
    uint32_t side_keys;
    uint64_t feed_ms, withdraw_ms; /* in a sparse phase; UINT64_MAX: not */
    uint32_t withdraw_item;
};

void fleet_begin(struct fleet *fleet, struct teller *teller, struct random *dice);

/* The session's time has come. */
void fleet_act(struct fleet *fleet, uint32_t session);

/* query supply */
void fleet_watch(struct fleet *fleet);

/* Offers what the phase wants. */
void fleet_feed(struct fleet *fleet);

/* In a sparse phase: offers up to three now; and takes one back that nobody took. */
void fleet_feed_few(struct fleet *fleet);
void fleet_withdraw(struct fleet *fleet);

#endif
