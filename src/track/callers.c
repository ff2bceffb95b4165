/* SPDX-License-Identifier: MIT
 *
 * Who calls, told in a few nanoseconds: the last walks up the stack are remembered, and where each
 * return address lay.
 * Knows the stack and the unwinder of the compiler; a thread's memory of walks is its own, and one
 * lock is the process's, which keeps walks and forks apart.
 *
 * To unwind a stack takes a microsecond. But a program comes to the same place by the same way
 * again and again: then the return addresses of all its callers lie where they lay the last time.
 * So the walk is repeated only if one of them has changed. That is exact: as long as the frames
 * up to one are those that were walked, the next return address lies at a known distance, whatever
 * it is; the first that differs is found. (A frame whose size varies, by alloca, may hide a
 * difference where an old return address was left behind; then a caller is named who called by the
 * same functions a moment ago.) */
#include "track/track.h"

#include <unwind.h>

enum { PATHS = 256, OWN_FRAMES_MOST = 16, LINKS_AT_ONCE = 4 };

/* A return address, and where it lies. */
struct link {
    const uintptr_t *place;
    uintptr_t address;
};

struct path {
    const void *site, *frame; /* the key: where the program called from, and how deep we are */
    uint32_t stack, length;   /* the latter a multiple of LINKS_AT_ONCE: the last one is repeated */
    struct link links[CALLERS_MOST];
};

static THREAD_LOCAL struct {
    struct hfi_thread_record at_exit;
    struct path *paths;
    bool is_walking, is_over;
} mine;

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
    hfi_scratch_free(mine.paths, PATHS * sizeof(struct path));
    mine.paths = NULL;
}

/* Where a walk from here is remembered, on a thread that has a memory. */
static struct path *
path_for(const void *site, const void *frame)
{
    uint64_t mixed = ((uintptr_t)site ^ (uintptr_t)frame << 7) * UINT64_C(0x9E3779B97F4A7C15);
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

/* Whether every return address lies where it lay. All places are above this frame on this stack, so
 * they can be read even when one of them tells that the frames are others, and no read waits for
 * the comparison before it. Of frames that other code made: no checker knows what lies in them. */
__attribute__((no_sanitize("address", "thread"))) static bool
is_still_so(const struct path *path)
{
    uintptr_t difference = 0;
    const struct link *end = path->links + path->length;
    for (const struct link *link = path->links; link < end; link += LINKS_AT_ONCE) {
        difference |= (*link[0].place ^ link[0].address) | (*link[1].place ^ link[1].address)
                      | (*link[2].place ^ link[2].address) | (*link[3].place ^ link[3].address);
    }
    return !difference;
}
_Static_assert(LINKS_AT_ONCE == 4 && CALLERS_MOST % LINKS_AT_ONCE == 0, "as written out above");

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

static COLD uint32_t
walk_up(const void *site, const void *frame)
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
        struct path *path = path_for(site, frame);
        *path = (struct path){.site = site, .frame = frame, .stack = stack};
        while (path->length < walk.count || path->length % LINKS_AT_ONCE) {
            uint32_t next = path->length < walk.count ? path->length : walk.count - 1;
            path->links[path->length++] = walk.links[next];
        }
    }
    return stack;
}

__attribute__((noinline)) uint32_t
hfi_callers(const void *site)
{
    const void *frame = __builtin_frame_address(0);
    if (likely(mine.paths != NULL)) {
        const struct path *path = path_for(site, frame);
        if (path->site == site && path->frame == frame && is_still_so(path)) return path->stack;
    }
    return walk_up(site, frame);
}
