// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection state machine, one end at a time: drivers/xen/ring/peer.c.
 * All pairs of states against a table that can be read; then walks with actions
 * that succeed or refuse. What fails: peer-fail-test.c. Both ends together:
 * peer-pair-test.c.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>

#include "peer-end.h"

#define STATES	9

/*
 * What is to happen: rows are our state, columns the other end's. The letter is
 * the action, the digit our next state; "." is nothing.
 *
 *	P prepare  C connect  U update  L lost  X close  G gone  R renew
 *
 * The last two columns are a number that is no state, and no node at all.
 */

/* The host wants the device to go. */
static const char * const front_leave_wanted[STATES] = {
/*         0   1   2   3   4   5   6   7   8  99  none */
/* 0 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 1 */ "  .   .  P3  P3   .  X6   .   .   .   .   .",
/* 2 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 3 */ "  .   .   .   .  C4  X6  G6   .   .   .   .",
/* 4 */ " L5  L5  L5  L5  U4  X6  G6   .   .  L5  L5",
/* 5 */ "  .   .   .   .   .  X6  G6   .   .   .   .",
/* 6 */ "  .   .   .   .   .   .  R1   .   .   .   .",
/* 7 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 8 */ "  .   .   .   .   .   .   .   .   .   .   .",
};

/* The host wants it to stay: a backend that closes is lost. */
static const char * const front_stay_wanted[STATES] = {
/*         0   1   2   3   4   5   6   7   8  99  none */
/* 0 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 1 */ "  .   .  P3  P3   .  L6   .   .   .   .   .",
/* 2 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 3 */ "  .   .   .   .  C4  L6  L6   .   .   .   .",
/* 4 */ " L5  L5  L5  L5  U4  L6  L6   .   .  L5  L5",
/* 5 */ "  .   .   .   .   .  L6  L6   .   .   .   .",
/* 6 */ "  .   .   .   .   .   .  R1   .   .   .   .",
/* 7 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 8 */ "  .   .   .   .   .   .   .   .   .   .   .",
};

/* It says that it is connected when it offers its rings. */
static const char * const early_leave_wanted[STATES] = {
/*         0   1   2   3   4   5   6   7   8  99  none */
/* 0 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 1 */ "  .   .  P4  P4   .  X6   .   .   .   .   .",
/* 2 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 3 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 4 */ " L5  L5  L5  L5  U4  X6  G6   .   .  L5  L5",
/* 5 */ "  .   .   .   .   .  X6  G6   .   .   .   .",
/* 6 */ "  .   .   .   .   .   .  R1   .   .   .   .",
/* 7 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 8 */ "  .   .   .   .   .   .   .   .   .   .   .",
};

static const char * const early_stay_wanted[STATES] = {
/*         0   1   2   3   4   5   6   7   8  99  none */
/* 0 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 1 */ "  .   .  P4  P4   .  L6   .   .   .   .   .",
/* 2 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 3 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 4 */ " L5  L5  L5  L5  U4  L6  L6   .   .  L5  L5",
/* 5 */ "  .   .   .   .   .  L6  L6   .   .   .   .",
/* 6 */ "  .   .   .   .   .   .  R1   .   .   .   .",
/* 7 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 8 */ "  .   .   .   .   .   .   .   .   .   .   .",
};

static const char * const back_wanted[STATES] = {
/*         0   1   2   3   4   5   6   7   8  99  none */
/* 0 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 1 */ " P2  P2   .  P2  P2  X5  G6   .   .  P2  P2",
/* 2 */ " G6   .   .  C4  C4  X5  G6   .   .  G6  G6",
/* 3 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 4 */ " G6  L2   .   .   .  X5  G6   .   .  G6  G6",
/* 5 */ " G6   .   .   .   .   .  G6   .   .  G6  G6",
/* 6 */ " G6  P2   .   .   .   .  G6   .   .  G6  G6",
/* 7 */ "  .   .   .   .   .   .   .   .   .   .   .",
/* 8 */ "  .   .   .   .   .   .   .   .   .   .   .",
};

/* A column's state; the last one is read from a store that has no node. */
static enum xenbus_state column(int i)
{
	if (i < STATES)
		return i;
	return i == STATES ? 99 : shim_store_state(THEIRS);
}

static void check_all_pairs(const struct xen_peer_ops *ops,
			    enum xen_peer_wish wish,
			    const char * const *wanted)
{
	int ours, i;

	begin(ops, XenbusStateUnknown);
	for (ours = 0; ours < STATES; ours++) {
		for (i = 0; i < STATES + 2; i++) {
			const struct xen_peer_row *row =
				xen_peer_find(ops, ours, column(i), wish);
			char have[4] = "  .", want[4];

			if (row)
				snprintf(have, sizeof(have), " %c%d",
					 letters[row->action], row->next);
			snprintf(want, sizeof(want), "%.3s",
				 wanted[ours] + 4 * i);
			if (strcmp(have, want))
				test_fail(__FILE__, __LINE__,
					  "ours %d, theirs %d: %s, not %s",
					  ours, column(i), have, want);
		}
	}
}

TEST(a_frontend_does_what_the_table_says_for_all_pairs)
{
	check_all_pairs(&front_ops, XEN_PEER_LEAVE, front_leave_wanted);
	check_all_pairs(&front_ops, XEN_PEER_STAY, front_stay_wanted);
}

TEST(an_early_frontend_does_what_the_table_says_for_all_pairs)
{
	check_all_pairs(&early_ops, XEN_PEER_LEAVE, early_leave_wanted);
	check_all_pairs(&early_ops, XEN_PEER_STAY, early_stay_wanted);
}

TEST(a_backend_does_what_the_table_says_for_all_pairs)
{
	check_all_pairs(&back_ops, XEN_PEER_LEAVE, back_wanted);
	check_all_pairs(&back_ops, XEN_PEER_STAY, back_wanted);
}

TEST(numbers_that_are_no_state_are_as_good_as_no_node)
{
	static const int numbers[] = { 9, 10, 31, 32, 63, 64, 99, 1 << 20, -1 };
	size_t i;
	int ours;

	for (ours = 0; ours < STATES; ours++)
		for (i = 0; i < ARRAY_SIZE(numbers); i++)
			CHECK(xen_peer_find(&back_ops, ours, numbers[i],
					    XEN_PEER_STAY) ==
			      xen_peer_find(&back_ops, ours, 0,
					    XEN_PEER_STAY));
}

TEST(a_frontend_connects)
{
	begin(&front_ops, XenbusStateInitialising);
	CHECK_TEXT(sees(XenbusStateInitialising), "");
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
	CHECK_EQ(shim_store_state(OURS), XenbusStateInitialised);
	CHECK_TEXT(sees(XenbusStateInitWait), "");
	CHECK_TEXT(sees(XenbusStateConnected), "CU");
	CHECK_EQ(shim_store_state(OURS), XenbusStateConnected);
	CHECK_TEXT(sees(XenbusStateConnected), "U");
	CHECK_EQ(shim_seen.switches, 2);
}

TEST(a_backend_connects)
{
	begin(&back_ops, XenbusStateInitialising);
	CHECK_TEXT(sees(XenbusStateInitialising), "P");
	CHECK_EQ(shim_store_state(OURS), XenbusStateInitWait);
	CHECK_TEXT(sees(XenbusStateInitialised), "C");
	CHECK_EQ(shim_store_state(OURS), XenbusStateConnected);
	CHECK_TEXT(sees(XenbusStateConnected), "");
	CHECK_EQ(shim_seen.switches, 2);
}

TEST(a_backend_that_is_late_catches_up_in_one_step)
{
	begin(&back_ops, XenbusStateInitialising);
	CHECK_TEXT(sees(XenbusStateInitialised), "PC");
	CHECK_EQ(device.state, XenbusStateConnected);
}

TEST(a_frontend_renews_its_rings_when_the_backend_starts_anew)
{
	begin(&front_ops, XenbusStateConnected);
	shim_store_write(THEIRS, "online", "1");
	CHECK_TEXT(sees(XenbusStateInitWait), "L");
	CHECK_EQ(device.state, XenbusStateClosing);
	CHECK_TEXT(sees(XenbusStateClosing), "L");
	CHECK_EQ(device.state, XenbusStateClosed);
	CHECK_TEXT(sees(XenbusStateClosed), "R");
	CHECK_EQ(device.state, XenbusStateInitialising);
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
	CHECK_TEXT(sees(XenbusStateConnected), "CU");
	CHECK_EQ(device.state, XenbusStateConnected);
}

TEST(a_backend_that_closes_is_lost_if_the_host_wants_the_device)
{
	begin(&front_ops, XenbusStateConnected);
	shim_store_write(THEIRS, "online", "1");
	CHECK_TEXT(sees(XenbusStateClosing), "L");
	CHECK_EQ(device.state, XenbusStateClosed);
	CHECK_TEXT(sees(XenbusStateInitialising), "");
	CHECK_TEXT(sees(XenbusStateClosed), "R");
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
	CHECK_TEXT(sees(XenbusStateClosed), "LR");
	CHECK_EQ(device.state, XenbusStateInitialising);
}

TEST(a_backend_that_closes_means_it_if_the_host_does)
{
	static const char * const wishes[] = { "0", "", "no" };
	size_t i;

	begin(&front_ops, XenbusStateConnected);
	CHECK_TEXT(sees(XenbusStateClosing), "X");
	for (i = 0; i < ARRAY_SIZE(wishes); i++) {
		begin(&front_ops, XenbusStateConnected);
		shim_store_write(THEIRS, "online", wishes[i]);
		CHECK_TEXT(sees(XenbusStateClosing), "X");
		CHECK_EQ(device.state, XenbusStateClosed);
	}
}

TEST(a_host_may_change_its_mind_while_the_backend_is_lost)
{
	begin(&front_ops, XenbusStateConnected);
	shim_store_write(THEIRS, "online", "1");
	CHECK_TEXT(sees(XenbusStateInitialising), "L");
	shim_store_write(THEIRS, "online", "0");
	CHECK_TEXT(sees(XenbusStateClosing), "X");
	CHECK_EQ(device.state, XenbusStateClosed);
}

TEST(a_backend_whose_directory_is_gone_is_lost)
{
	begin(&front_ops, XenbusStateConnected);
	CHECK_TEXT(sees(shim_store_state(THEIRS)), "L");
	CHECK_EQ(device.state, XenbusStateClosing);
	CHECK_TEXT(sees(shim_store_state(THEIRS)), "");
}

TEST(another_backend_is_waited_for_before_anything_is_done)
{
	begin(&front_ops, XenbusStateConnected);
	sees(XenbusStateConnected);
	device.state = XenbusStateInitialising;
	xen_peer_forget(&peer);
	CHECK_TEXT(again(), "");
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
}

TEST(a_frontend_does_not_offer_rings_to_a_backend_that_has_old_ones)
{
	begin(&front_ops, XenbusStateInitialising);
	CHECK_TEXT(sees(XenbusStateConnected), "");
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
}

TEST(a_backend_waits_again_when_the_frontend_reboots_in_place)
{
	begin(&back_ops, XenbusStateConnected);
	CHECK_TEXT(sees(XenbusStateInitialising), "L");
	CHECK_EQ(device.state, XenbusStateInitWait);
	CHECK_TEXT(sees(XenbusStateInitialised), "C");
	CHECK_EQ(device.state, XenbusStateConnected);
}

TEST(a_backend_that_is_closed_waits_for_the_next_frontend)
{
	begin(&back_ops, XenbusStateConnected);
	CHECK_TEXT(sees(XenbusStateClosing), "X");
	CHECK_EQ(device.state, XenbusStateClosing);
	CHECK_TEXT(sees(XenbusStateClosed), "GG");
	CHECK_EQ(device.state, XenbusStateClosed);
	CHECK_TEXT(sees(XenbusStateInitialising), "P");
	CHECK_EQ(device.state, XenbusStateInitWait);
}

TEST(a_backend_closes_when_the_frontends_directory_is_deleted)
{
	begin(&back_ops, XenbusStateConnected);
	CHECK_TEXT(sees(shim_store_state(THEIRS)), "GG");
	CHECK_EQ(device.state, XenbusStateClosed);
}

TEST(closing_can_be_refused_and_granted_later)
{
	begin(&front_ops, XenbusStateConnected);
	answers[XEN_PEER_CLOSE] = -EBUSY;
	CHECK_TEXT(sees(XenbusStateClosing), "X");
	CHECK_EQ(device.state, XenbusStateConnected);
	CHECK_TEXT(again(), "X");
	CHECK_EQ(shim_seen.switches, 0);
	answers[XEN_PEER_CLOSE] = 0;
	CHECK_TEXT(again(), "X");
	CHECK_EQ(device.state, XenbusStateClosed);
}

TEST(an_action_that_has_to_wait_is_asked_again)
{
	begin(&back_ops, XenbusStateInitWait);
	answers[XEN_PEER_CONNECT] = -EAGAIN;
	CHECK_TEXT(sees(XenbusStateInitialised), "C");
	CHECK_EQ(device.state, XenbusStateInitWait);
	CHECK(!peer.failed);
	answers[XEN_PEER_CONNECT] = 0;
	CHECK_TEXT(again(), "C");
	CHECK_EQ(device.state, XenbusStateConnected);
}

TEST(both_closed_is_the_end_unless_the_driver_wants_to_begin_again)
{
	begin(&front_ops, XenbusStateClosed);
	answers[XEN_PEER_RENEW] = -EBUSY;
	CHECK_TEXT(sees(XenbusStateClosed), "R");
	CHECK_EQ(device.state, XenbusStateClosed);
	answers[XEN_PEER_RENEW] = 0;
	CHECK_TEXT(again(), "R");
	CHECK_EQ(device.state, XenbusStateInitialising);
}

TEST(a_driver_without_an_action_goes_on_without_it)
{
	static const struct xen_peer_ops ops = {
		.rows = xen_peer_back_rows, .count = XEN_PEER_BACK_ROWS,
	};

	begin(&ops, XenbusStateInitialising);
	CHECK_TEXT(sees(XenbusStateInitialised), "");
	CHECK_EQ(device.state, XenbusStateConnected);
}

/* A table that runs in a circle, as no table should. */
TEST(a_step_ends_whatever_the_table_says)
{
	static const struct xen_peer_row rows[] = {
		{ XEN_PEER_IN(Initialising), XEN_PEER_IN(Connected),
		  XEN_PEER_ANY, XEN_PEER_PREPARE, XenbusStateInitWait },
		{ XEN_PEER_IN(InitWait), XEN_PEER_IN(Connected),
		  XEN_PEER_ANY, XEN_PEER_LOST, XenbusStateInitialising },
	};
	static const struct xen_peer_ops ops = {
		.rows = rows, .count = ARRAY_SIZE(rows), .act = ACTS,
	};

	begin(&ops, XenbusStateInitialising);
	CHECK(strlen(sees(XenbusStateConnected)) <= STATES);
}

TEST(no_sequence_of_states_leads_to_an_unknown_state)
{
	const struct xen_peer_ops *ops[] = { &front_ops, &back_ops };
	int i, which;

	for (which = 0; which < 2; which++) {
		begin(ops[which], XenbusStateInitialising);
		for (i = 0; i < 200000; i++) {
			unsigned int n = test_random();

			memset(answers, 0, sizeof(answers));
			answers[n >> 8 & 7] = n & 0x1000 ? -EBUSY :
				n & 0x2000 ? -EAGAIN : n & 0xc000 ? 0 : -EIO;
			shim_store_write(THEIRS, "online", n & 0x10000 ? "1" : "0");
			sees(n % 12);
			CHECK(device.state >= XenbusStateInitialising &&
			      device.state <= XenbusStateClosed);
			CHECK(strlen(asked) <= 7);
		}
	}
}
