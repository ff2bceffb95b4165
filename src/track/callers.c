/* SPDX-License-Identifier: MIT
 *
 * Who calls, told in a few nanoseconds: walks up the stack are remembered, and where each return
 * address lay.
 * Knows the stack and the unwinder of the compiler; a thread's memory of walks is its own, and one
 * lock is the process's, which keeps walks and forks apart.
 *
 * To unwind a stack takes a microsecond. But a program comes to the same place by the same way
 * again and again: then the return addresses of all its callers lie where they lay the last time.
 * So the walk is repeated only if one of them has changed. That is exact: as long as the frames
 * up to one are those that were walked, the next return address lies at a known distance, whatever
 * it is; the first that differs is found. Beyond it nothing is read, since that may be no part of
 * this stack: another stack may have lain here. (A frame whose size varies, by alloca, may hide a
 * difference where an old return address was left behind; then a caller is named who called by the
 * same functions a moment ago.) */
#include "track/track.h"

#include <string.h>
#include <unwind.h>

enum { PATHS = 256, OWN_FRAMES_MOST = 16 };

/* A return address, and where it lies. */
struct link {
    const uintptr_t *place;
    uintptr_t address;
};

struct path {
    const void *site; /* the key: where the program called from, */
    uintptr_t frame;  /* and how deep we are, which is never 0 */
    uint32_t stack;
    struct link links[CALLERS_MOST + 1]; /* after the last, one that differs and has no address */
};

static const struct path no_path;

/* A path is looked for first where the last one was found. To find it by its key takes a product
 * of what the call has only just written; all comparisons would wait for that. */
static THREAD_LOCAL struct {
    struct hfi_thread_record at_exit;
    struct path *paths;
    const struct path *last;
    bool is_walking, is_over;
} mine = {.last = &no_path};

/* The unwinder takes a lock of the loader. In the child of a fork that would be taken for ever if
 * another thread had it at that moment, and who looks for the names of functions would wait for it;
 * so while this lock is held across a fork, nobody unwinds. The unwinder may call the program's
 * malloc, which may take any lock of a room, so this one comes before all that a walk can't be made
 * under. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void
prepare_for_fork(void)
{
    hfi_lock_across_fork(LOCK_OF_WALKS, &lock, 1);
}

static void
leave(struct hfi_thread_record *record)
{
    (void)record;
    mine.is_over = true;
    mine.last = &no_path;
    hfi_scratch_free(mine.paths, PATHS * sizeof(struct path));
    mine.paths = NULL;
}

static inline bool
begins_at(const struct path *path, const void *site, uintptr_t frame)
{
    return path->site == site && path->frame == frame;
}

/* Where a walk from here is remembered, on a thread that has a memory. */
static struct path *
path_for(const void *site, uintptr_t frame)
{
    uint64_t mixed = ((uintptr_t)site ^ frame << 7) * UINT64_C(0x9E3779B97F4A7C15);
    return &mine.paths[mixed >> 56];
}
_Static_assert(PATHS == 1 << 8, "eight bits choose the path");

/* Returns whether the thread has a memory now. */
static bool
begin(void)
{
    if (mine.is_over) return false;
    mine.at_exit.run = leave;
    mine.paths = hfi_scratch_new(PATHS * sizeof(struct path));
    if (!mine.paths) return false;
    if (hfi_thread_at_exit(&mine.at_exit)) return true;
    leave(&mine.at_exit);
    mine.is_over = false;
    return false;
}

/* Whether every return address lies where it lay. Of frames that other code made: no checker knows
 * what lies in them. */
__attribute__((no_sanitize("address", "thread"))) static bool
is_still_so(const struct path *path)
{
    const struct link *link = path->links;
    while (*link->place == link->address) link++;
    return !link->address;
}

struct walk {
    uintptr_t site;
    struct hfi_caller callers[CALLERS_MOST];
    struct link links[CALLERS_MOST];
    uint32_t count, own_frames;
    bool is_outside, has_all_links;
};

/* Where the return address into the frame lies: right below what the stack pointer will be there.
 * On machines where it may lie elsewhere, or in a register, none is found. */
__attribute__((no_sanitize("address", "thread"))) static const uintptr_t *
place_of_return(struct _Unwind_Context *context, uintptr_t address)
{
#if defined(__x86_64__) || defined(__i386__)
    const uintptr_t *place = (const uintptr_t *)_Unwind_GetCFA(context) - 1;
    return *place == address ? place : NULL;
#else
    (void)context, (void)address;
    return NULL;
#endif
}

static _Unwind_Reason_Code
meet(struct _Unwind_Context *context, void *argument)
{
    struct walk *walk = argument;
    uintptr_t address = _Unwind_GetIP(context);
    if (!walk->is_outside) {
        walk->is_outside = !walk->site || address == walk->site;
        if (!walk->is_outside) {
            return ++walk->own_frames < OWN_FRAMES_MOST ? _URC_NO_REASON : _URC_END_OF_STACK;
        }
    }
    if (!address) return _URC_END_OF_STACK;
    struct link *link = &walk->links[walk->count];
    *link = (struct link){place_of_return(context, address), address};
    /* The frame in which this walk began was called by nobody it could be told by. */
    if (!link->place) walk->has_all_links = false;
    walk->callers[walk->count++] =
        (struct hfi_caller){address, (uintptr_t)_Unwind_GetRegionStart(context)};
    return walk->count < CALLERS_MOST ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void
remember(struct path *path, const struct walk *walk, uintptr_t frame, uint32_t stack)
{
    path->site = (const void *)walk->site;
    path->frame = frame;
    path->stack = stack;
    memcpy(path->links, walk->links, walk->count * sizeof(struct link));
    path->links[walk->count] = (struct link){.place = &path->frame, .address = 0};
}

static COLD uint32_t
walk_up(const void *site, uintptr_t frame)
{
    /* The unwinder may call malloc, and a program's malloc may come here. */
    if (mine.is_walking) return 0;
    struct walk walk = {.site = (uintptr_t)site, .has_all_links = true};
    mine.is_walking = true;
    pthread_mutex_lock(&lock);
    _Unwind_Backtrace(meet, &walk);
    pthread_mutex_unlock(&lock);
    mine.is_walking = false;
    /* Code without unwind tables: the place of the call is known all the same. */
    if (!walk.count && site) {
        walk.callers[walk.count++] = (struct hfi_caller){(uintptr_t)site, 0};
        walk.has_all_links = false;
    }
    uint32_t stack = hfi_callers_enter(walk.callers, walk.count);
    if (stack && walk.has_all_links && (mine.paths || begin())) {
        remember(path_for(site, frame), &walk, frame, stack);
    }
    return stack;
}

__attribute__((noinline)) uint32_t
hfi_callers(const void *site)
{
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    const struct path *path = mine.last;
    if (!begins_at(path, site, frame)) {
        if (unlikely(!mine.paths)) return walk_up(site, frame);
        mine.last = path = path_for(site, frame);
        if (unlikely(!begins_at(path, site, frame))) return walk_up(site, frame);
    }
    return likely(is_still_so(path)) ? path->stack : walk_up(site, frame);
}
