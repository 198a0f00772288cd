/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The book of a hostile half: what it can be told to do, and what came of it.
 * Floor F6, a test. Each half of the module keeps one for each device that it
 * is bound to, below /sys/kernel/debug/xenify-hostile/:
 *
 *	front-DEVICE/, back-DEVICE/
 *		run	write "ACT [COUNT]": does it, and fails if the victim
 *			did anything but what it has to
 *		report	one line for each: how often it was told, and how
 *			often the victim did as it has to; then the sum
 */
#ifndef XENIFY_HOSTILE_BOOK_H
#define XENIFY_HOSTILE_BOOK_H

#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/types.h>

#define HOSTILE_TALLIES		256
#define HOSTILE_WHY		96

struct dentry;

/**
 * struct hostile_tally - one line in the report
 * @act: what it is part of
 * @name: its own
 * @told: how often
 * @good: how often the victim did as it has to
 * @why: what it did the first time that it did not
 */
struct hostile_tally {
	const char *act;
	const char *name;
	u64 told;
	u64 good;
	char why[HOSTILE_WHY];
};

/**
 * struct hostile_act - something that a hostile half can be told to do
 * @name: as it is written to "run"
 * @count: how much of it, if nothing is said
 * @play: does it; owner is the hostile half. Return: 0, or a negative errno if it could
 *	not be done
 */
struct hostile_act {
	const char *name;
	u32 count;
	int (*play)(void *owner, u32 count);
};

/**
 * struct hostile_book - all tallies of a hostile half
 * @lock: one act at a time
 * @acts: what it can do, up to one without a name
 * @owner: the hostile half
 * @dir: its directory in debugfs
 * @closing: the device goes: acts are to end
 * @seed: all chance comes from here
 * @tallies: the lines
 * @count: how many
 */
struct hostile_book {
	/* Outermost: held while an act is played. */
	struct mutex lock;
	const struct hostile_act *acts;
	void *owner;
	struct dentry *dir;
	bool closing;
	struct rnd_state seed;
	struct hostile_tally *tallies;
	u32 count;
};

int hostile_book_open(struct hostile_book *book, const char *side,
		      const char *device, const struct hostile_act *acts,
		      void *owner);
void hostile_book_close(struct hostile_book *book);
struct hostile_tally *hostile_tally(struct hostile_book *book, const char *act,
				    const char *name);
void hostile_judge(struct hostile_tally *tally, bool good, const char *fmt,
		   ...) __printf(3, 4);
u64 hostile_random(struct hostile_book *book, u64 min, u64 max);

/* main.c */
struct dentry *hostile_root(void);
u64 hostile_seed(void);

#endif /* XENIFY_HOSTILE_BOOK_H */
