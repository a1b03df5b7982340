/*
 * The log of a search: what it says about a node is true, whatever stands between the states.
 */
#include "expect.h"
#include "sim/explore/harvest.h"

enum { CHOICE = 7, NEVER_MADE = 8 };

static uint32_t target_of(uint32_t node)
{
    return 10 * node;
}

/* A state with one step, to a node that tells which state it is. */
static void put(struct harvest *h, uint32_t node)
{
    uint16_t *steps = log_state(h, node, 1, false);
    log_put_step(steps, 0, (struct logged_step){.to = target_of(node), .choice = CHOICE}, false);
}

static bool is_found(const struct harvest *h, uint32_t node)
{
    uint32_t to = log_target(h, node, CHOICE);
    EXPECT_TRUE(to == UNKNOWN || to == target_of(node));
    return to != UNKNOWN;
}

TEST(states_in_order_are_found)
{
    struct harvest h = {0};
    uint32_t n = 4 * SPAN, n_found = 0;
    harvest_init(&h);
    for (uint32_t node = 0; node < n; node++) {
        put(&h, node);
    }
    for (uint32_t node = 0; node < n; node++) {
        n_found += is_found(&h, node);
        EXPECT_EQ(UNKNOWN, log_target(&h, node, NEVER_MADE));
    }
    EXPECT_TRUE(n_found > n - n / 100); // a new block may begin in between
    EXPECT_FALSE(is_found(&h, n));
    harvest_release(&h);
}

/* A state that somebody else numbered, with a number far below, is the last that was written. */
TEST(behind_a_state_of_elsewhere_nothing_is_read)
{
    struct harvest h = {0};
    uint32_t node = 100 * SPAN;
    harvest_init(&h);
    put(&h, node);
    put(&h, 3);
    EXPECT_TRUE(is_found(&h, node));
    for (uint32_t k = 1; k < STRIDE; k++) {
        EXPECT_FALSE(is_found(&h, node + k));
    }
    harvest_release(&h);
}

TEST(states_of_elsewhere_in_between_do_no_harm)
{
    struct harvest h = {0};
    uint32_t node = 100 * SPAN;
    harvest_init(&h);
    put(&h, node);
    put(&h, 200 * SPAN);
    put(&h, node + 1);
    put(&h, 3);
    put(&h, node + 2);
    EXPECT_TRUE(is_found(&h, node));
    for (uint32_t k = 1; k < STRIDE; k++) {
        is_found(&h, node + k);
    }
    harvest_release(&h);
}

TEST_MAIN(RUN(states_in_order_are_found), RUN(behind_a_state_of_elsewhere_nothing_is_read),
          RUN(states_of_elsewhere_in_between_do_no_harm))
