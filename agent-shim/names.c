/* The words for the numbers of answer.h, and the exit codes. */
#include <dibs/dibs.h>

static const char *name_in(const char *const *names, size_t count, unsigned number)
{
    return number < count ? names[number] : "unknown";
}

#define NAME_IN(names, number) name_in(names, sizeof(names) / sizeof(names)[0], (unsigned)(number))

const char *dibs_verdict_name(enum dibs_verdict verdict)
{
    static const char *const names[] = {"", "granted", "yours", "waiting", "denied", "accepted", "ended", "report"};
    return NAME_IN(names, verdict);
}

const char *dibs_reason_name(enum dibs_reason reason)
{
    static const char *const names[] = {"",        "held",        "queued",    "similar",    "already_done",
                                        "quota",   "stale_token", "deadline",  "queue_full", "bad_request",
                                        "drained", "not_holder",  "forbidden", "cancelled",  "forgotten",
                                        "sealed",  "unsupported"};
    return NAME_IN(names, reason);
}

const char *dibs_why_name(enum dibs_why why)
{
    static const char *const names[] = {"",          "expired", "revoked", "taken",   "lease", "closed",
                                        "cancelled", "rate",    "claims",  "waiters", "full",  "scopes"};
    return why == DIBS_WHY_OFFERS ? "offers" : NAME_IN(names, why);
}

const char *dibs_advice_name(enum dibs_advice advice)
{
    static const char *const names[] = {"", "wait", "pivot", "create"};
    return NAME_IN(names, advice);
}

const char *dibs_row_kind_name(enum dibs_row_kind kind)
{
    static const char *const names[] = {"", "claim", "waiter", "done", "offer"};
    return NAME_IN(names, kind);
}

const char *dibs_likeness_name(enum dibs_likeness likeness)
{
    static const char *const names[] = {"", "maybe", "same", "linked"};
    return NAME_IN(names, likeness);
}

const char *dibs_supply_verdict_name(enum dibs_supply_verdict verdict)
{
    static const char *const names[] = {"none", "healthy", "thin", "dry", "drought"};
    return NAME_IN(names, verdict);
}

const char *dibs_obstacle_name(enum dibs_obstacle_kind kind)
{
    static const char *const names[] = {"",      "claimed", "blocked",  "cooling", "not_yet",
                                        "needs", "similar", "category", "beyond"};
    return NAME_IN(names, kind);
}

int dibs_supply_exit_code(const struct dibs_supply *supply)
{
    if (supply == NULL || supply->verdict == DIBS_SUPPLY_NONE || supply->verdict == DIBS_SUPPLY_DRY)
        return 7;
    return supply->verdict == DIBS_SUPPLY_HEALTHY ? 0 : supply->verdict == DIBS_SUPPLY_THIN ? 6 : 8;
}

static bool ended_against_its_holder(enum dibs_why why)
{
    return why == DIBS_WHY_EXPIRED || why == DIBS_WHY_REVOKED || why == DIBS_WHY_TAKEN;
}

static int exit_code_of_denial(const struct dibs_answer *answer)
{
    if (answer->reason == DIBS_REASON_BAD_REQUEST || answer->reason == DIBS_REASON_UNSUPPORTED)
        return 2;
    bool mutation = answer->reason == DIBS_REASON_STALE_TOKEN || answer->reason == DIBS_REASON_NOT_HOLDER;
    return mutation && ended_against_its_holder(answer->why) ? 5 : 1;
}

/* Of items that stand alone the worst counts. */
static int exit_code_of_offered(const struct dibs_answer *answer)
{
    int code = 0;
    for (size_t i = 0; i < answer->offered_count; i++) {
        const struct dibs_offered *item = &answer->offered[i];
        if (item->verdict == DIBS_VERDICT_DENIED && code < 2)
            code = item->reason == DIBS_REASON_BAD_REQUEST ? 2 : 1;
    }
    return code;
}

int dibs_answer_exit_code(const struct dibs_answer *answer)
{
    if (answer == NULL || answer->verdict == DIBS_VERDICT_NONE || answer->verdict == DIBS_VERDICT_WAITING)
        return 3;
    if (answer->verdict == DIBS_VERDICT_DENIED)
        return exit_code_of_denial(answer);
    if (answer->verdict == DIBS_VERDICT_ENDED)
        return 5;
    if (answer->standing == DIBS_STANDING_ENDED) /* what this ticket got is over */
        return ended_against_its_holder(answer->standing_why) ? 5 : 1;
    return exit_code_of_offered(answer);
}

int dibs_error_exit_code(enum dibs_error error)
{
    switch (error) {
    case DIBS_OK:
    case DIBS_ENDED:
        return 0;
    case DIBS_BAD_INPUT:
    case DIBS_UNSUPPORTED:
        return 2;
    case DIBS_NO_ANSWER:
        return 3;
    case DIBS_NO_STORE:
    case DIBS_UNAVAILABLE:
    case DIBS_BUSY:
    case DIBS_DAMAGED:
    case DIBS_NEWER:
    case DIBS_FORKED:
        return 4;
    }
    return 4;
}
