/* SPDX-License-Identifier: MIT
 *
 * The commands that clients send.
 * Knows sessions, the server and documents.
 * What takes its time holds the configuration by an owned reference; what only looks at it reads in
 * a section (server.c). */
#include "commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "trouble.h"

enum { TICK_DIGITS_MOST = 12 };

/* What stands behind the name of a command: any bytes, none of them a line feed. */
struct argument {
    const char *bytes;
    size_t length;
};

static int
ping(server *s, session *self, struct argument unused)
{
    (void)s, (void)unused;
    return session_say(self, "OK");
}

static int
echo(server *s, session *self, struct argument text)
{
    static const char head[] = "OK ";
    (void)s;
    hf_auto hf_buffer *answer = hf_buffer_new(strlen(head) + text.length + 1);
    if (!answer) return -1;
    memcpy(answer->bytes, head, strlen(head));
    memcpy(answer->bytes + strlen(head), text.bytes, text.length);
    answer->bytes[answer->length - 1] = '\n';
    return session_show(self, answer);
}

static int
get(server *s, session *self, struct argument name)
{
    hf_auto config *c = hf_slot_load(&s->current);
    hf_auto hf_buffer *document = document_get(s->documents, c, name.bytes, name.length);
    if (document) {
        return session_say(self, "OK %zu", document->length) || session_show(self, document)
                       || session_say(self, "%s", "")
                   ? -1
                   : 0;
    }
    if (errno == ENOMEM) return -1;
    if (errno == EINVAL) return session_say(self, "ERROR that is no name of a file here");
    return session_say(self, "ERROR can't get it: %s", reason_text(errno));
}

static int
show_config(server *s, session *self, struct argument unused)
{
    hf_auto config *c = hf_slot_load(&s->current);
    (void)unused;
    return session_say(self,
                       "OK generation=%u idle-ms=%" PRIu64 " line-bytes=%" PRIu64
                       " output-bytes=%" PRIu64 " sessions=%" PRIu64 " cache-entries=%" PRIu64
                       " root=%s greeting=%s",
                       c->generation, c->idle_ms, c->line_bytes, c->output_bytes, c->sessions,
                       c->cache_entries, c->root, c->greeting);
}

static int
reload(server *s, session *self, struct argument unused)
{
    char problem[PROBLEM_BYTES];
    (void)unused;
    if (server_reload(s, problem) == 0) return session_say(self, "OK");
    return session_say(self, "ERROR %s", problem);
}

static int
stats(server *s, session *self, struct argument unused)
{
    hf_cache_figures cache;
    (void)unused;
    hf_cache_stats(s->documents, &cache);
    return session_say(self,
                       "OK sessions=%zu waiting=%zu cached=%zu hits=%" PRIu64 " misses=%" PRIu64
                       " configurations=%zu timers=%zu",
                       atomic_load(&s->session_count), atomic_load(&s->waiting), cache.entries,
                       cache.hits, cache.misses, hf_live(&hf_type_config), hf_live(&hf_type_timer));
}

static int
tick(server *s, session *self, struct argument time)
{
    char digits[TICK_DIGITS_MOST + 1], *end;
    if (!s->options->manual_clock) return session_say(self, "ERROR the clock goes by itself");
    if (!time.length || time.length > TICK_DIGITS_MOST) {
        return session_say(self, "ERROR it wants a number of milliseconds");
    }
    memcpy(digits, time.bytes, time.length);
    digits[time.length] = '\0';
    uint64_t milliseconds = strtoull(digits, &end, 10);
    if (*end || digits[0] < '0' || digits[0] > '9') {
        return session_say(self, "ERROR it wants a number of milliseconds");
    }
    server_tick(s, milliseconds);
    self->last_active = server_now(s);
    return session_say(self, "OK");
}

static int
quit(server *s, session *self, struct argument unused)
{
    (void)s, (void)unused;
    self->is_ending = true;
    return session_say(self, "OK");
}

static int
shut_down(server *s, session *self, struct argument unused)
{
    (void)unused;
    int result = session_say(self, "OK");
    server_stop(s);
    return result;
}

static const struct command {
    const char *name;
    int (*run)(server *s, session *self, struct argument argument);
    enum { ALONE, WITH_ARGUMENT } kind;
} commands[] = {
    {"PING", ping, ALONE},          {"ECHO", echo, WITH_ARGUMENT}, {"GET", get, WITH_ARGUMENT},
    {"CONFIG", show_config, ALONE}, {"RELOAD", reload, ALONE},     {"STATS", stats, ALONE},
    {"TICK", tick, WITH_ARGUMENT},  {"QUIT", quit, ALONE},         {"SHUTDOWN", shut_down, ALONE},
};

static const struct command *
find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *each = &commands[i];
        if (strlen(each->name) == length && memcmp(each->name, name, length) == 0) return each;
    }
    return NULL;
}

int
command_run(server *s, session *self, const char *line, size_t length)
{
    const char *space = length ? memchr(line, ' ', length) : NULL;
    size_t name_length = space ? (size_t)(space - line) : length;
    struct argument argument = {line + length, 0};
    if (space) argument = (struct argument){space + 1, length - name_length - 1};
    const struct command *command = find(line, name_length);
    if (!command) return session_say(self, "ERROR there is no such command");
    if (command->kind == ALONE && space) {
        return session_say(self, "ERROR %s stands alone", command->name);
    }
    return command->run(s, self, argument);
}
