/* SPDX-License-Identifier: MIT
 *
 * The library's own thread: looks at the candidates from time to time, and collects when it is
 * worth while. Knows the public calls; keeps process-wide state: the thread, its options and what
 * it was told, under one lock; none runs at first, nor in a forked child.
 *
 * Nobody wakes it: a release that has to tell somebody would be slower. When steps end little of
 * what they walk, it waits for more candidates, twice as many each time; when they end much, for
 * half as many again. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "collector/collector.h"
#include "collector/figures.h"

enum {
    INTERVAL_MS = 10,
    THRESHOLD = 256,
    THRESHOLD_AT_MOST = 1 << 20,
    PATIENCE = 16,     /* intervals after which fewer candidates will do */
    WALKED_FOR_ONE = 4 /* objects walked for one that ended: a step that needs more ends little */
};

enum state { STOPPED, RUNNING, STOPPING };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static enum state state;
static bool is_on_its_own; /* nobody joins the thread that is stopping */
static pthread_t thread;
static hf_collector_options options;

/* What the thread alone knows. */
struct watch {
    uint64_t candidates; /* that were left after the last step */
    uint64_t threshold;
    unsigned waited; /* intervals since the last step */
};

static bool
is_worth_while(const struct watch *watch)
{
    uint64_t now = hfi_candidate_count();
    uint64_t new = now > watch->candidates ? now - watch->candidates : 0;
    return new >= watch->threshold || (now && watch->waited >= PATIENCE);
}

/* relaxed: a figure. */
static uint64_t
walked_so_far(void)
{
    return atomic_load_relaxed(&hfi_figures.walked);
}

static void
adapt(struct watch *watch, uint64_t walked, uint64_t reclaimed)
{
    uint64_t least = options.threshold;
    if (walked > WALKED_FOR_ONE * reclaimed) {
        uint64_t most = least > THRESHOLD_AT_MOST ? least : THRESHOLD_AT_MOST;
        watch->threshold = watch->threshold * 2 < most ? watch->threshold * 2 : most;
    } else {
        watch->threshold = watch->threshold / 2 > least ? watch->threshold / 2 : least;
    }
}

static void
look(struct watch *watch)
{
    watch->waited++;
    if (!is_worth_while(watch)) return;
    uint64_t walked = walked_so_far();
    uint64_t reclaimed = hf_collect_step(&options.step);
    adapt(watch, walked_so_far() - walked, reclaimed);
    /* What this step left at once is new for the next one, so that the thread keeps up. */
    watch->candidates = reclaimed ? 0 : hfi_candidate_count();
    watch->waited = 0;
}

/* Waits for so long, or until the thread is told to stop. */
static void
wait_a_while(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(options.interval_ms / 1000);
    until.tv_nsec += (long)(options.interval_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (state == RUNNING && pthread_cond_timedwait(&changed, &lock, &until) == 0) {
    }
}

static void *
work(void *unused)
{
    struct watch watch = {.threshold = options.threshold};
    pthread_mutex_lock(&lock);
    while (state == RUNNING) {
        pthread_mutex_unlock(&lock);
        look(&watch);
        pthread_mutex_lock(&lock);
        wait_a_while();
    }
    if (is_on_its_own) {
        state = STOPPED;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Signals are for the program's threads. Returns what pthread_create does. */
static int
create_without_signals(void)
{
    sigset_t all, before;
    sigfillset(&all);
    int error = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (error) return error;
    error = pthread_create(&thread, NULL, work, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void
take_options(const hf_collector_options *given)
{
    options = given ? *given : (hf_collector_options){0};
    if (!options.interval_ms) options.interval_ms = INTERVAL_MS;
    if (!options.threshold) options.threshold = THRESHOLD;
    if (!options.step.objects && !options.step.microseconds) {
        options.step = (hf_budget){HF_STEP_OBJECTS, HF_STEP_MICROSECONDS};
    }
}

int
hf_collector_start(const hf_collector_options *given)
{
    int error = EALREADY;
    pthread_mutex_lock(&lock);
    if (state == STOPPED) {
        take_options(given);
        state = RUNNING;
        is_on_its_own = false;
        error = create_without_signals();
        if (error) state = STOPPED;
    }
    pthread_mutex_unlock(&lock);
    if (!error) return 0;
    errno = error;
    return -1;
}

void
hf_collector_stop(void)
{
    pthread_mutex_lock(&lock);
    bool is_first = state == RUNNING;
    if (is_first) state = STOPPING;
    pthread_cond_broadcast(&changed);
    if (state == STOPPING && pthread_equal(pthread_self(), thread)) {
        if (is_first) {
            is_on_its_own = true;
            pthread_detach(thread);
        }
    } else if (is_first) {
        pthread_mutex_unlock(&lock);
        pthread_join(thread, NULL);
        pthread_mutex_lock(&lock);
        state = STOPPED;
        pthread_cond_broadcast(&changed);
    } else {
        while (state == STOPPING) pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

/* ---- fork ---- */

static void
make_condition(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void
before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void
after_fork_in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

static void
after_fork_in_child(void)
{
    state = STOPPED;
    make_condition();
    pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    make_condition();
    /* Without memory for it, a child believes that the thread still runs; nothing else is lost. */
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
