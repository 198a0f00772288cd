// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds on a guest's disk what it could boot as a PV guest: the newest kernel whose
 * configuration says that it can, the initial RAM disk that goes with it, and from the
 * guest's own boot loader or fstab which disk is its root. Called by cmd-hvm2pv.c; pure but
 * for inside.c, no libxl.
 */
#include <stdlib.h>
#include <string.h>

#include "guestboot.h"
#include "util.h"

/* A line of a list begins so and ends there. */
static bool has_name(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = names; *p; p += strcspn(p, "\n") + 1)
		if (!strncmp(p, name, len) && p[len] == '\n')
			return true;
	return false;
}

/* Before Linux 4.12 nobody was asked, and a kernel for Xen was one for PV guests. */
static bool is_pv(const char *config)
{
	if (strstr(config, "\nCONFIG_XEN_PV=y"))
		return true;
	return strstr(config, "\nCONFIG_XEN=y") && !strstr(config, "CONFIG_XEN_PV ");
}

/* Debian's, Red Hat's and SUSE's names. */
static char *find_initrd(const char *dir, const char *names, const char *version)
{
	static const char *const forms[][2] = {
		{ "initrd.img-", "" }, { "initramfs-", ".img" }, { "initrd-", "" },
		{ "initrd-", ".img" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		char *name = xm_asprintf("%s%s%s", forms[i][0], version, forms[i][1]);
		char *path = has_name(names, name) ? xm_asprintf("%s%s", dir, name) : NULL;

		free(name);
		if (path)
			return path;
	}
	return NULL;
}

static void replace(char **field, char *value)
{
	free(*field);
	*field = value;
}

static void consider(const struct xm_inside *in, const struct xm_part *part, const char *dir,
		     const char *names, const char *version, struct xm_guestboot *gb)
{
	char *name = xm_asprintf("config-%s", version);
	char *path = xm_asprintf("%s%s", dir, name), *config = NULL;

	if (has_name(names, name) && !strstr(version, "rescue") &&
	    !(gb->version && strverscmp(version, gb->version) <= 0))
		config = xm_inside_text(in, part, path);
	if (config && is_pv(config)) {
		gb->part = *part;
		replace(&gb->version, xm_strdup(version));
		replace(&gb->kernel, xm_asprintf("%svmlinuz-%s", dir, version));
		replace(&gb->initrd, find_initrd(dir, names, version));
	}
	free(config);
	free(path);
	free(name);
}

/* @dir ends with a slash. */
static void look_into(const struct xm_inside *in, const struct xm_part *part, const char *dir,
		      struct xm_guestboot *gb)
{
	static const char prefix[] = "vmlinuz-";
	char *names = xm_inside_list(in, part, dir), *copy = xm_strdup(names);
	char *rest = copy, *name;

	while ((name = strsep(&rest, "\n")))
		if (xm_starts(name, prefix))
			consider(in, part, dir, names, name + strlen(prefix), gb);
	free(copy);
	free(names);
}

/* An HVM guest's hda and sda are xvda once no disk is emulated; what else it says stays. */
static char *renamed(const char *device)
{
	if (xm_starts(device, "/dev/hd") || xm_starts(device, "/dev/sd"))
		return xm_asprintf("/dev/xvd%s", device + strlen("/dev/hd"));
	return xm_strdup(device);
}

/* GRUB's own variables are known to GRUB only; the console is Xen's. */
static bool is_wanted(const char *word)
{
	return *word && !strchr(word, '$') && !xm_starts(word, "console=") &&
	       !xm_starts(word, "BOOT_IMAGE=");
}

static void take_words(struct xm_guestboot *gb, char *words)
{
	char *rest = words, *word;

	while ((word = strsep(&rest, " \t"))) {
		if (xm_starts(word, "root="))
			replace(&gb->root, renamed(word + strlen("root=")));
		else if (is_wanted(word))
			xm_append(&gb->args, "%s%s", gb->args ? " " : "", word);
	}
}

static bool is_kernel_line(const char *word)
{
	return !strcmp(word, "linux") || !strcmp(word, "linux16") ||
	       !strcmp(word, "linuxefi") || !strcmp(word, "kernel");
}

/* The first entry with this kernel; what is for repairs comes later. */
static bool take_entry(struct xm_guestboot *gb, char *text)
{
	const char *name = strrchr(gb->kernel, '/') + 1;
	char *rest = text, *line, *word, *file, *slash;

	while ((line = strsep(&rest, "\n"))) {
		line = xm_trim(line);
		word = strsep(&line, " \t");
		if (!line || !is_kernel_line(word))
			continue;
		line = xm_trim(line);
		file = strsep(&line, " \t");
		slash = strrchr(file, '/');
		if (strcmp(slash ? slash + 1 : file, name))
			continue;
		if (line)
			take_words(gb, line);
		return true;
	}
	return false;
}

static void read_grub(const struct xm_inside *in, struct xm_guestboot *gb)
{
	static const char *const files[] = {
		"grub/grub.cfg", "grub2/grub.cfg", "grub/menu.lst", "grub/grub.conf",
	};
	bool found = false;

	for (size_t i = 0; !found && i < ARRAY_SIZE(files); i++) {
		char *path = xm_asprintf("%.*s%s", (int)(strrchr(gb->kernel, '/') + 1 - gb->kernel),
					 gb->kernel, files[i]);
		char *text = xm_inside_text(in, &gb->part, path);

		found = take_entry(gb, text);
		free(text);
		free(path);
	}
}

/* As the guest will find it. */
static char *part_device(const struct xm_part *part)
{
	return part->number ? xm_asprintf("/dev/xvda%d", part->number) : xm_strdup("/dev/xvda");
}

static void read_fstab(struct xm_guestboot *gb, const struct xm_part *part, char *text)
{
	char *rest = text, *line, *device, *where;

	while ((line = strsep(&rest, "\n"))) {
		line = xm_trim(line);
		if (*line == '#' || !*line)
			continue;
		device = strsep(&line, " \t");
		line = line ? xm_trim(line) : NULL;
		where = line ? strsep(&line, " \t") : NULL;
		if (xm_starts(device, "/dev/hd") || xm_starts(device, "/dev/sd"))
			xm_append(&gb->fstab, "%s%s", gb->fstab ? ", " : "", device);
		if (!where || strcmp(where, "/"))
			continue;
		if (!gb->root)
			gb->root = renamed(device);
		/* Only an initial RAM disk knows what has which UUID or label. */
		if (!gb->initrd && (xm_starts(gb->root, "UUID=") || xm_starts(gb->root, "LABEL=")))
			replace(&gb->root, part_device(part));
	}
}

/**
 * xm_guestboot_find() - find the newest kernel that can be a PV guest's
 * @in: the guest's first disk
 * @gb: filled in, to be freed with xm_guestboot_free() in any case
 *
 * Return: 0, or -1 if there is none.
 */
int xm_guestboot_find(const struct xm_inside *in, struct xm_guestboot *gb)
{
	memset(gb, 0, sizeof(*gb));
	for (int i = 0; i < in->count; i++) {
		if (!xm_inside_is_ext(&in->parts[i]))
			continue;
		look_into(in, &in->parts[i], "/boot/", gb);
		look_into(in, &in->parts[i], "/", gb);
	}
	if (!gb->kernel)
		return -1;
	read_grub(in, gb);
	for (int i = 0; i < in->count; i++) {
		char *text = xm_inside_is_ext(&in->parts[i]) ?
			     xm_inside_text(in, &in->parts[i], "/etc/fstab") : NULL;

		if (text)
			read_fstab(gb, &in->parts[i], text);
		free(text);
	}
	if (!gb->root)
		gb->root = part_device(&gb->part);
	return 0;
}

void xm_guestboot_free(struct xm_guestboot *gb)
{
	free(gb->version);
	free(gb->kernel);
	free(gb->initrd);
	free(gb->root);
	free(gb->args);
	free(gb->fstab);
}
