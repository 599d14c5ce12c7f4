/* How dibsd ends: one exit status for each kind of reason, so that whoever supervises it knows what helps. */
#ifndef DAEMON_EXIT_CODE_H
#define DAEMON_EXIT_CODE_H

/* EXIT_TABLE(X): X(name, status, what it means and what helps). Part of the interface: never change or reuse one. */
#define EXIT_TABLE(X) \
    X(STOPPED, 0, "stopped as it was told to") \
    X(CONFIG, 2, "a flag, a line of the configuration or a file it names is no good") \
    X(IN_USE, 3, "another dibsd uses the state directory") \
    X(LOCAL, 4, "this machine has no room, no memory or a file that cannot be used; try again") \
    X(BROKER, 5, "the broker refuses: wrong password, or a permission is missing") \
    X(TOPICS, 6, "a topic is missing, or would lose or reorder claims as it is set") \
    X(GENESIS, 7, "the log has no genesis, or one of another operator") \
    X(LOG, 8, "the log is not the one that the state was made from: recreated, truncated, or pruned past it") \
    X(NEWER, 9, "the log or the state needs a newer dibsd") \
    X(DIVERGED, 10, "other code has answered, or computed a state, that this dibsd would not have") \
    X(UNSETTLED, 11, \
      "told to stop, and the broker did not confirm in time; nothing is lost, it goes on at the next start")

#define EXIT_ENUM(name, status, words) EXIT_##name = (status),
enum exit_code { EXIT_TABLE(EXIT_ENUM) };
#undef EXIT_ENUM

#endif
