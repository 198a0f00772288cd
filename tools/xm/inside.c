// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks into a guest's disk: its partitions by itself, files on ext2, ext3 and ext4 by
 * e2fsprogs' debugfs, which reads a file or a device where it is. So nothing is mounted,
 * and no kernel looks at what a guest wrote. Called by cmd-hvm2pv.c and guestboot.c.
 */
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside.h"
#include "util.h"

#define SECTOR 512
/* Configurations and tables are far smaller, and so are kernels and initrds. */
#define TEXT_MOST (8 << 20)
#define FILE_MOST (1024UL << 20)

static bool read_at(int fd, uint64_t where, void *data, size_t len)
{
	return pread(fd, data, len, where) == (ssize_t)len;
}

static uint32_t le32(const unsigned char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return le32toh(n);
}

static uint64_t le64(const unsigned char *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return le64toh(n);
}

/* What begins there; it names file systems in messages only, but for ext. */
static const char *what_is_at(int fd, uint64_t start)
{
	unsigned char block[SECTOR * 4];

	memset(block, 0, sizeof(block));
	if (!read_at(fd, start, block, sizeof(block)))
		return "nothing";
	if (block[1024 + 56] == 0x53 && block[1024 + 57] == 0xef)
		return "ext";
	if (!memcmp(block, "XFSB", 4))
		return "xfs";
	if (!memcmp(block + SECTOR, "LABELONE", 8))
		return "LVM";
	if (!memcmp(block, "LUKS\xba\xbe", 6))
		return "LUKS";
	if (!memcmp(block + 3, "NTFS", 4))
		return "NTFS";
	if (!memcmp(block + 54, "FAT", 3) || !memcmp(block + 82, "FAT", 3))
		return "FAT";
	return "something else";
}

static void add_part(struct xm_inside *in, int fd, int number, uint64_t start)
{
	struct xm_part *part = &in->parts[in->count];

	if (in->count == XM_PARTS_MOST)
		return;
	part->number = number;
	part->start = start;
	part->what = what_is_at(fd, start);
	in->count++;
}

static void read_gpt(struct xm_inside *in, int fd)
{
	unsigned char head[SECTOR], entry[128];
	static const unsigned char none[16];
	uint64_t table;
	uint32_t count, size;

	if (!read_at(fd, SECTOR, head, sizeof(head)) || memcmp(head, "EFI PART", 8))
		return;
	table = le64(head + 72) * SECTOR;
	count = le32(head + 80);
	size = le32(head + 84);
	if (size < sizeof(entry) || size > 4096 || count > 256)
		return;
	for (uint32_t i = 0; i < count; i++) {
		if (!read_at(fd, table + (uint64_t)i * size, entry, sizeof(entry)))
			return;
		if (memcmp(entry, none, sizeof(none)) && le64(entry + 32) < 1ULL << 50)
			add_part(in, fd, i + 1, le64(entry + 32) * SECTOR);
	}
}

static bool is_extended(unsigned char type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

/* Each logical one has a table, with the next one's place. */
static void read_logical(struct xm_inside *in, int fd, uint32_t first)
{
	unsigned char table[SECTOR];
	uint32_t at = 0;

	for (int number = 5; in->count < XM_PARTS_MOST; number++) {
		const unsigned char *one = table + 446, *next = table + 462;

		if (!read_at(fd, ((uint64_t)first + at) * SECTOR, table, sizeof(table)) ||
		    table[510] != 0x55 || table[511] != 0xaa || !one[4])
			return;
		add_part(in, fd, number, ((uint64_t)first + at + le32(one + 8)) * SECTOR);
		if (!is_extended(next[4]) || le32(next + 8) <= at)
			return;
		at = le32(next + 8);
	}
}

static void read_mbr(struct xm_inside *in, int fd, const unsigned char *table)
{
	uint32_t extended = 0;

	for (int i = 0; i < 4; i++) {
		const unsigned char *entry = table + 446 + 16 * i;

		if (entry[4] == 0xee) {
			read_gpt(in, fd);
			return;
		}
		if (is_extended(entry[4]))
			extended = le32(entry + 8);
		else if (entry[4] && le32(entry + 8))
			add_part(in, fd, i + 1, (uint64_t)le32(entry + 8) * SECTOR);
	}
	if (extended)
		read_logical(in, fd, extended);
}

/**
 * xm_inside_open() - find a disk's partitions
 * @in: filled in, to be closed with xm_inside_close() in any case
 * @path: the device or file, raw
 * @error: why it cannot be looked into, to be freed; set only on failure
 *
 * Return: 0, or -1 with *@error set.
 */
int xm_inside_open(struct xm_inside *in, const char *path, char **error)
{
	unsigned char table[SECTOR];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	memset(in, 0, sizeof(*in));
	in->path = xm_strdup(path);
	if (fd < 0 || !read_at(fd, 0, table, sizeof(table))) {
		*error = xm_strdup(fd < 0 ? strerror(errno) : "it is too short");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	/* A file system may have the table's mark, too. */
	if (!strcmp(what_is_at(fd, 0), "ext") || table[510] != 0x55 || table[511] != 0xaa)
		add_part(in, fd, 0, 0);
	else
		read_mbr(in, fd, table);
	close(fd);
	/* debugfs takes what follows it for options. */
	if (!strchr(path, '?'))
		return 0;
	*error = xm_strdup("a path with a question mark cannot be looked into");
	return -1;
}

void xm_inside_close(struct xm_inside *in)
{
	free(in->path);
	in->path = NULL;
}

bool xm_inside_is_ext(const struct xm_part *part)
{
	return !strcmp(part->what, "ext");
}

/* The guest has chosen its files' names, and debugfs reads lines with blanks and quotes. */
static bool is_plain(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._+-~@:/", *p))
			return false;
	return *name;
}

/* Return: what it prints, to be freed, or NULL. */
static char *take(int fd)
{
	char *text = xm_calloc(1, 1), chunk[4096];
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		text = xm_grow(text, used + n, 1);
		memcpy(text + used, chunk, n);
		used += n;
		if (used > TEXT_MOST)
			break;
	}
	text[used] = '\0';
	return text;
}

static void __attribute__((noreturn)) be_debugfs(const char *request, const char *disk, int out)
{
	const struct rlimit most = { FILE_MOST, FILE_MOST };
	int null = open("/dev/null", O_RDWR);

	dup2(null, 0);
	dup2(out, 1);
	dup2(null, 2);
	/* A file may claim to have any size. */
	setrlimit(RLIMIT_FSIZE, &most);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	execlp("debugfs", "debugfs", "-R", request, disk, NULL);
	_exit(127);
}

/* It tells no failures by its status. */
static char *debugfs(const struct xm_inside *in, const struct xm_part *part, const char *request)
{
	char *disk = xm_asprintf("%s?offset=%llu", in->path, (unsigned long long)part->start);
	char *text = NULL;
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		free(disk);
		return NULL;
	}
	fflush(NULL);
	pid = fork();
	if (!pid)
		be_debugfs(request, disk, ends[1]);
	close(ends[1]);
	if (pid > 0)
		text = take(ends[0]);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	free(disk);
	return text;
}

/**
 * xm_inside_list() - the names in a directory
 * @in: open
 * @part: one with ext
 * @dir: the directory
 *
 * Return: those without unusual letters, each with a line's end, to be freed; empty if
 * there is no such directory.
 */
char *xm_inside_list(const struct xm_inside *in, const struct xm_part *part, const char *dir)
{
	char *request = xm_asprintf("ls -p %s", dir), *names = xm_strdup("");
	char *text = debugfs(in, part, request), *rest = text, *line;

	/* /INODE/MODE/UID/GID/NAME/SIZE/ */
	while ((line = strsep(&rest, "\n"))) {
		char *name = NULL, *next = line;

		for (int i = 0; i < 6 && next; i++)
			name = strsep(&next, "/");
		if (name && next && *line == '\0' && is_plain(name) && *name != '.')
			xm_append(&names, "%s\n", name);
	}
	free(text);
	free(request);
	return names;
}

/* What is in a file, to be freed; empty if there is no such file. */
char *xm_inside_text(const struct xm_inside *in, const struct xm_part *part, const char *file)
{
	char *request = xm_asprintf("cat %s", file);
	char *text = is_plain(file) ? debugfs(in, part, request) : NULL;

	free(request);
	return text ? text : xm_strdup("");
}

/**
 * xm_inside_copy() - copy a file out of a guest's disk
 * @in: open
 * @part: one with ext
 * @file: there
 * @to: here; it has that name only once it is complete
 *
 * Return: 0, or -1.
 */
int xm_inside_copy(const struct xm_inside *in, const struct xm_part *part, const char *file,
		   const char *to)
{
	char *partial = xm_asprintf("%s.partial", to), *request, *said = NULL;
	struct stat st;
	int ret = -1;

	request = xm_asprintf("dump %s %s", file, partial);
	unlink(partial);
	if (is_plain(file) && is_plain(partial))
		said = debugfs(in, part, request);
	if (said && !stat(partial, &st) && st.st_size && !rename(partial, to))
		ret = 0;
	else
		unlink(partial);
	free(said);
	free(request);
	free(partial);
	return ret;
}
