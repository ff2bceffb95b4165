/* SPDX-License-Identifier: MIT
 *
 * The version stands below the count: additions after a look, additions without one, those by an
 * exchange, and who takes the highest bit of the version back.
 * Knows one word with a version of four bits, and as many threads as that has room for: each may add
 * once after a look that is out of date, once in vain, and once more before it makes room.
 * The argument is in README.md; word_takes_one_more(), word_make_room() and word_with_room() in
 * src/object/word.h do this.
 *
 * All is relaxed, so a look may see any value from this thread's last access to the word on: that
 * one, the present one, or one in between, which matters if the bit stood there.
 *
 * Proven: no addition carries into the count, however often the version comes round, and nothing
 * borrows from it.
 *
 * Twins, each of which must fail:
 *     NO_LOOK            who doesn't look before doesn't look at the result either
 *     TAKE_BACK_ONCE     the bit is taken back by a subtraction, which is done twice if two saw it
 *     EXCHANGE_KEEPS     an exchange adds to what it saw, with the bit
 *     TAKE_BACK_ALL      who has added in vain, to one that is dying, takes the version back as well
 *     THREADS=3          more threads than there is room for behind the bit */

#ifndef THREADS
#define THREADS 2
#endif
#define TOP 8
#define COUNT_ONE 16

byte word = COUNT_ONE + TOP - 1;

/* How many additions the threads may still begin, all together. */
byte steps = 3 * TOP;

/* The truth: what the count must be. */
byte count = 1;
#define MAY (phase == IDLE && steps > 0)

/* Where a thread is, between two steps. */
#define IDLE 0
#define SAW_NONE 1   /* it adds */
#define SAW_TOP 2    /* it adds, and makes room */
#define MAKES_ROOM 3 /* the bit was there when it added */
#define EXCHANGING 4 /* it adds to what it knows by an exchange */
#define IN_VAIN 5    /* it has added to the count as well, and takes that back */

/* One addition; `known` is what is left. */
inline add()
{
    word = word + 1;
    known = word;
    assert(word / COUNT_ONE == count)
}

inline add_without_look()
{
#ifndef NO_LOOK
    phase = (word & TOP -> MAKES_ROOM : IDLE);
#endif
    add()
}

inline make_room()
{
#ifdef TAKE_BACK_ONCE
    word = word - TOP;
#else
    word = word & ~TOP;
#endif
    known = word;
    assert(word / COUNT_ONE == count);
    phase = IDLE
}

inline add_in_vain()
{
    word = word + COUNT_ONE;
    count++;
    add();
    phase = IN_VAIN
}

/* And goes the long way, with a look. */
inline take_back()
{
#ifdef TAKE_BACK_ALL
    word = word - 1;
#endif
    word = word - COUNT_ONE;
    count--;
    known = word;
    assert(word / COUNT_ONE == count);
    phase = (word & TOP -> SAW_TOP : SAW_NONE)
}

inline try_exchange()
{
    if
    :: word == known ->
#ifndef EXCHANGE_KEEPS
        word = word & ~TOP;
#endif
        add();
        phase = IDLE
    :: else -> known = word
    fi
}

/* Each option is one step. */
proctype mutator()
{
    byte phase = IDLE;
    byte known = word;

    do
    :: atomic { MAY && !((known & word) & TOP) -> steps--; phase = SAW_NONE }
    :: atomic { MAY -> steps--; phase = SAW_TOP }
    :: atomic { phase == SAW_NONE -> add(); phase = IDLE }
    :: atomic { phase == SAW_TOP -> add(); phase = MAKES_ROOM }
    :: atomic { MAY -> steps--; add_without_look() }
    :: atomic { MAY -> steps--; add_in_vain() }
    :: atomic { phase == IN_VAIN -> take_back() }
    :: atomic { phase == MAKES_ROOM -> make_room() }
    :: atomic { MAY -> steps--; known = word; phase = EXCHANGING }
    :: atomic { phase == EXCHANGING -> try_exchange() }
    :: atomic { phase == IDLE && steps == 0 -> break }
    od
}

init {
    byte i;
    atomic {
        for (i : 1 .. THREADS) { run mutator() }
    }
}
