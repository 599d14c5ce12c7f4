/* Every verb in a thread with a small stack: what dibs.h promises to get by with, in this build without optimisation. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/behaviour/world.h"

enum { STACK_KIB = 256 };

static void look_at_the_log(dibs_client *client)
{
    const struct dibs_log_entry *entry;
    dibs_log *log;
    MUST(dibs_log_open(client, NULL, &log));
    enum dibs_error error;
    while ((error = dibs_log_next(log, &entry)) == DIBS_OK)
        ;
    dibs_log_close(log);
    if (error != DIBS_ENDED)
        abort();
}

/* Waits and is served, or waits until its time is over, behind somebody who holds it. */
static void wait_for(dibs_client *client, dibs_client *holder, const char *key, bool let_go)
{
    const char *keys[] = {key};
    const struct dibs_claim_options options = {
        .keys = keys, .key_count = 1, .wait = true, .has_wait_ms = true, .wait_ms = let_go ? 60000 : 50};
    struct dibs_answer *answer = NULL, *waiting = NULL;
    (void)world_try(holder, key, NULL);
    MUST(dibs_claim_submit(client, &options, &waiting));
    if (let_go)
        dibs_answer_free(world_close(holder, key, 0, DIBS_OUTCOME_DONE));
    MUST(dibs_wait(client, waiting->ticket, 60000, &answer));
    dibs_answer_free(answer);
    MUST(dibs_cancel(client, waiting->ticket, &answer));
    dibs_answer_free(answer);
    dibs_answer_free(waiting);
}

static void hand_over(dibs_client *from, dibs_client *to, const char *key)
{
    const struct dibs_target target = {.key = key};
    struct dibs_answer *code = NULL, *taken = NULL;
    (void)world_try(from, key, NULL);
    MUST(dibs_handoff(from, &target, NULL, false, &code));
    MUST(dibs_take(to, code->code, NULL, &taken));
    dibs_answer_free(world_renew(from, key, 0));
    dibs_answer_free(world_renew(to, NULL, taken->keys[0].token));
    dibs_answer_free(code);
    dibs_answer_free(taken);
}

static void *every_verb(void *context)
{
    dibs_client *ann = world_open("ann"), *bob = world_open("bob");
    struct dibs_answer *answer = NULL;
    wait_for(bob, ann, "task:let-go", true);
    wait_for(bob, ann, "task:kept", false);
    wait_for(bob, ann, "tree:kept/**", false);
    hand_over(ann, bob, "task:handed");
    MUST(dibs_revoke(ann, &(struct dibs_revoke_options){.key = "task:handed", .reason = "enough"}, &answer));
    dibs_answer_free(answer);
    dibs_answer_free(world_renew(bob, "task:handed", 0));
    MUST(dibs_list(ann, &(struct dibs_list_options){.held = false}, &answer));
    dibs_answer_free(answer);
    MUST(dibs_show(ann, "task:kept", NULL, &answer));
    dibs_answer_free(answer);
    MUST(dibs_get_status(ann, &answer));
    dibs_answer_free(answer);
    look_at_the_log(ann);
    dibs_close(ann);
    dibs_close(bob);
    world_verify();
    return context;
}

int main(int count, char **arguments)
{
    size_t kib = count > 1 ? strtoul(arguments[1], NULL, 10) : STACK_KIB;
    pthread_attr_t attributes;
    pthread_t thread;
    world_begin(NULL);
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, kib * 1024) != 0 ||
        pthread_create(&thread, &attributes, every_verb, NULL) != 0 || pthread_join(thread, NULL) != 0)
        return 1;
    (void)pthread_attr_destroy(&attributes);
    world_end();
    printf("every verb with %zu KiB of stack\n", kib);
    return 0;
}
