/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images: disks of guests that xm has made, and what it remembers of each. This is
 * the one place that knows their directories and names. Needs no libxl.
 */
#ifndef XM_IMAGE_H
#define XM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where files are if nobody names a directory. */
#define XM_IMAGE_DISKS "/var/lib/xen/images"

/* The smallest disk that there is: a file system wants some room, too. */
#define XM_IMAGE_LEAST (16ULL << 20)

/* What a file is called as long as it is not complete, or is being worked on. */
#define XM_IMAGE_PART ".xm-part"

/**
 * struct xm_image - what is remembered of one image
 * @name: the guest's, too
 * @state: "ready"; or what somebody was doing to it: "making", "resizing", "deleting"
 * @made_of: the suite, the tree or the image that it was made of
 * @fs: its file system
 * @vg: the volume group that it is in; NULL if it is files
 * @disk: the root disk
 * @swap: NULL if it has none
 * @config: the guest's configuration file
 * @mac: of its interface
 * @address: "dhcp", or an address with the length of its prefix
 * @created: when
 * @lock: a descriptor, as long as this process may change it; -1 otherwise
 */
struct xm_image {
	char *name;
	char *state;
	char *made_of;
	char *fs;
	char *vg;
	char *disk;
	char *swap;
	char *config;
	char *mac;
	char *address;
	char *created;
	int lock;
};

/**
 * struct xm_image_guest - the guest that a new image is for
 * @kernel: what it boots
 * @ramdisk: its initrd, NULL: none
 * @bridge: NULL: the host's preset
 * @memory: MiB
 * @vcpus: its virtual CPUs
 */
struct xm_image_guest {
	char *kernel;
	char *ramdisk;
	const char *bridge;
	long memory;
	long vcpus;
};

/* image.c: what is remembered. */
char *xm_image_root(const char *path);
char *xm_image_record(const struct xm_image *img);
const char *xm_image_name_problem(const char *name);
bool xm_image_size(const char *text, uint64_t *bytes);
char *xm_image_size_text(uint64_t bytes);
void xm_image_init(struct xm_image *img, const char *name);
void xm_image_free(struct xm_image *img);
void xm_image_place(struct xm_image *img, const char *dir, const char *vg,
		    bool swap);
bool xm_image_read(struct xm_image *img);
int xm_image_write(struct xm_image *img, const char *state);
int xm_image_forget(const struct xm_image *img);
int xm_image_lock(struct xm_image *img);
int xm_image_take(struct xm_image *img, const char *name);
char **xm_image_names(size_t *count);
void xm_image_names_free(char **names, size_t count);
uint64_t xm_image_bytes(const char *disk);

/* image-check.c: what may be asked for. */
bool xm_image_address(const char *text, int *bits);
bool xm_image_network(const char *text);
bool xm_image_addresses(const char *text);
int xm_image_key(const char *path);
int xm_image_group(const char *verb, const char *vg);
bool xm_image_printable(const char *text);
int xm_image_suite(const char *suite);
char *xm_image_kernel(void);
char *xm_image_ramdisk(const char *kernel);
int xm_image_absent(const struct xm_image *img);
int xm_image_room(const struct xm_image *img, uint64_t bytes);

/* image-use.c: who uses it. */
char *xm_image_user(const struct xm_image *img);
int xm_image_idle(const struct xm_image *img, const char *what);
int xm_image_aside(struct xm_image *img, const char *what, const char *state);

/* image-run.c: the program that does what Debian's tools do. */
void xm_image_tell(const char *key, const char *value);
void xm_image_tell_number(const char *key, uint64_t value);
int xm_image_run(const struct xm_image *img, const char *step);
int xm_image_recover(struct xm_image *img);
int xm_image_publish(struct xm_image *img);

/* image-config.c: the guest's configuration file. */
char *xm_image_new_mac(void);
char *xm_image_now(void);
int xm_image_config_new(const struct xm_image *img,
			const struct xm_image_guest *guest);
int xm_image_config_copy(const struct xm_image *img, const struct xm_image *of);

/* Help of the verbs that have much of it. */
extern const char xm_image_create_options[];
extern const char xm_image_clone_options[];
extern const char xm_image_resize_options[];
extern const char xm_image_delete_options[];

#endif /* XM_IMAGE_H */
