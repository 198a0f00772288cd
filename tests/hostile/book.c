// SPDX-License-Identifier: GPL-2.0-only
/*
 * The book of a hostile half, and its files in debugfs: see book.h. Floor F6.
 */
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "book.h"

#define COMMAND_MAX	64

/**
 * hostile_tally - the line of a row
 * @book: the book
 * @act: what it is part of; stays valid
 * @name: its own; stays valid, and always at the same place
 *
 * Return: its line, a new one if need be; the last one if all are in use.
 */
struct hostile_tally *hostile_tally(struct hostile_book *book, const char *act,
				    const char *name)
{
	struct hostile_tally *tally;
	u32 i;

	for (i = 0; i < book->count; i++) {
		tally = &book->tallies[i];
		/* Names are those of tables: the same place is the same line. */
		if (tally->name == name)
			return tally;
	}
	if (WARN_ON_ONCE(book->count == HOSTILE_TALLIES))
		return &book->tallies[book->count - 1];
	tally = &book->tallies[book->count++];
	tally->act = act;
	tally->name = name;
	return tally;
}

/**
 * hostile_judge - something malformed was sent, and the victim did something
 * @tally: its line
 * @good: it did what it has to
 * @fmt: what it did if it did not
 */
void hostile_judge(struct hostile_tally *tally, bool good, const char *fmt, ...)
{
	va_list args;

	tally->told++;
	if (good) {
		tally->good++;
		return;
	}
	if (tally->why[0])
		return;
	va_start(args, fmt);
	vscnprintf(tally->why, sizeof(tally->why), fmt, args);
	va_end(args);
}

/**
 * hostile_random - a number from the seed
 * @book: the book
 * @min: smallest
 * @max: largest
 */
u64 hostile_random(struct hostile_book *book, u64 min, u64 max)
{
	u64 random = prandom_u32_state(&book->seed);
	u64 range = max - min + 1, rest;

	random = random << 32 | prandom_u32_state(&book->seed);
	/* A range of 0 is that of all numbers. */
	if (!range)
		return random;
	div64_u64_rem(random, range, &rest);
	return min + rest;
}

static u64 sum_wrong(const struct hostile_book *book)
{
	u64 wrong = 0;
	u32 i;

	for (i = 0; i < book->count; i++)
		wrong += book->tallies[i].told - book->tallies[i].good;
	return wrong;
}

static int report_show(struct seq_file *seq, void *unused)
{
	struct hostile_book *book = seq->private;
	u64 told = 0;
	u32 i;

	mutex_lock(&book->lock);
	for (i = 0; i < book->count; i++) {
		const struct hostile_tally *tally = &book->tallies[i];

		seq_printf(seq, "%s %s told %llu good %llu%s%s\n", tally->act,
			   tally->name, tally->told, tally->good,
			   tally->why[0] ? " but " : "", tally->why);
		told += tally->told;
	}
	seq_printf(seq, "sum told %llu good %llu\n", told,
		   told - sum_wrong(book));
	mutex_unlock(&book->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(report);

static const struct hostile_act *find_act(const struct hostile_book *book,
					  const char *name)
{
	const struct hostile_act *act;

	for (act = book->acts; act->name; act++)
		if (!strcmp(act->name, name))
			return act;
	return NULL;
}

static int run(struct hostile_book *book, char *command)
{
	char *name = strsep(&command, " ");
	const struct hostile_act *act = find_act(book, name);
	u64 wrong;
	u32 count;
	int err;

	if (!act)
		return -ENOENT;
	count = act->count;
	if (command && kstrtou32(command, 10, &count))
		return -EINVAL;

	mutex_lock(&book->lock);
	wrong = sum_wrong(book);
	err = act->play(book->owner, count);
	if (!err && sum_wrong(book) != wrong)
		err = -EBADMSG;
	mutex_unlock(&book->lock);
	return err;
}

static ssize_t run_write(struct file *file, const char __user *from,
			 size_t len, loff_t *pos)
{
	char command[COMMAND_MAX];
	int err;

	if (len >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, len))
		return -EFAULT;
	command[len] = '\0';
	err = run(file->private_data, strim(command));
	return err ?: len;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = run_write,
};

/**
 * hostile_book_open - begin a book, with its files
 * @book: to be filled
 * @side: "front" or "back"
 * @device: the device's name
 * @acts: what the hostile half can do
 * @owner: the hostile half
 *
 * Return: 0 or -ENOMEM.
 */
int hostile_book_open(struct hostile_book *book, const char *side,
		      const char *device, const struct hostile_act *acts,
		      void *owner)
{
	char name[64];

	*book = (struct hostile_book) { .acts = acts, .owner = owner };
	book->tallies = kcalloc(HOSTILE_TALLIES, sizeof(*book->tallies),
				GFP_KERNEL);
	if (!book->tallies)
		return -ENOMEM;
	mutex_init(&book->lock);
	prandom_seed_state(&book->seed, hostile_seed());

	snprintf(name, sizeof(name), "%s-%s", side, device);
	book->dir = debugfs_create_dir(name, hostile_root());
	debugfs_create_file("run", 0200, book->dir, book, &run_fops);
	debugfs_create_file("report", 0400, book->dir, book, &report_fops);
	return 0;
}

/**
 * hostile_book_close - the device goes
 * @book: the book; acts that look at @closing end soon
 */
void hostile_book_close(struct hostile_book *book)
{
	WRITE_ONCE(book->closing, true);
	/* Waits for an act that is being played. */
	debugfs_remove(book->dir);
	kfree(book->tallies);
}
