/*
 * [endings], [expect], [schedule], [scenario]: what a run is called, what is expected of it, how it
 * goes.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/loader.h"
#include "sim/lang/schedule_text.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static struct predicate read_predicate(struct loader *l, struct span text)
{
    struct predicate p = {
        .text = span_text(text), .line = text.line, .file = mem_text(text.file, strlen(text.file))};
    if (!compile_predicate(&l->scope, text, &p.code))
        l->ok = false;
    return p;
}

/* ---- endings ---- */

static void load_endings(struct loader *l, const struct document_section *section)
{
    struct scenario *s = l->s;
    s->endings = mem_alloc(section->n_keys, sizeof *s->endings);
    for (size_t k = 0; k < section->n_keys; k++) {
        const struct ini_key *key = &section->keys[k];
        if (span_is(key->key, "other"))
            load_error(l, key->key, "'other' is what fits none of these: choose another name");
        for (size_t j = 0; j < k; j++)
            if (span_equal(section->keys[j].key, key->key))
                load_error(l, key->key, "there is an ending of this name already");
        struct scenario_ending *e = &s->endings[s->n_endings++];
        e->name = span_text(key->key);
        e->when = read_predicate(l, key->value);
    }
}

/* ---- expectations ---- */

// clang-format off
static const char *const findings[N_FINDINGS] = {
    [FINDING_DEADLOCK] = "deadlock",   [FINDING_HANG] = "hang",
    [FINDING_BUGCHECK] = "bugcheck",   [FINDING_ASSERTION] = "assertion",
    [FINDING_FAULT] = "fault",         [FINDING_LIVELOCK] = "livelock",
    [FINDING_RACE] = "race",           [FINDING_VERIFIER] = "verifier",
};
// clang-format on

static void read_goal(struct loader *l, struct span name)
{
    struct scenario *s = l->s;
    const char **names = mem_alloc(s->n_endings + 1, sizeof *names);
    bool found = false;
    for (uint32_t k = 0; k < s->n_endings; k++) {
        names[k] = s->endings[k].name;
        if (span_is(name, s->endings[k].name))
            s->endings[k].goal = found = true;
    }
    char *hint = span_hint(name, names, s->n_endings);
    if (!found)
        load_error(l, name, "[endings] has no '%.*s'%s", SPAN(name), hint);
    free(hint);
    free(names);
}

static bool read_finding(struct loader *l, const struct document_section *section,
                         const struct ini_key *key, struct expectation *e)
{
    static const char *const bounds[] = {"never", "possible", "always"};
    unsigned finding = 0, bound = 0;
    while (finding < N_FINDINGS && !span_is(key->key, findings[finding]))
        finding++;
    if (finding == N_FINDINGS)
        return false;
    bool ends = finding < FINDING_RACE; // races and verifier stops end no run: never always
    read_word(l, section, findings[finding], bounds, ends ? 3 : 2, &bound);
    e->kind = EXPECT_FINDING;
    e->finding = (enum finding_kind)finding;
    e->bound = (enum finding_bound)(BOUND_NEVER + bound);
    return true;
}

static bool read_claim(struct loader *l, const struct ini_key *key, struct expectation *e)
{
    static const char *const claims[] = {"always", "sometimes", "invariant"};
    for (unsigned k = 0; k < N(claims); k++) {
        if (span_is(key->key, claims[k])) {
            e->kind = (enum expect_kind)(EXPECT_ALWAYS + k);
            e->claim = read_predicate(l, key->value);
            if (l->ok)
                compile_element(&l->scope, key->value, &e->claim.element, &e->claim.lo,
                                &e->claim.hi);
            return true;
        }
    }
    return false;
}

static void load_expect(struct loader *l, const struct document_section *section)
{
    static const struct key_rule rules[] = {
        {"goal", true},      {"always", true},    {"sometimes", true}, {"invariant", true},
        {"deadlock", false}, {"hang", false},     {"bugcheck", false}, {"assertion", false},
        {"fault", false},    {"livelock", false}, {"race", false},     {"verifier", false}};
    struct scenario *s = l->s;
    s->expectations = mem_alloc(section->n_keys + N_FINDINGS, sizeof *s->expectations);
    check_keys(l, section, rules, N(rules));
    for (size_t k = 0; k < section->n_keys; k++) {
        const struct ini_key *key = &section->keys[k];
        struct expectation e = {.line = key->key.line};
        if (span_is(key->key, "goal"))
            read_goal(l, key->value);
        else if (read_claim(l, key, &e) || read_finding(l, section, key, &e))
            s->expectations[s->n_expectations++] = e;
    }
}

/* What nobody mentions must never happen; races and verifier stops are then not checked. */
static void add_defaults(struct scenario *s)
{
    if (s->expectations == NULL)
        s->expectations = mem_alloc(N_FINDINGS, sizeof *s->expectations);
    for (unsigned f = 0; f < FINDING_RACE; f++) {
        bool said = false;
        for (uint32_t k = 0; k < s->n_expectations; k++)
            said |= s->expectations[k].kind == EXPECT_FINDING && s->expectations[k].finding == f;
        if (!said)
            s->expectations[s->n_expectations++] = (struct expectation){
                .kind = EXPECT_FINDING, .finding = (enum finding_kind)f, .bound = BOUND_NEVER};
    }
}

static void collect_invariants(struct loader *l)
{
    struct scenario *s = l->s;
    s->invariants = mem_alloc(s->n_expectations, sizeof *s->invariants);
    for (uint32_t k = 0; k < s->n_expectations; k++)
        if (s->expectations[k].kind == EXPECT_INVARIANT)
            s->invariants[s->n_invariants++] = s->expectations[k].claim;
    struct span where = {"", 0, s->file, 0, 0};
    if (s->n_invariants > MAX_INVARIANTS)
        load_error(l, where, "[expect] has more than %d invariants", MAX_INVARIANTS);
    if (s->n_expectations > MAX_EXPECTATIONS)
        load_error(l, where, "[expect] has more than %d lines", MAX_EXPECTATIONS);
}

void load_predicates(struct loader *l)
{
    each_section(l, "endings", load_endings);
    each_section(l, "expect", load_expect);
    add_defaults(l->s);
    collect_invariants(l);
}

/* ---- schedule ---- */

static void read_seed(struct loader *l, struct span text, uint64_t *seed)
{
    uint64_t value = 0;
    for (size_t k = 0; k < text.n; k++) {
        uint64_t digit = (uint64_t)(text.at[k] - '0');
        if (!is_digit(text.at[k]) || value > (UINT64_MAX - digit) / 10) {
            load_error(l, text, "expected a seed: a number from 0 on");
            return;
        }
        value = value * 10 + digit;
    }
    if (text.n == 0)
        load_error(l, text, "expected a seed: a number from 0 on");
    *seed = value;
}

static void load_schedule_section(struct loader *l, const struct document_section *section)
{
    static const struct key_rule rules[] = {
        {"policy", false}, {"seed", false}, {"steps", false}, {"hash", false}};
    static const char *const policies[] = {"manual", "replay", "round-robin",
                                           "random", "pct",    "priority"};
    struct schedule_default *schedule = &l->s->schedule;
    const struct ini_key *seed = find_key(section, "seed");
    const struct ini_key *steps = find_key(section, "steps");
    unsigned policy = steps != NULL ? POLICY_REPLAY : POLICY_MANUAL;
    check_keys(l, section, rules, N(rules));
    read_word(l, section, "policy", policies, N(policies), &policy);
    schedule->policy = (enum policy_kind)policy;
    if (seed != NULL)
        read_seed(l, seed->value, &schedule->seed);
    if (steps != NULL) {
        struct schedule parsed = {0};
        if (!schedule_parse(l->s, steps->value, &parsed, l->diags))
            l->ok = false;
        schedule_release(&parsed);
        schedule->steps = span_text(steps->value);
    } else if (policy == POLICY_REPLAY) {
        load_error(l, section->kind, "policy = replay needs 'steps = ...'");
    }
}

void load_schedule(struct loader *l)
{
    each_section(l, "schedule", load_schedule_section);
}

/* ---- [scenario] ---- */

static void load_scenario_section(struct loader *l, const struct document_section *section)
{
    static const struct key_rule rules[] = {{"title", false},    {"description", false},
                                            {"extends", false},  {"next", false},
                                            {"verifier", false}, {"release_policy", false},
                                            {"wait_all", false}, {"critical_region", false},
                                            {"pulse", false},    {"rename_without_delete", false}};
    static const char *const on_off[] = {"on", "off"};
    static const char *const release[] = {"nt", "writer_first"};
    static const char *const region[] = {"inside", "outside"};
    static const char *const wait_all[] = {"set_time", "retest"};
    static const char *const pulse[] = {"sure", "may_miss"};
    static const char *const no_yes[] = {"no", "yes"};
    struct kernel_switches *to = &l->shape.switches;
    unsigned verifier = 0, releases = 0, regions = 0, waits = 0, pulses = 0, renames = 0;
    check_keys(l, section, rules, N(rules));
    read_word(l, section, "verifier", on_off, 2, &verifier);
    read_word(l, section, "release_policy", release, 2, &releases);
    read_word(l, section, "critical_region", region, 2, &regions);
    read_word(l, section, "wait_all", wait_all, 2, &waits);
    read_word(l, section, "pulse", pulse, 2, &pulses);
    read_word(l, section, "rename_without_delete", no_yes, 2, &renames);
    to->verifier_off = verifier != 0;
    to->release = (enum release_policy)releases;
    to->critical_region = (enum critical_region_policy)regions;
    to->wait_all = (enum wait_all_policy)waits;
    to->pulse = (enum pulse_policy)pulses;
    to->rename_without_delete = renames != 0;
    l->s->title = read_text_key(section, "title");
    l->s->description = read_text_key(section, "description");
    l->s->next = read_text_key(section, "next");
}

void load_settings(struct loader *l)
{
    struct scenario *s = l->s;
    each_section(l, "scenario", load_scenario_section);
    if (s->title == NULL)
        s->title = mem_text(s->name, strlen(s->name));
    if (s->description == NULL)
        s->description = mem_text("", 0);
}
