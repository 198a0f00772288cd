/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host's administrator has chosen for xend, and through it for xm. No libxl. */
#ifndef XM_XENDCONF_H
#define XM_XENDCONF_H

#include <stdbool.h>
#include <stddef.h>

/* Tests have their own. */
#ifndef XM_XEND_SXP
#define XM_XEND_SXP "/etc/xen/xend-config.sxp"
#define XM_XEND_CONF "/etc/xen/xend.conf"
#endif

/**
 * struct xm_xendconf - both files, and the presets of what they leave open
 * @port: of the HTTP server
 * @address: where that listens; "": everywhere
 * @http: whether there is one
 * @socket: path of the Unix socket
 * @certificate: for other hosts: PEM file; NULL: none
 * @key: the certificate's
 * @password: the password's file
 * @names: by which browsers know this host, separated by blanks; NULL: none
 * @network: the network script; NULL: none
 * @bridge: for vifs that name none; NULL: not said
 * @vif_script: the same
 * @antispoof: vifs drop forged frames unless their guest's file says otherwise
 */
struct xm_xendconf {
	long port;
	char *address;
	bool http;
	char *socket;
	char *certificate;
	char *key;
	char *password;
	char *names;
	char *network;
	char *bridge;
	char *vif_script;
	bool antispoof;
};

/* Gets a line about a file; @bad: it has an error, and nothing of it counts. */
typedef void xm_xendconf_say(const char *file, bool bad, const char *text);

void xm_xendconf_init(struct xm_xendconf *conf);
void xm_xendconf_free(struct xm_xendconf *conf);
int xm_xendconf_sxp(struct xm_xendconf *conf, const char *file,
		    const char *text, size_t len, xm_xendconf_say *say);
int xm_xendconf_plain(struct xm_xendconf *conf, const char *file,
		      const char *text, size_t len, xm_xendconf_say *say);
char *xm_xendconf_text(const struct xm_xendconf *conf);
int xm_xendconf_read(struct xm_xendconf *conf, const char *sxp,
		     const char *plain, xm_xendconf_say *say);
int xm_xendconf_file(struct xm_xendconf *conf, const char *file,
		     xm_xendconf_say *say);
bool xm_xendconf_local(const char *address);
bool xm_xendconf_network(const struct xm_xendconf *conf, const char *name);
bool xm_xendconf_guards(const struct xm_xendconf *conf);
const char *xm_xendconf_script(const struct xm_xendconf *conf);
const char *xm_xendconf_bridge(const struct xm_xendconf *conf, char **mine);

#endif /* XM_XENDCONF_H */
