// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The network and NFS keys of Xen 2.0's configuration. Together they describe
 * what the guest's kernel sets up before it has a root file system, and become
 * words of its command line, as Documentation/admin-guide/nfs/nfsroot.rst of the
 * kernel has them:
 *
 *   ip=CLIENT:SERVER:GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF
 *   root=/dev/nfs nfsroot=SERVER:PATH
 *
 * config.c puts the words there; classic.c asks for a warning for each key. Makes
 * no call that needs Xen.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

static const char *get(struct xm_config *cfg, const char *key)
{
	const char *value = xm_config_string(cfg, key);

	return value ? value : "";
}

static bool set(struct xm_config *cfg, const char *key)
{
	return *get(cfg, key);
}

/* The kernel's word for what dhcp says; NULL if there is none. */
static const char *autoconf(struct xm_config *cfg)
{
	static const char *const words[][2] = {
		{ "", "off" }, { "off", "off" }, { "none", "off" },
		{ "no", "off" }, { "0", "off" }, { "dhcp", "dhcp" },
		{ "yes", "dhcp" }, { "1", "dhcp" }, { "bootp", "bootp" },
		{ "rarp", "rarp" }, { "both", "both" }, { "any", "any" },
		{ "on", "on" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(get(cfg, "dhcp"), words[i][0]))
			return words[i][1];
	return NULL;
}

static bool is_nfs(const char *root)
{
	size_t len = strcspn(root, " ");

	return len == strlen("/dev/nfs") && xm_starts(root, "/dev/nfs");
}

/*
 * Does the guest's kernel ask for its address? It would wait for a carrier and
 * for answers, up to two minutes, before there is a root: xen-tools writes dhcp
 * in each file, and means the guest's own system, which asks by itself.
 */
static bool is_automatic(struct xm_config *cfg)
{
	const char *word = autoconf(cfg);

	return word && strcmp(word, "off") &&
	       (set(cfg, "nfs_root") || is_nfs(get(cfg, "root")));
}

/* NULL if nothing is to be set up. */
static char *ip_word(struct xm_config *cfg)
{
	const char *word = autoconf(cfg);

	if (word && !is_automatic(cfg))
		word = "off";
	if (!word || (!set(cfg, "ip") && !is_automatic(cfg) &&
		      !set(cfg, "hostname")))
		return NULL;
	if (is_automatic(cfg) && !set(cfg, "ip") && !set(cfg, "nfs_server") &&
	    !set(cfg, "gateway") && !set(cfg, "netmask") &&
	    !set(cfg, "hostname") && !set(cfg, "interface"))
		return xm_asprintf("ip=%s", word);
	return xm_asprintf("ip=%s:%s:%s:%s:%s:%s:%s", get(cfg, "ip"),
			   get(cfg, "nfs_server"), get(cfg, "gateway"),
			   get(cfg, "netmask"), get(cfg, "hostname"),
			   set(cfg, "interface") ? get(cfg, "interface") :
			   "eth0", word);
}

static char *nfs_word(struct xm_config *cfg)
{
	if (!set(cfg, "nfs_root"))
		return NULL;
	return xm_asprintf("nfsroot=%s%s%s", get(cfg, "nfs_server"),
			   set(cfg, "nfs_server") ? ":" : "",
			   get(cfg, "nfs_root"));
}

/* Is there such a word in a command line? @word is "ip=". */
static bool has_word(const char *line, const char *word)
{
	const char *at = line;

	while ((at = strstr(at, word))) {
		if (at == line || at[-1] == ' ')
			return true;
		at++;
	}
	return false;
}

static bool says(struct xm_config *cfg, const char *word)
{
	return has_word(get(cfg, "cmdline"), word) ||
	       has_word(get(cfg, "extra"), word);
}

static void add(char **line, char *word)
{
	if (word)
		xm_append(line, "%s%s", *line ? " " : "", word);
	free(word);
}

/**
 * xm_classic_words() - what the old network keys add to the command line
 * @cfg: today's keys are there, if not yet checked
 *
 * They stand before all that the file itself has to say, which so overrides them.
 *
 * Return: the words, to be freed; NULL if there are none.
 */
char *xm_classic_words(struct xm_config *cfg)
{
	char *line = NULL;

	add(&line, ip_word(cfg));
	/* With cmdline, the key root counts for nothing. */
	if (set(cfg, "nfs_root") && !says(cfg, "root=") &&
	    (!set(cfg, "root") || set(cfg, "cmdline")))
		add(&line, xm_strdup("root=/dev/nfs"));
	add(&line, nfs_word(cfg));
	return line;
}

static void obsolete(struct xm_config *cfg, const char *key, char *word,
		     const char *why_not)
{
	if (word)
		xm_config_warn(cfg, key, "obsolete; using '%s' on the kernel's command line",
			       word);
	else
		xm_config_warn(cfg, key, "obsolete; ignored, because %s",
			       why_not);
	free(word);
}

static void check_address(struct xm_config *cfg, const char *key)
{
	struct in_addr address;

	if (inet_pton(AF_INET, get(cfg, key), &address) != 1)
		xm_config_error(cfg, key, "'%s' is not an IPv4 address; the guest's kernel takes no other, and no name",
				get(cfg, key));
}

/* Colons and white space would move what follows to another place. */
static void check_text(struct xm_config *cfg, const char *key)
{
	if (strpbrk(get(cfg, key), ": \t"))
		xm_config_error(cfg, key, "'%s' may have no colon and no white space",
				get(cfg, key));
}

static void nfs_root_key(struct xm_config *cfg)
{
	const char *path = get(cfg, "nfs_root"), *root = get(cfg, "root");

	if (*path != '/' || strpbrk(path, " \t"))
		xm_config_error(cfg, "nfs_root", "'%s' is not an absolute path without white space",
				path);
	if (!set(cfg, "nfs_server") && !is_automatic(cfg))
		xm_config_error(cfg, "nfs_root", "nfs_server is not set; add a line nfs_server = \"...\" with its address");
	obsolete(cfg, "nfs_root", nfs_word(cfg), "");
	if (set(cfg, "root") && !is_nfs(root))
		xm_config_warn(cfg, "root", "'%s' is the guest's root, not nfs_root; write root = \"/dev/nfs\" for that",
			       root);
	if (!set(cfg, "ip") && !is_automatic(cfg) && !says(cfg, "ip="))
		xm_config_warn(cfg, "nfs_root", "the guest has no address to reach it from; set ip, or dhcp = \"dhcp\"");
}

static void nfs_server_key(struct xm_config *cfg)
{
	char *word = nfs_word(cfg);

	check_address(cfg, "nfs_server");
	obsolete(cfg, "nfs_server", word ? word : ip_word(cfg),
		 "nfs_root is not set");
}

static void dhcp_key(struct xm_config *cfg)
{
	if (!autoconf(cfg))
		xm_config_error(cfg, "dhcp", "'%s' is not one of dhcp, bootp, rarp, both, any, off",
				get(cfg, "dhcp"));
	if (autoconf(cfg) && !strcmp(autoconf(cfg), "off"))
		obsolete(cfg, "dhcp", ip_word(cfg), "it is off as it is");
	else
		obsolete(cfg, "dhcp", is_automatic(cfg) ? ip_word(cfg) : NULL,
			 "the root is not on NFS; write extra = \"ip=dhcp\" if the guest's kernel is to ask");
}

/**
 * xm_classic_net_key() - check one of these keys, and warn that it is obsolete
 * @cfg: today's keys have been read
 * @key: its name
 */
void xm_classic_net_key(struct xm_config *cfg, const char *key)
{
	if (!strcmp(key, "dhcp")) {
		dhcp_key(cfg);
		return;
	}
	if (!set(cfg, key)) {
		xm_config_warn(cfg, key, "obsolete; it is empty, which changes nothing");
		return;
	}
	if (!strcmp(key, "nfs_root")) {
		nfs_root_key(cfg);
	} else if (!strcmp(key, "nfs_server")) {
		nfs_server_key(cfg);
	} else {
		if (!strcmp(key, "hostname") || !strcmp(key, "interface"))
			check_text(cfg, key);
		else
			check_address(cfg, key);
		obsolete(cfg, key, ip_word(cfg), "neither ip nor dhcp is set");
	}
}
