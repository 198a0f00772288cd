// SPDX-License-Identifier: GPL-2.0-or-later
/* xm image-list: which images there are, and who uses them. */
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "json.h"
#include "xm.h"

/* "ready", who uses it, or that somebody who made or changed it was killed. */
static char *condition(const struct xm_image *img)
{
	char *user;

	if (strcmp(img->state, "ready"))
		return xm_asprintf("unfinished (%s)", img->state);
	user = xm_image_user(img);
	return user ? user : xm_strdup("free");
}

static void json_image(yajl_gen gen, const struct xm_image *img,
		       const char *user)
{
	bool ready = !strcmp(img->state, "ready");

	yajl_gen_map_open(gen);
	xm_json_string(gen, "name", img->name);
	xm_json_string(gen, "state", img->state);
	xm_json_string(gen, "used_by", ready && strcmp(user, "free") ? user : NULL);
	xm_json_number(gen, "bytes", xm_image_bytes(img->disk));
	xm_json_string(gen, "made_of", img->made_of);
	xm_json_string(gen, "fs", img->fs);
	xm_json_string(gen, "vg", img->vg);
	xm_json_string(gen, "disk", img->disk);
	xm_json_string(gen, "swap", img->swap);
	xm_json_string(gen, "config", img->config);
	xm_json_string(gen, "mac", img->mac);
	xm_json_string(gen, "address", img->address);
	xm_json_string(gen, "created", img->created);
	yajl_gen_map_close(gen);
}

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void print_image(const struct xm_image *img, const char *user)
{
	uint64_t bytes = xm_image_bytes(img->disk);
	char *size = bytes ? xm_image_size_text(bytes) : xm_strdup("-");

	printf("%-20s %7s %-5s %-18s %-16s %s\n", img->name, size,
	       or_dash(img->fs), or_dash(img->address), or_dash(img->made_of),
	       user);
	free(size);
}

static int list_one(const char *name, yajl_gen gen)
{
	struct xm_image img;
	int ret = XM_OK;
	char *user;

	xm_image_init(&img, name);
	if (!xm_image_name_problem(name) && xm_image_read(&img)) {
		user = condition(&img);
		if (gen)
			json_image(gen, &img, user);
		else
			print_image(&img, user);
		free(user);
	} else {
		xm_error(name, "no such image; 'xm image-list' shows those there are");
		ret = XM_NOTFOUND;
	}
	xm_image_free(&img);
	return ret;
}

int cmd_image_list(int argc, char **argv)
{
	bool json = xm_verb_flag(argc, argv, "json", 0);
	yajl_gen gen = json ? xm_json_new() : NULL;
	char **names = argv + optind, **all = NULL;
	size_t count = argc - optind;
	int ret = XM_OK, one;

	if (!count) {
		all = xm_image_names(&count);
		names = all;
	}
	if (gen)
		yajl_gen_array_open(gen);
	else
		printf("%-20s %7s %-5s %-18s %-16s %s\n", "Name", "Size", "FS",
		       "Address", "Made of", "Used by");
	for (size_t i = 0; i < count; i++) {
		one = list_one(names[i], gen);
		ret = ret ? ret : one;
	}
	if (all)
		xm_image_names_free(all, count);
	if (gen) {
		yajl_gen_array_close(gen);
		if (xm_json_print(gen, stdout))
			ret = XM_FAIL;
	}
	return ret;
}
