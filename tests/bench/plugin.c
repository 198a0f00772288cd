// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin for QEMU that counts where the emulated CPUs' instructions are: for each block of
 * translated code, how many were executed by each CPU, between two marks.
 *
 * benchlib/boot.py compiles it and gives it to the machine for `bench --profile`; profile.py
 * reads the file that it writes. The marks are no-operations that window.c executes, long
 * ones with our letters where a displacement would be.
 *
 * Machines that count instructions run all CPUs in one thread: there
 * is no lock.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu-plugin.h"

#define CPUS 2
#define SLOTS 2097152UL
#define MARK_LEN 8

EXPORT int qemu_plugin_version = 1;

struct block {
	uint64_t address, insns, done[CPUS];
};

static const unsigned char open_mark[] = "\x0f\x1f\x84\x00XENO";
static const unsigned char close_mark[] = "\x0f\x1f\x84\x00XENC";
static struct block *blocks;
static const char *path;
static bool counting;

static void count(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (counting)
		block->done[cpu % CPUS] += block->insns;
}

static void opened(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	for (size_t i = 0; i < SLOTS; i++)
		memset(blocks[i].done, 0, sizeof(blocks[i].done));
	counting = true;
}

/* A file for each window, with one line a block and CPU: CPU, address, instructions. */
static void closed(unsigned int cpu, void *data)
{
	static int windows;
	char name[4096];
	FILE *f;

	(void)cpu;
	(void)data;
	counting = false;
	snprintf(name, sizeof(name), "%s.%d", path, windows++);
	f = fopen(name, "w");
	if (!f) {
		perror(name);
		return;
	}
	for (size_t i = 0; i < SLOTS; i++)
		for (int c = 0; c < CPUS; c++)
			if (blocks[i].done[c])
				fprintf(f, "%d %llx %llu\n", c,
					(unsigned long long)blocks[i].address,
					(unsigned long long)blocks[i].done[c]);
	fclose(f);
}

/* The same code is translated again and again; its counter stays. */
static struct block *find(uint64_t address, uint64_t insns)
{
	uint64_t hash = (address * 31 + insns) * 0x9e3779b97f4a7c15ULL;

	for (size_t i = hash >> 40, tries = 0; tries < SLOTS; i++, tries++) {
		struct block *block = &blocks[i % SLOTS];

		if (!block->insns) {
			block->address = address;
			block->insns = insns;
		}
		if (block->address == address && block->insns == insns)
			return block;
	}
	fprintf(stderr, "bench's plugin: more code than it has room for\n");
	exit(1);
}

static bool is_mark(struct qemu_plugin_insn *insn, const unsigned char *mark)
{
	return qemu_plugin_insn_size(insn) == MARK_LEN &&
	       !memcmp(qemu_plugin_insn_data(insn), mark, MARK_LEN);
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, count, 0,
					     find(qemu_plugin_tb_vaddr(tb), insns));
	for (size_t i = 0; i < insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (is_mark(insn, open_mark))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, opened, 0, NULL);
		else if (is_mark(insn, close_mark))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, closed, 0, NULL);
	}
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "bench's plugin: wants out=FILE\n");
		return -1;
	}
	path = strdup(argv[0] + 4);
	blocks = calloc(SLOTS, sizeof(*blocks));
	if (!path || !blocks)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
