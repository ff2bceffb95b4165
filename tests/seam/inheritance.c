/* SPDX-License-Identifier: MIT
 *
 * Seam test of <holdfast/type.h>: base types, what is inherited from them, hf_is and hf_cast.
 * Knows public headers only.
 * The order in which a death goes from derived type to base is in order.c. */
#include "seam/counting.h"
#include "seam/witness.h"
#include "support/run_suite.h"

typedef struct shape {
    witness *label;
} shape;
HF_DECLARE(shape);

static void
shape_destroy(void *self)
{
    (void)self;
    happen("shape_destroy");
}

HF_TYPE(shape, .destroy = shape_destroy, .fields = HF_FIELDS(HF_STRONG(shape, label)));

typedef struct circle {
    shape base;
    double radius;
} circle;
HF_DECLARE(circle);
HF_TYPE(circle, .base = &hf_type_shape);

typedef struct ring {
    circle base;
    double hole;
} ring;
HF_DECLARE(ring);
HF_TYPE(ring, .base = &hf_type_circle);

START_TEST(an_object_is_of_its_type_and_of_all_bases_of_it)
{
    hf_auto ring *r = hf_new(ring);
    ck_assert(hf_is(r, ring));
    ck_assert(hf_is(r, circle));
    ck_assert(hf_is(r, shape));
}
END_TEST

START_TEST(an_object_is_not_of_a_type_derived_from_its_own_nor_of_another)
{
    hf_auto circle *c = hf_new(circle);
    ck_assert(!hf_is(c, ring));
    ck_assert(!hf_is(c, witness));
}
END_TEST

START_TEST(null_is_of_no_type)
{
    ck_assert(!hf_is(NULL, shape));
    ck_assert_ptr_null(hf_cast(shape, NULL));
}
END_TEST

START_TEST(cast_returns_the_same_address_or_null_and_counts_nothing)
{
    hf_auto circle *c = hf_new(circle);
    shape *s = hf_cast(shape, c);
    ck_assert_ptr_eq(s, c);
    ck_assert_ptr_eq(hf_cast(circle, s), c);
    ck_assert_ptr_null(hf_cast(ring, s));
    ck_assert_uint_eq(hf_count(c), 1);
}
END_TEST

START_TEST(fields_and_destroy_of_a_base_are_inherited)
{
    ring *r = hf_new(ring);
    hf_give(&r->base.base, label, witness_new("label"));
    hf_release(r);
    ck_assert_str_eq(what_happened(), "shape_destroy, label");
}
END_TEST

/* Types of which one has all, and its base or the one derived from it nothing. */
typedef struct plain {
    int number;
} plain;
HF_DECLARE(plain);
HF_TYPE(plain);

typedef struct rich {
    plain base;
    witness *strong, *traced;
    const char *text;
} rich;
HF_DECLARE(rich);

static void
own(void *text)
{
    happen(text);
}

static void
rich_destroy(void *self)
{
    (void)self;
    happen("destroy");
}

static void
rich_trace(void *self, hf_visitor *v)
{
    hf_visit(v, ((rich *)self)->traced);
}

static void
rich_free(void *self)
{
    (void)self;
    happen("free");
}

HF_TYPE(rich, .base = &hf_type_plain, .destroy = rich_destroy, .trace = rich_trace,
        .free = rich_free, .fields = HF_FIELDS(HF_STRONG(rich, strong), HF_OWNED(rich, text, own)));

typedef struct plain_heir {
    rich base;
} plain_heir;
HF_DECLARE(plain_heir);
HF_TYPE(plain_heir, .base = &hf_type_rich);

static void
expect_all_steps_for(rich *r HF_TAKE)
{
    hf_give(r, strong, witness_new("strong"));
    r->traced = witness_new("traced");
    r->text = "text";
    hf_release(r);
    ck_assert_str_eq(what_happened(), "destroy, free, text, strong, traced");
}

START_TEST(what_a_derived_type_has_is_done_where_its_base_has_nothing)
{
    expect_all_steps_for(hf_new(rich));
}
END_TEST

START_TEST(what_a_base_has_is_done_where_the_derived_type_has_nothing)
{
    plain_heir *heir = hf_new(plain_heir);
    expect_all_steps_for(&heir->base);
}
END_TEST

/* A derived type whose base is confined or acyclic is so too. */
typedef struct secret {
    witness *kept;
} secret;
HF_DECLARE(secret);
HF_TYPE(secret, .flags = HF_CONFINED | HF_ACYCLIC, .fields = HF_FIELDS(HF_STRONG(secret, kept)));

typedef struct top_secret {
    secret base;
    struct top_secret *other;
} top_secret;
HF_DECLARE(top_secret);
static struct counting memory = COUNTING(memory);
HF_TYPE(top_secret, .base = &hf_type_secret, .allocator = &memory.allocator,
        .fields = HF_FIELDS(HF_STRONG(top_secret, other)));

START_TEST(confinement_is_inherited)
{
    hf_auto top_secret *s = hf_new(top_secret);
    hf_auto shape *shared = hf_new(shape);
    HF_EXPECT_FATAL(hf_set(shared, label, unknown_origin(s)),
                    "shared object would hold a confined one", "top_secret");
}
END_TEST

/* An object that may be part of a cycle needs a larger header. */
START_TEST(being_acyclic_is_inherited)
{
    hf_release(hf_new(top_secret));
    ck_assert_uint_le(memory.bytes_given, sizeof(top_secret) + 16);
}
END_TEST

/* ---- the suite --------------------------------------------------------------------------- */

static Suite *
suite(void)
{
    Suite *suite = suite_create("inheritance");
    TCase *tests = tcase_create("bases");
    tcase_add_test(tests, an_object_is_of_its_type_and_of_all_bases_of_it);
    tcase_add_test(tests, an_object_is_not_of_a_type_derived_from_its_own_nor_of_another);
    tcase_add_test(tests, null_is_of_no_type);
    tcase_add_test(tests, cast_returns_the_same_address_or_null_and_counts_nothing);
    tcase_add_test(tests, fields_and_destroy_of_a_base_are_inherited);
    tcase_add_test(tests, what_a_derived_type_has_is_done_where_its_base_has_nothing);
    tcase_add_test(tests, what_a_base_has_is_done_where_the_derived_type_has_nothing);
    tcase_add_test(tests, confinement_is_inherited);
    tcase_add_test(tests, being_acyclic_is_inherited);
    suite_add_tcase(suite, tests);
    return suite;
}

HF_TEST_MAIN(suite)
