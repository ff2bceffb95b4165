/* SPDX-License-Identifier: MIT
 *
 * Single flight: one thread makes the object of a key, others that want it wait for that.
 * Knows keys and objects, and the lock of whoever keeps what is made.
 *
 * A flight belongs to the threads that take part in it, and goes with the last of them. Its state
 * moves under the lock only: FLYING while one makes; LANDED when that one is done, for good; VACANT
 * when it has given up, until one of those who wait goes on, or nobody is left. Whoever makes holds
 * no lock, and may be cancelled, or leave by pthread_exit: a cleanup then leaves the flight VACANT.
 * In the child of a fork the others are gone, and nobody can tell what a condition still expects of
 * them: a flight from before the fork is left to itself, and a new one takes its place. */
#include "contain/flight.h"

#include <errno.h>
#include <stdlib.h>

#include "contain/contain.h"
#include "contain/key.h"

enum flight_state { FLIGHT_FLYING, FLIGHT_VACANT, FLIGHT_LANDED };

struct flight {
    struct flight *next;     /* in the line of its shard, until it has landed */
    hf_key key;              /* with bytes of its own */
    pthread_mutex_t waiting; /* of those who wait, since the lock knows no conditions */
    pthread_cond_t changed;
    enum flight_state state;
    unsigned crew;   /* threads that make or wait */
    pthread_t maker; /* while FLYING */
    int forks;       /* hfi_forks when it began */
    bool is_outdated;
    void *made; /* when LANDED: owned, or NULL */
    int error;  /* when LANDED with NULL */
};

/* What one thread has to do with a flight, for its cleanups. */
struct seat {
    struct flight_plan *plan;
    struct flight *flight;
};

static struct flight *
flight_of(const struct flights *flights, hf_key key)
{
    struct flight *flight = flights->first;
    while (flight && !hf_key_is(flight->key, key)) flight = flight->next;
    return flight;
}

void
hfi_flights_outdate(struct flights *flights, const hf_key *key)
{
    for (struct flight *flight = flights->first; flight; flight = flight->next) {
        if (!key || hf_key_is(flight->key, *key)) flight->is_outdated = true;
    }
}

bool
hfi_flight_is_outdated(const struct flights *flights, hf_key key)
{
    const struct flight *flight = flight_of(flights, key);
    return flight && flight->is_outdated;
}

static struct flight *
flight_new(struct flights *flights, hf_key key)
{
    struct flight *flight = calloc(1, sizeof *flight);
    if (!flight) return NULL;
    if (!key_keep(&flight->key, key)) {
        free(flight);
        return NULL;
    }
    (void)pthread_mutex_init(&flight->waiting, NULL);
    (void)pthread_cond_init(&flight->changed, NULL);
    flight->forks = hfi_forks;
    flight->state = FLIGHT_VACANT;
    flight->next = flights->first;
    flights->first = flight;
    return flight;
}

static void
leave_line(struct flights *flights, struct flight *flight)
{
    struct flight **at = &flights->first;
    while (*at && *at != flight) at = &(*at)->next;
    if (*at) *at = flight->next;
}

/* With the lock, so that whoever waits has either not looked at the state yet, or hears of it. In
 * the child of a fork nobody waits for a flight from before, and a thread that is gone may hold its
 * mutex. */
static void
tell(struct flight *flight, int (*signal)(pthread_cond_t *changed))
{
    if (flight->forks != hfi_forks) return;
    pthread_mutex_lock(&flight->waiting);
    (void)signal(&flight->changed);
    pthread_mutex_unlock(&flight->waiting);
}

/* One thread less. Returns what the flight held if that was the last, for the caller to release
 * without the lock. */
static void *
leave(const struct seat *seat)
{
    struct flight *flight = seat->flight;
    if (--flight->crew) {
        /* Who was woken to go on may be the one that leaves. */
        if (flight->state == FLIGHT_VACANT) tell(flight, pthread_cond_signal);
        return NULL;
    }
    if (flight->state != FLIGHT_LANDED) leave_line(seat->plan->flights, flight);
    void *made = flight->made;
    (void)pthread_cond_destroy(&flight->changed);
    (void)pthread_mutex_destroy(&flight->waiting);
    key_drop(flight->key);
    free(flight);
    return made;
}

/* Cleanups: the thread ends where it waits, with the lock; or where it makes, without. */
static void
leave_waiting(void *seat)
{
    struct short_lock *lock = ((struct seat *)seat)->plan->lock;
    void *made = leave(seat);
    short_lock_give(lock);
    if (made) hf_release(made);
}

static void
leave_making(void *seat)
{
    struct seat *mine = seat;
    short_lock_take(mine->plan->lock);
    mine->flight->state = FLIGHT_VACANT;
    leave_waiting(seat);
}

static void
end_wait(void *seat)
{
    struct seat *mine = seat;
    pthread_mutex_unlock(&mine->flight->waiting);
    short_lock_take(mine->plan->lock);
}

/* With the lock, which it gives back and takes again, also when the thread is cancelled. */
static void
wait_once(struct seat *seat)
{
    struct flight *flight = seat->flight;
    pthread_mutex_lock(&flight->waiting);
    short_lock_give(seat->plan->lock);
    pthread_cleanup_push(end_wait, seat);
    (void)pthread_cond_wait(&flight->changed, &flight->waiting);
    pthread_cleanup_pop(1);
}

/* With the lock; waits until the flight has landed or is vacant. */
static void
wait_for(struct seat *seat)
{
    struct flight *flight = seat->flight;
    seat->plan->has_waited = true;
    pthread_cleanup_push(leave_waiting, seat);
    while (flight->state == FLIGHT_FLYING) wait_once(seat);
    pthread_cleanup_pop(0);
}

/* The flight is over, with this result. */
static void
land(struct seat *seat, void *made, int error)
{
    struct flight *flight = seat->flight;
    leave_line(seat->plan->flights, flight);
    flight->state = FLIGHT_LANDED;
    flight->made = made;
    flight->error = error;
    tell(flight, pthread_cond_broadcast);
}

static void
settle(const struct flight_plan *plan)
{
    short_lock_give(plan->lock);
    if (plan->settle) plan->settle(plan->keeper);
}

/* Without the lock: the program makes the object. Returns it owned; or NULL and errno. */
static void *
make(struct seat *seat)
{
    void *made;
    pthread_cleanup_push(leave_making, seat);
    errno = 0;
    made = seat->plan->make(seat->plan->key, seat->plan->ctx);
    pthread_cleanup_pop(0);
    if (!made && !errno) errno = ENOENT;
    return made;
}

/* With the lock, which it gives back; the flight is vacant. Returns false if nothing is to be had
 * from it for this thread. */
static bool
take_off(struct seat *seat)
{
    struct flight_plan *plan = seat->plan;
    struct flight *flight = seat->flight;
    flight->state = FLIGHT_FLYING;
    flight->maker = pthread_self();
    flight->is_outdated = false;
    plan->has_made = true;
    short_lock_give(plan->lock);
    void *made = make(seat);
    int error = errno;
    short_lock_take(plan->lock);
    bool is_given_up = !made && error == ECANCELED;
    if (is_given_up) {
        flight->state = FLIGHT_VACANT;
    } else {
        void *kept = NULL;
        if (made) kept = plan->keep(plan->keeper, plan->key, made, flight->is_outdated);
        land(seat, kept, made ? errno : error);
    }
    settle(plan);
    if (made) hf_release(made);
    errno = error;
    return !is_given_up;
}

/* With the lock, which it gives back: takes part in the flight. */
static void *
fly(struct seat *seat)
{
    struct flight *flight = seat->flight;
    struct short_lock *lock = seat->plan->lock;
    bool has_result = true;
    flight->crew++;
    if (flight->state == FLIGHT_FLYING) wait_for(seat);
    if (flight->state == FLIGHT_VACANT) {
        has_result = take_off(seat);
        short_lock_take(lock);
    }
    int error = has_result ? flight->error : ECANCELED;
    void *object = has_result && flight->made ? hf_retain(flight->made) : NULL;
    void *made = leave(seat);
    short_lock_give(lock);
    if (made) hf_release(made);
    if (!object) errno = error;
    return object;
}

/* The flight for the key, begun if there is none; NULL and errno if this thread is not to take
 * part. */
static struct flight *
board(struct flights *flights, hf_key key)
{
    struct flight *flight = flight_of(flights, key);
    if (flight && flight->forks != hfi_forks) {
        leave_line(flights, flight);
        flight = NULL;
    }
    if (!flight) flight = flight_new(flights, key);
    if (!flight) {
        errno = ENOMEM;
    } else if (flight->state == FLIGHT_FLYING && pthread_equal(flight->maker, pthread_self())) {
        errno = EDEADLK;
        return NULL;
    }
    return flight;
}

void *
hfi_flight(struct flight_plan *plan)
{
    short_lock_take(plan->lock);
    void *found = plan->find(plan->keeper, plan->key);
    struct seat seat = {plan, found ? NULL : board(plan->flights, plan->key)};
    if (seat.flight) return fly(&seat);
    int error = errno;
    settle(plan);
    errno = error;
    return found;
}
