/* SPDX-License-Identifier: MIT
 *
 * Threads of which one runs at a time, and what they did.
 * Knows yield points, the linker's --wrap for locks, and the kernel's futex; keeps the players, who
 * wait for the next play.
 * The baton must not order memory in the eyes of ThreadSanitizer, or it would hide what the library
 * fails to order: this file is built without it, and passes the baton by system calls. A play
 * begins after what was done before it, and ends before what is done after it, by one mutex for
 * each player and end. */
#define _GNU_SOURCE
#include "schedule/baton.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/yield.h"
#include "schedule/fenced_memory.h"
#include "support/run_suite.h"

void (*hfi_yield_hook)(const char *point);

/* Declared in yield_at_atomics.h, which would make this file's own operations such places. */
extern void (*schedule_atomic_hook)(const void *address, const char *function, int line);
void (*schedule_atomic_hook)(const void *address, const char *function, int line);

int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __real_sched_yield(void);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_sched_yield(void);

enum state { ENDED, READY, BLOCKED };

static struct player {
    uint32_t turn; /* 1: the baton is on its way to this player */
    enum state state;
    const void *lock; /* that it needs, while BLOCKED */
    void (*play)(void);
    pthread_mutex_t begins, ends;
} players[MOST_PLAYERS];

/* Of the thread that lets them play. */
static uint32_t turn_of_master;

static void (*when_hired)(void), (*when_entering)(void);

static _Thread_local int myself = NOBODY;
static bool is_playing, stops_at_atomics;
static referee *ask;
static size_t operations; /* since the play began */

/* ---- what has happened ------------------------------------------------------------------- */

enum { MOST_EVENTS = 1 << 16, MOST_OPERATIONS = 1 << 20 };

static struct event {
    const char *point;
    int line;
    int player;
} events[MOST_EVENTS];
static size_t event_count;

static const char at_lock[] = "lock", at_end[] = "end";

static void
note_event(int player, const char *point, int line)
{
    if (event_count == MOST_EVENTS) baton_fail("the play goes on for ever");
    events[event_count++] = (struct event){point, line, player};
}

static bool
is_same_point(const struct event *one, const struct event *other)
{
    return one->line == other->line && strcmp(one->point, other->point) == 0;
}

/* Writes the events from first to last, all of one player, as one step of a script. */
static size_t
tell_step(char *text, size_t bytes, size_t first, size_t last)
{
    const struct event *event = &events[last];
    int player = 'A' + event->player;
    unsigned times = 0;
    for (size_t i = first; i <= last; i++) times += is_same_point(&events[i], event);
    int length;
    if (event->point == at_end) length = snprintf(text, bytes, " {%c, TO_THE_END}", player);
    else if (!event->line)
        length = snprintf(text, bytes, " {%c, \"%s\", %u}", player, event->point, times);
    else
        length =
            snprintf(text, bytes, " {%c, %s:%d, %u}", player, event->point, event->line, times);
    return length < 0 || (size_t)length >= bytes ? 0 : (size_t)length;
}

static const char *
tell_events(void)
{
    static char text[8192];
    size_t length = 0, first = 0;
    text[0] = '\0';
    for (size_t i = 0; i < event_count; i++) {
        bool is_last = i + 1 == event_count || events[i + 1].player != events[i].player;
        if (!is_last) continue;
        length += tell_step(text + length, sizeof text - length, first, i);
        first = i + 1;
    }
    return text;
}

_Noreturn void
baton_fail(const char *format, ...)
{
    static char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    is_playing = false;
    fenced_end();
    ck_abort_msg("%s; what happened:%s", message, tell_events());
}

/* What a fence, an abort or a checker of memory ends has a history, too. */
static void
tell_before_the_end(void)
{
    const char *events_told = tell_events();
    const char lead[] = "what happened:";
    if (write(STDERR_FILENO, lead, sizeof lead - 1) < 0) return;
    if (write(STDERR_FILENO, events_told, strlen(events_told)) < 0) return;
    if (write(STDERR_FILENO, "\n", 1) < 0) return;
}

static void
end_by_signal(int number)
{
    signal(number, SIG_DFL);
    tell_before_the_end();
    raise(number);
}

/* Part of a sanitizer's run time, if there is one. */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void
watch_for_the_end(void)
{
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(tell_before_the_end);
        return;
    }
    signal(SIGSEGV, end_by_signal);
    signal(SIGBUS, end_by_signal);
    signal(SIGABRT, end_by_signal);
}

/* ---- handing on -------------------------------------------------------------------------- */

static void
give(uint32_t *turn)
{
    __atomic_store_n(turn, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void
wait_for(uint32_t *turn)
{
    while (!__atomic_exchange_n(turn, 0, __ATOMIC_ACQUIRE)) {
        syscall(SYS_futex, turn, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    }
}

static unsigned
ready_but(int player)
{
    unsigned ready = 0;
    for (int i = 0; i < MOST_PLAYERS; i++) {
        if (i != player && players[i].state == READY) ready |= 1u << i;
    }
    return ready;
}

static bool
is_over(void)
{
    for (int i = 0; i < MOST_PLAYERS; i++) {
        if (players[i].state != ENDED) return false;
    }
    return true;
}

/* This player has come to a point. Returns when it has the baton, or at once at its end. */
static void
hand_on(bool may_stay, const char *point, int line)
{
    int me = myself;
    note_event(me, point, line);
    struct situation situation = {me, may_stay, ready_but(me), point, line};
    if (!situation.ready && !may_stay) {
        if (!is_over()) baton_fail("nobody can go on");
        give(&turn_of_master);
        return;
    }
    int next = ask(&situation);
    if (next == me) return;
    bool has_ended = players[me].state == ENDED;
    give(&players[next].turn);
    if (!has_ended) wait_for(&players[me].turn);
}

bool
baton_is_mine(void)
{
    return is_playing && myself != NOBODY;
}

void
baton_point(const char *name)
{
    if (baton_is_mine()) hand_on(true, name, 0);
}

static bool
is_shared(const void *address)
{
    /* What the linker calls the program's data. */
    extern char __data_start, _end;
    extern struct hf_collect_stats hfi_figures;
    const char *at = address, *figures = (const char *)&hfi_figures;
    if (at >= figures && at < figures + sizeof(uint64_t) * 16) return false;
    return (at >= &__data_start && at < &_end) || fenced_has(address);
}

static void
at_atomic(const void *address, const char *function, int line)
{
    if (++operations == MOST_OPERATIONS) baton_fail("%s goes on for ever", function);
    if (stops_at_atomics && baton_is_mine() && is_shared(address)) hand_on(true, function, line);
}

static void
at_step(const char *name)
{
    if (!stops_at_atomics) baton_point(name);
}

/* ---- locks ------------------------------------------------------------------------------- */

int
__wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    if (!baton_is_mine()) return __real_pthread_mutex_lock(mutex);
    while (pthread_mutex_trylock(mutex) != 0) {
        players[myself].state = BLOCKED;
        players[myself].lock = mutex;
        hand_on(false, at_lock, 0);
    }
    return 0;
}

int
__wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    int status = __real_pthread_mutex_unlock(mutex);
    for (int i = 0; i < MOST_PLAYERS; i++) {
        struct player *player = &players[i];
        if (player->state == BLOCKED && player->lock == mutex) player->state = READY;
    }
    return status;
}

/* Who asks others to go on can't do anything before one of them did. */
int
__wrap_sched_yield(void)
{
    if (!baton_is_mine()) return __real_sched_yield();
    hand_on(ready_but(myself) == 0, "sched_yield", 0);
    return 0;
}

/* ---- players ----------------------------------------------------------------------------- */

static void
meet(pthread_mutex_t *mutex)
{
    __real_pthread_mutex_lock(mutex);
    __real_pthread_mutex_unlock(mutex);
}

static void *
be_a_player(void *value)
{
    struct player *player = value;
    when_hired();
    myself = (int)(player - players);
    give(&turn_of_master);
    for (;;) {
        wait_for(&player->turn);
        meet(&player->begins);
        when_entering();
        player->play();
        meet(&player->ends);
        player->state = ENDED;
        hand_on(false, at_end, 0);
    }
    return NULL;
}

static void
hire(struct player *player)
{
    pthread_t thread;
    pthread_mutex_init(&player->begins, NULL);
    pthread_mutex_init(&player->ends, NULL);
    if (pthread_create(&thread, NULL, be_a_player, player) != 0) baton_fail("no thread");
    pthread_detach(thread);
    wait_for(&turn_of_master);
}

/* One processor is enough for players who never run at once, and the baton goes faster there. */
static void
stay_on_one_processor(void)
{
    cpu_set_t one;
    int here = sched_getcpu();
    if (here < 0) return;
    CPU_ZERO(&one);
    CPU_SET((size_t)here, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
}

void
baton_hire(void (*hired)(void), void (*entering)(void))
{
    when_hired = hired;
    when_entering = entering;
    watch_for_the_end();
    stay_on_one_processor();
    for (int i = 0; i < MOST_PLAYERS; i++) hire(&players[i]);
}

void
baton_play(void (*const plays[MOST_PLAYERS])(void), referee *referee_of_this, bool with_atomics)
{
    for (int i = 0; i < MOST_PLAYERS; i++) {
        players[i].play = plays[i];
        players[i].state = plays[i] ? READY : ENDED;
        meet(&players[i].begins);
    }
    event_count = 0;
    ask = referee_of_this;
    operations = 0;
    stops_at_atomics = with_atomics;
    hfi_yield_hook = at_step;
    schedule_atomic_hook = at_atomic;
    struct situation situation = {NOBODY, false, ready_but(NOBODY), "begin", 0};
    is_playing = true;
    give(&players[ask(&situation)].turn);
    wait_for(&turn_of_master);
    is_playing = false;
    for (int i = 0; i < MOST_PLAYERS; i++) meet(&players[i].ends);
}
